"""Making tensors and changing their shapes, with TensorFlow's names and arguments over `keras.ops`."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import keras, legacy
from pynn.graph import KerasTensor
from pynn.structures import map_structure
from pynn.tensor import Tensor, as_tensor
from pynn.tf.dtypes import name_of
from pynn.variables import Variable as KerasVariable

ops: Any = keras.ops

Name = str | None
newaxis = None


def constant(value: Any, dtype: Any = None, shape: Any = None, name: Name = "Const") -> Any:
    """A tensor of a value; Python's fractions become float32, its whole numbers int32.

    Parameters
    ----------
    value : array_like
    dtype : DType, optional
    shape : sequence of int, optional
        A single number is repeated to fill it.
    """
    made = convert_to_tensor(value, dtype)
    if shape is None:
        return made
    return ops.broadcast_to(made, tuple(shape)) if made.size == 1 else ops.reshape(made, tuple(shape))


def convert_to_tensor(value: Any, dtype: Any = None, dtype_hint: Any = None, name: Name = None) -> Any:
    """A tensor of a value; Python's fractions become float32, its whole numbers int32, arrays keep their type."""
    if isinstance(value, KerasTensor):
        return value if dtype is None else ops.cast(value, name_of(dtype))
    if isinstance(value, Tensor) and (dtype is None or value.dtype == np.dtype(name_of(dtype))):
        return value
    if isinstance(value, Tensor | KerasVariable):
        return ops.convert_to_tensor(value, name_of(dtype))
    if dtype is None and dtype_hint is None and not isinstance(value, np.ndarray | np.generic):
        made = np.asarray(_plain(value))
        if made.dtype.kind in "US":  # TensorFlow's strings are bytes
            return as_tensor(np.array(np.char.encode(made, "utf-8") if made.dtype.kind == "U" else made, np.object_))
        dtype = {"f": np.float32, "i": np.int32}.get(made.dtype.kind, made.dtype)
        return as_tensor(np.array(made, dtype))
    return as_tensor(np.array(_plain(value), name_of(dtype if dtype is not None else dtype_hint)))


def _plain(value: Any) -> Any:
    """Lists of tensors as lists of arrays."""
    return map_structure(lambda v: np.asarray(v) if isinstance(v, Tensor) else v, value)


def cast(x: Any, dtype: Any, name: Name = None) -> Any:
    """The values in another element type."""
    return ops.cast(x, name_of(dtype))


def zeros(shape: Any, dtype: Any = np.float32, name: Name = None) -> Any:
    """All 0."""
    return as_tensor(np.zeros(_sizes(shape), name_of(dtype)))


def ones(shape: Any, dtype: Any = np.float32, name: Name = None) -> Any:
    """All 1."""
    return as_tensor(np.ones(_sizes(shape), name_of(dtype)))


def fill(dims: Any, value: Any, name: Name = None) -> Any:
    """All `value`."""
    return as_tensor(np.full(_sizes(dims), convert_to_tensor(value)))


def zeros_like(input: Any, dtype: Any = None, name: Name = None) -> Any:
    """All 0, in the shape and type of `input`."""
    return ops.zeros_like(input, dtype=name_of(dtype))


def ones_like(input: Any, dtype: Any = None, name: Name = None) -> Any:
    """All 1, in the shape and type of `input`."""
    return ops.ones_like(input, dtype=name_of(dtype))


def eye(
    num_rows: int, num_columns: int | None = None, batch_shape: None = None, dtype: Any = np.float32, name: Name = None
) -> Any:
    """1 on the diagonal, 0 elsewhere."""
    if batch_shape is not None:
        raise ValueError("eye: batch_shape is not available; leave it at None")
    return as_tensor(np.eye(num_rows, num_columns, dtype=name_of(dtype)))


def range(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: Name = "range") -> Any:
    """Numbers from `start` to before `limit`; from 0 to before `start` if no limit is given."""
    first, end = (0, start) if limit is None else (start, limit)
    return convert_to_tensor(
        np.arange(first, end, delta).tolist() if dtype is None else np.arange(first, end, delta), dtype
    )


def linspace(start: Any, stop: Any, num: int, name: Name = None, axis: int = 0) -> Any:
    """`num` numbers at equal distances, both ends included."""
    first = convert_to_tensor(start)
    real = first.dtype if first.dtype.kind == "f" else np.float64
    return as_tensor(np.linspace(np.asarray(start), np.asarray(stop), num, axis=axis).astype(real))


def one_hot(
    indices: Any,
    depth: int,
    on_value: Any = None,
    off_value: Any = None,
    axis: int | None = None,
    dtype: Any = None,
    name: Name = None,
) -> Any:
    """Rows of `off_value` (0) with `on_value` (1) in one place; numbers out of range give rows without one."""
    if on_value is None and off_value is None:
        return ops.one_hot(indices, int(depth), axis=-1 if axis is None else axis, dtype=name_of(dtype))
    on, off = (1 if on_value is None else on_value), (0 if off_value is None else off_value)
    hit = np.expand_dims(np.asarray(indices), -1) == np.arange(int(depth))
    rows = np.where(hit, on, off).astype(name_of(dtype) or (np.float32 if on_value is None else np.asarray(on).dtype))
    return as_tensor(rows if axis in (None, -1) else np.moveaxis(rows, -1, axis))


def complex(real: Any, imag: Any, name: Name = None) -> Any:
    """Complex numbers of their two parts: complex64 of float32, complex128 of float64."""
    x, y = convert_to_tensor(real), convert_to_tensor(imag)
    return as_tensor(np.asarray(x) + np.asarray(y) * np.array(1j, np.complex64 if x.dtype == np.float32 else None))


def meshgrid(*args: Any, indexing: Any = "xy", **kwargs: Any) -> Any:
    """Coordinates of the points of a grid."""
    kwargs.pop("name", None)
    if kwargs:
        raise TypeError(f"meshgrid: unknown arguments {sorted(kwargs)}")
    return [
        as_tensor(np.ascontiguousarray(a))
        for a in np.meshgrid(*map(np.asarray, map(convert_to_tensor, args)), indexing=indexing)
    ]


def _sizes(shape: Any) -> tuple[int, ...]:
    return tuple(int(size) for size in np.atleast_1d(np.asarray(shape, np.int64)))


def shape(input: Any, out_type: Any = np.int32, name: Name = None) -> Any:
    """The sizes of the axes, as a tensor."""
    return as_tensor(np.array(np.shape(input), name_of(out_type)))


def size(input: Any, out_type: Any = np.int32, name: Name = None) -> Any:
    """The number of elements."""
    return as_tensor(np.array(np.size(input), name_of(out_type)))


def rank(input: Any, name: Name = None) -> Any:
    """The number of axes."""
    return as_tensor(np.array(np.ndim(input), np.int32))


def is_tensor(x: Any) -> bool:
    """Whether it is a tensor or a variable."""
    return isinstance(x, Tensor | KerasVariable)


def identity(input: Any, name: Name = None) -> Any:
    """An equal tensor."""
    return ops.copy(input)


def stop_gradient(input: Any, name: Name = None) -> Any:
    """An equal tensor that gradients do not pass."""
    return ops.stop_gradient(input)


def reshape(tensor: Any, shape: Any, name: Name = None) -> Any:
    """The same elements in another shape; one size may be -1."""
    return ops.reshape(tensor, _sizes(shape) if np.size(shape) else ())


def expand_dims(input: Any, axis: int, name: Name = None) -> Any:
    """A further axis of size 1."""
    return ops.expand_dims(input, axis)


@legacy.spellings(squeeze_dims="axis")
def squeeze(input: Any, axis: Any = None, name: Name = None) -> Any:
    """Without axes of size 1: all of them, or those given."""
    return ops.squeeze(input, axis=tuple(axis) if isinstance(axis, list) else axis)


def transpose(a: Any, perm: Any = None, conjugate: bool = False, name: Name = None) -> Any:
    """The axes in another order; reversed if none is given."""
    y = ops.transpose(a, axes=None if perm is None else _sizes(perm))
    return ops.conjugate(y) if conjugate else y


def stack(values: Any, axis: int = 0, name: Name = "stack") -> Any:
    """Tensors of one shape along a new axis."""
    return ops.stack([convert_to_tensor(v) for v in values], axis=axis)


def unstack(value: Any, num: int | None = None, axis: int = 0, name: Name = "unstack") -> Any:
    """The parts along an axis, as a list."""
    return ops.unstack(value, num, axis)


def concat(values: Any, axis: int, name: Name = "concat") -> Any:
    """Tensors one after the other along an axis."""
    return ops.concatenate([convert_to_tensor(v) for v in values], axis=int(axis))


def split(value: Any, num_or_size_splits: Any, axis: int = 0, num: None = None, name: Name = "split") -> Any:
    """Parts along an axis: a number of equal ones, or of the sizes given."""
    if np.ndim(num_or_size_splits) == 0:
        return list(ops.split(value, int(num_or_size_splits), axis=axis))
    return list(ops.split(value, np.cumsum(np.asarray(num_or_size_splits))[:-1].tolist(), axis=axis))


def tile(input: Any, multiples: Any, name: Name = None) -> Any:
    """Repeated along each axis."""
    return ops.tile(input, _sizes(multiples))


def repeat(input: Any, repeats: Any, axis: int | None = None, name: Name = None) -> Any:
    """Each element several times."""
    return ops.repeat(input, repeats, axis=axis)


def reverse(tensor: Any, axis: Any, name: Name = None) -> Any:
    """The other way round along axes."""
    return ops.flip(tensor, axis=_sizes(axis))


def broadcast_to(input: Any, shape: Any, name: Name = None) -> Any:
    """Repeated to fill a shape."""
    return ops.broadcast_to(input, _sizes(shape))


def pad(tensor: Any, paddings: Any, mode: str = "CONSTANT", constant_values: Any = 0, name: Name = None) -> Any:
    """With further elements before and after along each axis."""
    widths = [tuple(int(n) for n in pair) for pair in np.asarray(paddings)]
    mode = mode.lower()
    return ops.pad(tensor, widths, mode, constant_values) if mode == "constant" else ops.pad(tensor, widths, mode)


__all__ = ["newaxis"]
__all__ += [n for n, value in list(globals().items()) if n[0] != "_" and getattr(value, "__module__", "") == __name__]
