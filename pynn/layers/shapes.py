"""Shapes of nested arrays and KerasTensors, and KerasTensors of such shapes."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.graph import KerasTensor, is_symbolic
from pynn.structures import is_nested, map_structure


def shapes(inputs: Any) -> Any:
    """The shapes of a structure of KerasTensors or arrays; those of arrays begin with None."""
    return map_structure(_shape, inputs)


def _shape(leaf: Any) -> tuple[int | None, ...]:
    if is_symbolic(leaf):
        return tuple(leaf.shape)
    return (None, *np.shape(leaf)[1:])


def tensors(shape: Any, dtype: str) -> Any:
    """New KerasTensors for a shape, or for a list, tuple or dictionary of shapes."""
    if _is_shape(shape):
        return KerasTensor(shape, dtype)
    if isinstance(shape, dict):
        return {key: tensors(part, dtype) for key, part in shape.items()}
    return type(shape)([tensors(part, dtype) for part in shape])


def _is_shape(shape: Any) -> bool:
    return isinstance(shape, tuple | list) and not any(is_nested(size) for size in shape)
