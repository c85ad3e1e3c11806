"""The same elements in another shape or order."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.operation import operation
from pynn.ops.dtypes import array
from pynn.ops.reductions import axes_of


@operation(lambda g, y, x, newshape: np.reshape(g, np.shape(x)))
def reshape(x: Any, newshape: Any) -> Any:
    """The elements in another shape; one size may be -1, which stands for what is left.

    >>> reshape([1.0, 2.0], (2, 1)).shape
    (2, 1)
    """
    shape = newshape if isinstance(newshape, int) else tuple(-1 if n is None else int(n) for n in newshape)
    return np.reshape(array(x), shape)


@operation(lambda g, y, x: np.reshape(g, np.shape(x)))
def ravel(x: Any) -> Any:
    """All elements along one axis.

    >>> ravel([[1.0], [2.0]])
    Tensor([1., 2.], dtype=float32)
    """
    return np.ravel(array(x))


def _inverse(axes: Any) -> Any:
    return None if axes is None else tuple(int(i) for i in np.argsort([axis % len(axes) for axis in axes]))


@operation(lambda g, y, x, axes=None: np.transpose(g, _inverse(axes)))
def transpose(x: Any, axes: Any = None) -> Any:
    """The axes in another order; reversed if none is given.

    >>> transpose([[1.0, 2.0]]).shape
    (2, 1)
    """
    return np.transpose(array(x), axes)


@operation(lambda g, y, x, source, destination: np.moveaxis(g, destination, source))
def moveaxis(x: Any, source: Any, destination: Any) -> Any:
    """One or several axes at other places, the others in their order.

    >>> moveaxis(np.zeros((2, 3, 4)), 0, -1).shape
    (3, 4, 2)
    """
    return np.moveaxis(array(x), source, destination)


@operation(lambda g, y, x, axis1, axis2: np.swapaxes(g, axis1, axis2))
def swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    """Two axes exchanged.

    >>> swapaxes(np.zeros((2, 3, 4)), 0, 2).shape
    (4, 3, 2)
    """
    return np.swapaxes(array(x), axis1, axis2)


@operation(lambda g, y, x, axis: np.reshape(g, np.shape(x)))
def expand_dims(x: Any, axis: Any) -> Any:
    """An axis of size 1 more.

    >>> expand_dims([1.0, 2.0], -1).shape
    (2, 1)
    """
    return np.expand_dims(array(x), axes_of(axis))


@operation(lambda g, y, x, axis=None: np.reshape(g, np.shape(x)))
def squeeze(x: Any, axis: Any = None) -> Any:
    """Without axes of size 1: those named, or all.

    >>> squeeze([[1.0, 2.0]]).shape
    (2,)
    """
    return np.squeeze(array(x), axes_of(axis))


@operation(lambda g, y, x, shape: g)
def broadcast_to(x: Any, shape: Any) -> Any:
    """x repeated along axes of size 1 and new first axes.

    >>> broadcast_to([1.0, 2.0], (2, 2))
    Tensor([[1., 2.],
            [1., 2.]], dtype=float32)
    """
    return np.broadcast_to(array(x), tuple(shape)).copy()


@operation(lambda g, y, x, axis=None: np.flip(g, axis))
def flip(x: Any, axis: Any = None) -> Any:
    """The elements in reverse order along some axes, or all.

    >>> flip([1.0, 2.0])
    Tensor([2., 1.], dtype=float32)
    """
    return np.flip(array(x), axes_of(axis))


@operation(lambda g, y, x: np.flip(g, 1))
def fliplr(x: Any) -> Any:
    """Columns in reverse order.

    >>> fliplr([[1.0, 2.0]])
    Tensor([[2., 1.]], dtype=float32)
    """
    return np.fliplr(array(x))


@operation(lambda g, y, x: np.flip(g, 0))
def flipud(x: Any) -> Any:
    """Rows in reverse order.

    >>> flipud([1.0, 2.0])
    Tensor([2., 1.], dtype=float32)
    """
    return np.flipud(array(x))


@operation(lambda g, y, array, k=1, axes=(0, 1): np.rot90(g, -k, axes))
def rot90(array: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    """Turned by k quarters, from the first axis to the second.

    >>> rot90([[1.0, 2.0]])
    Tensor([[2.],
            [1.]], dtype=float32)
    """
    if np.ndim(array) < 2:
        raise ValueError(f"Input array must have at least 2 dimensions. Received input.ndim={np.ndim(array)}")
    return np.rot90(array, k, axes)


def _rolled_back(g: Any, y: Any, x: Any, shift: Any, axis: Any = None) -> Any:
    return np.roll(g, tuple(-n for n in shift) if isinstance(shift, tuple | list) else -shift, axis)


@operation(_rolled_back)
def roll(x: Any, shift: Any, axis: Any = None) -> Any:
    """The elements moved on, those that fall off the end put at the start.

    >>> roll([1.0, 2.0, 3.0], 1)
    Tensor([3., 1., 2.], dtype=float32)
    """
    return np.roll(array(x), shift, axis)


def _repeated_back(g: Any, y: Any, x: Any, repeats: Any, axis: Any = None) -> Any:
    shape = np.shape(x)
    size = int(np.prod(shape)) if axis is None else shape[axis]
    times = np.broadcast_to(np.asarray(repeats), (size,))
    if np.all(times == times[:1]):
        place = 0 if axis is None else axis % len(shape)
        whole = (size,) if axis is None else shape
        return np.reshape(np.sum(np.reshape(g, (*whole[: place + 1], -1, *whole[place + 1 :])), axis=place + 1), shape)
    ends = np.cumsum(times)
    parts = [np.sum(np.take(g, range(e - n, e), axis or 0), axis=axis or 0) for n, e in zip(times, ends, strict=True)]
    return np.reshape(np.stack(parts, axis or 0), shape)


@operation(_repeated_back)
def repeat(x: Any, repeats: Any, axis: int | None = None) -> Any:
    """Each element several times in a row.

    >>> repeat([1.0, 2.0], 2)
    Tensor([1., 1., 2., 2.], dtype=float32)
    """
    return np.repeat(array(x), np.asarray(repeats), axis)


def _tiled_back(g: Any, y: Any, x: Any, repeats: Any) -> Any:
    times = (repeats,) if isinstance(repeats, int) else tuple(repeats)
    shape = np.shape(x)
    rank = len(times) if len(times) > len(shape) else len(shape)
    times = (1,) * (rank - len(times)) + times
    whole = (1,) * (rank - len(shape)) + shape
    pairs = [n for pair in zip(times, whole, strict=True) for n in pair]
    return np.reshape(np.sum(np.reshape(g, pairs), axis=tuple(range(0, 2 * rank, 2))), shape)


@operation(_tiled_back)
def tile(x: Any, repeats: Any) -> Any:
    """The whole array several times along each axis.

    >>> tile([1.0, 2.0], 2)
    Tensor([1., 2., 1., 2.], dtype=float32)
    """
    return np.tile(array(x), repeats)


def _padded_back(g: Any, y: Any, x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Any:
    widths = np.broadcast_to(np.asarray(pad_width), (np.ndim(x), 2))
    if mode == "constant":
        return g[tuple(slice(int(a), int(a) + n) for (a, _), n in zip(widths, np.shape(x), strict=True))]
    places = np.pad(np.arange(np.size(x)).reshape(np.shape(x)), widths, mode=mode)  # type: ignore[call-overload]
    return np.reshape(np.bincount(places.ravel(), np.asarray(g).ravel(), np.size(x)), np.shape(x))


@operation(_padded_back)
def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Any:
    """More elements around: a constant, or those inside again, by NumPy's modes.

    >>> pad([1.0], (1, 2))
    Tensor([0., 1., 0., 0.], dtype=float32)
    """
    if constant_values is not None and mode != "constant":
        raise ValueError(
            f"Argument `constant_values` can only be provided when `mode == 'constant'`. Received: mode={mode}"
        )
    more = {"constant_values": constant_values or 0} if mode == "constant" else {}
    return np.pad(array(x), pad_width, mode, **more)  # type: ignore[call-overload]


@operation(lambda g, y, x, k=0: np.tril(g, k))
def tril(x: Any, k: int = 0) -> Any:
    """The lower triangle, zeros above the k-th diagonal.

    >>> tril([[1.0, 2.0], [3.0, 4.0]])
    Tensor([[1., 0.],
            [3., 4.]], dtype=float32)
    """
    return np.tril(array(x), k)


@operation(lambda g, y, x, k=0: np.triu(g, k))
def triu(x: Any, k: int = 0) -> Any:
    """The upper triangle, zeros below the k-th diagonal.

    >>> triu([[1.0, 2.0], [3.0, 4.0]])
    Tensor([[1., 2.],
            [0., 4.]], dtype=float32)
    """
    return np.triu(array(x), k)
