"""Shapes and types."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config, dtypes
from pynn.older_backend.names import today
from pynn.ops import everything
from pynn.variables import Variable

_op = everything.__getitem__


@today("x.shape")
def int_shape(x: Any) -> tuple[int | None, ...] | None:
    """The sizes along all axes."""
    return tuple(x.shape) if hasattr(x, "shape") else None


@today("math.prod(x.shape)")
def count_params(x: Any) -> int:
    """The number of elements."""
    return int(np.prod(x.shape, dtype=np.int64))


@today("keras.ops.dtype")
def dtype(x: Any) -> str:
    """The name of the element type."""
    return dtypes.standardize_dtype(x.dtype)


@today("keras.ops.cast(x, keras.config.floatx())")
def cast_to_floatx(x: Any) -> Any:
    """The values in ``config.floatx()``: of tensors a tensor, of all else a NumPy array."""
    if _op("is_tensor")(x) or isinstance(x, Variable):
        return _op("cast")(x, config.floatx())
    return np.asarray(x, config.floatx())


@today("keras.ops.is_tensor")
def is_tensor(x: Any) -> bool:
    """Whether it is a tensor."""
    return bool(_op("is_tensor")(x))


@today("False: tensors are dense")
def is_sparse(tensor: Any) -> bool:
    """Whether it is a sparse tensor: never."""
    return False


@today("keras.ops.reshape(x, (-1,))")
def flatten(x: Any) -> Any:
    """All elements along one axis."""
    return _op("reshape")(x, (-1,))


@today("keras.ops.reshape(x, (x.shape[0], -1)), or keras.layers.Flatten")
def batch_flatten(x: Any) -> Any:
    """All elements of a row along one axis."""
    return _op("reshape")(x, (-1, int(np.prod(x.shape[1:], dtype=np.int64))))


@today("keras.ops.expand_dims(x, -1)")
def expand_dims(x: Any, axis: int = -1) -> Any:
    """One more axis, of size 1."""
    return _op("expand_dims")(x, axis)


@today("keras.ops.concatenate")
def concatenate(tensors: Any, axis: int = -1) -> Any:
    """Tensors put together along an axis, by default the last."""
    return _op("concatenate")(tensors, axis=axis)


@today("keras.ops.repeat(keras.ops.expand_dims(x, 1), n, axis=1)")
def repeat(x: Any, n: int) -> Any:
    """Each row n times, along a new second axis."""
    return _op("repeat")(_op("expand_dims")(x, 1), n, axis=1)


@today("keras.ops.repeat(x, rep, axis=axis)")
def repeat_elements(x: Any, rep: int, axis: int) -> Any:
    """Each element `rep` times, along an axis."""
    return _op("repeat")(x, rep, axis=axis)


@today("keras.ops.flip(x, axes)")
def reverse(x: Any, axes: Any) -> Any:
    """The elements in reverse order, along some axes."""
    return _op("flip")(x, tuple(axes) if isinstance(axes, list | tuple) else axes)


@today("keras.ops.take(x, indices, axis=0)")
def gather(reference: Any, indices: Any) -> Any:
    """The rows with these numbers."""
    return _op("take")(reference, indices, axis=0)


@today("keras.ops.transpose(x, axes)")
def permute_dimensions(x: Any, pattern: Any) -> Any:
    """The axes in another order."""
    return _op("transpose")(x, tuple(pattern))
