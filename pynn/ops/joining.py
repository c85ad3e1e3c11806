"""Arrays put together and taken apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.operation import composite, operation
from pynn.ops.dtypes import array, result_type


def _alike(xs: Any) -> list[np.ndarray]:
    """Arrays in the type they have in common."""
    arrays = [array(x) for x in xs]
    dtype = result_type(*arrays)
    return [x.astype(dtype, copy=False) for x in arrays]


def _concatenate_back(g: Any, y: Any, *xs: Any, axis: int = 0) -> Any:
    ends = np.cumsum([np.shape(x)[axis] for x in xs])
    return np.split(g, ends[:-1], axis)


@operation(joint=_concatenate_back, arrays=-1)
def _concatenate(*xs: Any, axis: int = 0) -> Any:
    return np.concatenate(_alike(xs), axis)


@composite
def concatenate(xs: Any, axis: int = 0) -> Any:
    """Arrays one after the other along an axis they have.

    >>> concatenate([[1.0], [2.0, 3.0]])
    Tensor([1., 2., 3.], dtype=float32)
    """
    return _concatenate(*xs, axis=axis)


def _stack_back(g: Any, y: Any, *xs: Any, axis: int = 0) -> Any:
    return [np.squeeze(part, axis) for part in np.split(g, len(xs), axis)]


@operation(joint=_stack_back, arrays=-1)
def _stack(*xs: Any, axis: int = 0) -> Any:
    return np.stack(_alike(xs), axis)


@composite
def stack(x: Any, axis: int = 0) -> Any:
    """Arrays of one shape along a new axis.

    >>> stack([1.0, 2.0])
    Tensor([1., 2.], dtype=float32)
    """
    return _stack(*x, axis=axis)


@composite
def append(x1: Any, x2: Any, axis: int | None = None) -> Any:
    """x2 after x1 along an axis; both as one row of elements if none is given.

    >>> append([1.0], [2.0])
    Tensor([1., 2.], dtype=float32)
    """
    from pynn.ops.shaping import ravel

    return _concatenate(ravel(x1), ravel(x2)) if axis is None else _concatenate(x1, x2, axis=axis)


def _at_least(x: Any, rank: int) -> Any:
    from pynn.ops.shaping import expand_dims

    if np.ndim(x) == 0:
        x = expand_dims(x, 0)
    if rank >= 2 and np.ndim(x) == 1:
        x = expand_dims(x, 0)
    return expand_dims(x, -1) if rank == 3 and np.ndim(x) == 2 else x


@composite
def hstack(xs: Any) -> Any:
    """Side by side: along the second axis, or the first if there is no other.

    >>> hstack([[1.0], [2.0]])
    Tensor([1., 2.], dtype=float32)
    """
    parts = [_at_least(x, 1) for x in xs]
    return _concatenate(*parts, axis=0 if np.ndim(parts[0]) == 1 else 1)


@composite
def vstack(xs: Any) -> Any:
    """One below the other: along the first axis; arrays of one axis are rows.

    >>> vstack([[1.0], [2.0]])
    Tensor([[1.],
            [2.]], dtype=float32)
    """
    return _concatenate(*[_at_least(x, 2) for x in xs], axis=0)


@composite
def dstack(xs: Any) -> Any:
    """One behind the other: along the third axis.

    >>> dstack([[1.0], [2.0]]).shape
    (1, 1, 2)
    """
    return _concatenate(*[_at_least(x, 3) for x in xs], axis=2)


def _split_back(g: Any, y: Any, x: Any, *options: Any) -> Any:
    filled = [np.zeros(np.shape(part), part.dtype) if d is None else d for d, part in zip(g, y, strict=True)]
    return np.concatenate(filled, options[1] if len(options) > 1 else 0)


@operation(_split_back)
def _split(x: Any, places: Any, axis: int, uneven: bool) -> Any:
    return list((np.array_split if uneven else np.split)(array(x), places, axis))


@composite
def split(x: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    """So many equal parts along an axis, or parts that end at some places.

    >>> split([1.0, 2.0], 2)
    [Tensor([1.], dtype=float32), Tensor([2.], dtype=float32)]
    """
    return _split(x, indices_or_sections, axis, False)


@composite
def array_split(x: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    """`split` into parts that need not be equal.

    >>> [part.shape for part in array_split([1.0, 2.0, 3.0], 2)]
    [(2,), (1,)]
    """
    return _split(x, indices_or_sections, axis, True)


@composite
def hsplit(x: Any, indices_or_sections: Any) -> Any:
    """`split` along the second axis, or the first if there is no other.

    >>> hsplit([1.0, 2.0], 2)
    [Tensor([1.], dtype=float32), Tensor([2.], dtype=float32)]
    """
    return _split(x, indices_or_sections, 0 if np.ndim(x) == 1 else 1, False)


@composite
def vsplit(x: Any, indices_or_sections: Any) -> Any:
    """`split` along the first axis.

    >>> [part.shape for part in vsplit([[1.0], [2.0]], 2)]
    [(1, 1), (1, 1)]
    """
    return _split(x, indices_or_sections, 0, False)


@composite
def dsplit(x: Any, indices_or_sections: Any) -> Any:
    """`split` along the third axis.

    >>> [part.shape for part in dsplit(np.zeros((1, 1, 2)), 2)]
    [(1, 1, 1), (1, 1, 1)]
    """
    return _split(x, indices_or_sections, 2, False)


@composite
def unstack(x: Any, num: int | None = None, axis: int = 0) -> Any:
    """The parts along an axis, without it.

    >>> unstack([1.0, 2.0])
    [Tensor(1., dtype=float32), Tensor(2., dtype=float32)]
    """
    from pynn.ops.shaping import squeeze

    count = np.shape(x)[axis]
    if num is not None and num != count:
        raise ValueError(f"unstack: num={num}, but axis {axis} of shape {np.shape(x)} has {count} parts")
    return [squeeze(part, axis) for part in _split(x, count, axis, False)]


def _grid_back(g: Any, y: Any, *x: Any, indexing: str = "xy") -> Any:
    found = []
    for i, d in enumerate(g):
        place = {0: 1, 1: 0}.get(i, i) if indexing == "xy" and len(x) > 1 else i
        others = tuple(k for k in range(len(x)) if k != place)
        found.append(None if d is None else np.reshape(np.sum(d, axis=others), np.shape(x[i])))
    return found


@operation(joint=_grid_back, arrays=-1)
def meshgrid(*x: Any, indexing: str = "xy") -> Any:
    """The coordinates of every point of a grid, one array for each axis.

    >>> meshgrid([1.0, 2.0], [3.0])
    [Tensor([[1., 2.]], dtype=float32), Tensor([[3., 3.]], dtype=float32)]
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"Valid values for `indexing` are 'xy' and 'ij', but received {indexing}.")
    grid: Any = np.meshgrid
    return [np.array(part) for part in grid(*map(array, x), indexing=indexing)]
