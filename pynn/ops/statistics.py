"""Order, quantiles, running sums and histograms."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.operation import composite, operation
from pynn.ops import reductions as r
from pynn.ops.dtypes import array, real
from pynn.ops.reductions import countable
from pynn.ops.selection import take_along_axis


def _running_back(g: Any, y: Any, x: Any, axis: Any = None, dtype: Any = None) -> Any:
    if axis is None:
        return np.reshape(np.flip(np.cumsum(np.flip(g, 0), 0), 0), np.shape(x))
    return np.flip(np.cumsum(np.flip(g, axis), axis), axis)


@operation(_running_back)
def cumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """Running sums along an axis, or of all elements in order.

    >>> cumsum([1.0, 2.0, 3.0])
    Tensor([1., 3., 6.], dtype=float32)
    """
    x = countable(x)
    return np.cumsum(x, axis=axis, dtype=dtype or x.dtype)


def _products_back(g: Any, y: Any, x: Any, axis: Any = None, dtype: Any = None) -> Any:
    """Σ over later products, each divided by x; where a factor is 0, each multiplied out without it."""
    if np.any(np.equal(np.asarray(x), 0)):
        return np.reshape(_multiplied_out(g, x, axis), np.shape(x))
    return _running_back(g * y, y, x, axis) / x


def _multiplied_out(g: Any, x: Any, axis: Any) -> Any:
    """Σ_j g_j Π_{k ≤ j, k ≠ i} x_k for each i: as many products as there are pairs of elements."""
    if axis is None:
        g, x, axis = np.reshape(g, -1), np.reshape(x, -1), 0
    g, x = np.moveaxis(g, axis, -1), np.moveaxis(x, axis, -1)
    n = np.shape(x)[-1]
    products = np.cumprod(np.where(np.eye(n, dtype=bool), 1, np.expand_dims(x, -2)), -1)
    sums = np.sum(np.where(np.tri(n, dtype=bool).T, np.expand_dims(g, -2) * products, 0), -1)
    return np.moveaxis(sums, -1, axis)


@operation(_products_back)
def cumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """Running products along an axis, or of all elements in order.

    >>> cumprod([1.0, 2.0, 3.0])
    Tensor([1., 2., 6.], dtype=float32)
    """
    x = countable(x)
    return np.cumprod(x, axis=axis, dtype=dtype or x.dtype)


@operation()
def argsort(x: Any, axis: int | None = -1) -> Any:
    """The order of the elements, as int32; equal ones keep theirs.

    >>> argsort([3.0, 1.0, 2.0])
    Tensor([1, 2, 0], dtype=int32)
    """
    return np.argsort(array(x), axis=axis, kind="stable").astype("int32")


@composite
def sort(x: Any, axis: int = -1) -> Any:
    """The elements along an axis from the smallest on.

    >>> sort([3.0, 1.0, 2.0])
    Tensor([1., 2., 3.], dtype=float32)
    """
    return take_along_axis(x, argsort(x, axis), axis)


@operation()
def argpartition(x: Any, kth: int, axis: int = -1) -> Any:
    """An order in which no element before place kth is larger than that one and none after it smaller, as int32.

    >>> int(argpartition([3.0, 1.0, 2.0], 0)[0])
    1
    """
    return np.argpartition(array(x), kth, axis).astype("int32")


@operation(arrays=2)
def searchsorted(sorted_sequence: Any, values: Any, side: str = "left") -> Any:
    """Where values would go in a sorted sequence, as int32.

    >>> int(searchsorted([1.0, 2.0, 3.0], 2.5))
    2
    """
    return np.searchsorted(array(sorted_sequence), array(values), side=side).astype("int32")  # type: ignore[call-overload]


@operation()
def digitize(x: Any, bins: Any) -> Any:
    """The number of bin edges that are <= x, as int32.

    >>> digitize([0.5, 1.5], [1.0, 2.0])
    Tensor([0, 1], dtype=int32)
    """
    return np.digitize(array(x), np.asarray(bins)).astype("int32")


@operation()
def histogram(x: Any, bins: int = 10, range: Any = None) -> Any:
    """The number of elements in each of `bins` equal intervals, and the intervals' edges.

    >>> histogram([0.0, 0.4, 1.0], bins=2)[0]
    Tensor([2., 1.], dtype=float32)
    """
    if not isinstance(bins, int) or bins < 0:
        raise ValueError(f"Argument `bins` should be a non-negative integer. Received: bins={bins}")
    x = real(x)
    counts, edges = np.histogram(x, bins, range=range)
    return counts.astype(x.dtype), edges.astype(x.dtype)


@operation()
def bincount(x: Any, weights: Any = None, minlength: int = 0, sparse: bool = False) -> Any:
    """How often each integer from 0 on occurs, or the sum of the weights where it does.

    >>> bincount([0, 2, 2])
    Tensor([1, 0, 2], dtype=int32)
    """
    if sparse:
        raise ValueError("bincount: sparse tensors are not in pynn; leave sparse=False")
    x = array(x)
    rows = x.reshape(-1, x.shape[-1])
    given = None if weights is None else np.broadcast_to(np.asarray(weights), x.shape).reshape(rows.shape)
    size = int(np.max(x, initial=-1)) + 1
    size = size if size > minlength else minlength
    found = [np.bincount(row, None if given is None else given[i], size) for i, row in enumerate(rows)]
    dtype = "int32" if given is None else r.countable(given).dtype
    return np.asarray(found).reshape(*x.shape[:-1], size).astype(dtype)


@operation(quiet=True, refuses=True)
def corrcoef(x: Any) -> Any:
    """Pearson's correlation of each two rows.

    >>> corrcoef([[1.0, 2.0], [2.0, 1.0]])
    Tensor([[ 1., -1.],
            [-1.,  1.]], dtype=float32)
    """
    x = real(x)
    return np.asarray(np.corrcoef(x), x.dtype)
