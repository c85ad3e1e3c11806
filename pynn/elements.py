"""Elements of a dataset: arrays, or tuples and dicts of arrays; a list is one array, as in TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from pynn.operation import as_operand
from pynn.tensor import Tensor, as_tensor
from pynn.variables import Variable


def to_tensor(value: Any) -> Any:
    """A tensor of a value: arrays keep their type, Python's numbers and lists get Keras's; texts become objects."""
    if isinstance(value, Tensor):
        return value
    found = np.asarray(value) if isinstance(value, np.ndarray | np.generic | Variable) else as_operand(value)
    found = np.asarray(found)
    return as_tensor(found.astype(np.object_) if found.dtype.kind in "US" else found)


def map_element(function: Callable[[Any], Any], element: Any) -> Any:
    """The same structure with a function of each array."""
    if isinstance(element, tuple):
        return tuple(map_element(function, part) for part in element)
    if isinstance(element, Mapping):
        return {key: map_element(function, part) for key, part in element.items()}
    return function(element)


def leaves(element: Any) -> list[Any]:
    """The arrays of an element, in order."""
    found: list[Any] = []
    map_element(found.append, element)
    return found


def stacked(elements: list[Any]) -> Any:
    """Several elements of one structure as one, along a new first axis."""
    parts = iter([np.stack([np.asarray(a) for a in column]) for column in zip(*map(leaves, elements), strict=True)])
    return map_element(lambda _: as_tensor(next(parts)), elements[0])
