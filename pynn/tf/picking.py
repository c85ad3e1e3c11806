"""Parts of tensors: by number, by condition, in order, within limits; TensorFlow's names and arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import keras
from pynn.graph import KerasTensor
from pynn.tensor import as_tensor

ops: Any = keras.ops
Name = str | None


def gather(
    params: Any,
    indices: Any,
    validate_indices: None = None,
    axis: int | None = None,
    batch_dims: int = 0,
    name: Any = None,
) -> Any:
    """The parts along an axis, the first one if none is given, that `indices` number."""
    if batch_dims:
        raise ValueError("gather: batch_dims is not available; leave it at 0")
    return ops.take(params, indices, axis=0 if axis is None else axis)


def boolean_mask(tensor: Any, mask: Any, name: str = "boolean_mask", axis: int | None = None) -> Any:
    """The parts where `mask` is true, along one axis in the place of the mask's axes, which begin at `axis`."""
    given = tensor if isinstance(tensor, KerasTensor) else ops.convert_to_tensor(tensor)
    chosen, shape = np.asarray(mask), tuple(given.shape)
    start = axis or 0
    start = start + len(shape) if start < 0 else start
    after = start + chosen.ndim
    if chosen.ndim == 0 or after > len(shape) or shape[start:after] != chosen.shape:
        raise ValueError(
            f"boolean_mask: the shape of mask must be that of tensor's axes from axis={start} on; tensor has shape "
            f"{shape}, mask {chosen.shape}"
        )
    rows = given if chosen.ndim == 1 else ops.reshape(given, (*shape[:start], chosen.size, *shape[after:]))
    return ops.take(rows, np.flatnonzero(chosen), axis=start)


def where(condition: Any, x: Any = None, y: Any = None, name: Name = None) -> Any:
    """x where the condition holds, y elsewhere; with neither, the places where it holds, shape (count, axes)."""
    if x is None and y is None:
        return as_tensor(np.argwhere(np.asarray(condition)))
    return ops.where(condition, x, y)


def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any, name: Name = None) -> Any:
    """Limited to [clip_value_min, clip_value_max]."""
    return ops.minimum(ops.maximum(t, clip_value_min), clip_value_max)


def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: Name = None) -> Any:
    """Scaled down to Euclidean length `clip_norm` if it is longer."""
    length = ops.sqrt(ops.sum(ops.square(t), axis=axes, keepdims=True))
    return ops.divide(ops.multiply(t, clip_norm), ops.maximum(length, clip_norm))


def sort(values: Any, axis: int = -1, direction: str = "ASCENDING", name: Name = None) -> Any:
    """In order along an axis."""
    y = ops.sort(values, axis=axis)
    return ops.flip(y, axis=axis) if direction == "DESCENDING" else y


def argsort(values: Any, axis: int = -1, direction: str = "ASCENDING", stable: bool = False, name: Name = None) -> Any:
    """The places that put the elements in order along an axis."""
    order = np.argsort(
        np.asarray(values) if direction == "ASCENDING" else -np.asarray(values), axis=axis, kind="stable"
    )
    return as_tensor(order.astype(np.int32))


__all__ = ["argsort", "boolean_mask", "clip_by_norm", "clip_by_value", "gather", "sort", "where"]
