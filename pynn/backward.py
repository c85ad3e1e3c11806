"""The way back through the entries of a tape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from pynn.entries import Entry
from pynn.tensor import as_tensor, plain


def start(target: Any, weight: Any) -> Any:
    """The gradient of a target with respect to itself: ones, or the weights given for its elements.

    Raises
    ------
    TypeError
        If the target is no tensor.
    ValueError
        If the weights have another shape.
    """
    if not hasattr(target, "dtype"):
        raise TypeError(
            f"The target of a gradient must be a tensor that was computed within the tape, got {target!r:.100} (of "
            f"type {type(target).__name__}). float() and .numpy() take the number out, and how it came about is lost."
        )
    if weight is None:
        return np.ones(np.shape(target), target.dtype)
    if np.shape(weight) != np.shape(target):
        raise ValueError(f"output_gradients has shape {np.shape(weight)}, the target {np.shape(target)}")
    return weight


def units(target: Any, rows: int = 1) -> Iterator[np.ndarray]:
    """For each element of the target, zeros and a one there; with `rows`, in every row at once."""
    shape = np.shape(start(target, None))
    size = int(np.prod(shape))
    for k in range(size // max(rows, 1)):
        unit = np.zeros((rows, size // max(rows, 1)), target.dtype)
        unit[:, k] = 1
        yield unit.reshape(shape)


def filler(unconnected_gradients: Any) -> Callable[[Any], Any]:
    """What makes the gradient of a source that the target does not depend on.

    Raises
    ------
    ValueError
        If it is neither "none" nor "zero".
    """
    word = getattr(unconnected_gradients, "value", unconnected_gradients)
    if word == "none":
        return lambda source: None
    if word == "zero":
        return lambda source: as_tensor(np.zeros(np.shape(source), source.dtype))
    raise ValueError(f"Unknown value for unconnected_gradients: {unconnected_gradients!r}. Expected 'none' or 'zero'")


def pull_back(
    entries: Sequence[Entry], targets: Sequence[Any], starts: Sequence[Any], sources: Sequence[Any], again: bool
) -> list[Any]:
    """The gradient of each source, or None where the targets do not depend on it."""
    used = _reached(entries, sources)
    gradients: dict[int, Any] = {}
    for target, gradient in zip(targets, starts, strict=True):
        if id(target) in used:
            _add(gradients, target, as_tensor(gradient) if again else plain(gradient))
    for entry in reversed(entries):
        given = [gradients.get(id(y)) for y in entry.outputs]
        if any(g is not None for g in given):
            needed = [id(x) in used for x in entry.inputs]
            for x, need, gradient in zip(entry.inputs, needed, entry.pull(given, needed, again), strict=True):
                if need and gradient is not None:
                    _add(gradients, x, gradient)
    return [gradients.get(id(x)) for x in sources]


def _reached(entries: Sequence[Entry], sources: Sequence[Any]) -> set[int]:
    """The ids of the sources and of what depends on them."""
    used = {id(x) for x in sources}
    for entry in entries:
        if any(id(x) in used for x in entry.inputs):
            used.update(id(y) for y in entry.outputs)
    return used


def _add(gradients: dict[int, Any], x: Any, gradient: Any) -> None:
    before = gradients.get(id(x))
    gradients[id(x)] = gradient if before is None else before + gradient
