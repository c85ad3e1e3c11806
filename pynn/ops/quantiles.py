"""Quantiles: elements by their place in the order, or what lies between two of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.operation import composite
from pynn.ops.dtypes import real
from pynn.ops.norms import as_real
from pynn.ops.selection import take_along_axis, where
from pynn.ops.shaping import moveaxis, reshape, transpose
from pynn.ops.statistics import sort

_METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


def _flat(x: Any, axis: Any) -> tuple[Any, list[int], list[int]]:
    """The elements that become one along the last axis; the sizes of the other axes, and with 1 for those gone."""
    sizes = x.shape
    gone = range(x.ndim) if axis is None else axis if isinstance(axis, tuple | list) else (axis,)
    gone = [i % x.ndim for i in gone]
    rest = [i for i in range(x.ndim) if i not in gone]
    moved = reshape(transpose(x, (*rest, *gone)), (*(sizes[i] for i in rest), -1))
    return moved, [sizes[i] for i in rest], [1 if i in gone else n for i, n in enumerate(sizes)]


def _between(ordered: Any, place: Any, method: str) -> Any:
    """The elements at places that may lie between two."""
    low, high = np.floor(place), np.ceil(place)
    if method == "nearest":
        low = high = np.round(place)
    elif method in ("lower", "higher"):
        low = high = low if method == "lower" else high
    share = np.where(low == high, 0.0, 0.5) if method == "midpoint" else place - low
    first = take_along_axis(ordered, np.maximum(low, 0).astype(np.intp), -1)
    if np.all(low == high):
        return first
    second = take_along_axis(ordered, np.maximum(high, 0).astype(np.intp), -1)
    share = share.astype(ordered.dtype)
    return first * (1 - share) + second * share


def quantile_of(x: Any, q: Any, axis: Any, method: str, keepdims: bool, nan: bool) -> Any:
    """`quantile`, and with `nan` that of the elements that are not NaN.

    Raises
    ------
    ValueError
        If the method is none of those, or a share lies outside [0, 1].
    """
    if method not in _METHODS:
        raise ValueError(f"Invalid method: {method!r}. Expected one of {_METHODS}")
    shares = np.asarray(q, np.float64)
    moved, rest, kept = _flat(as_real(x), axis)
    holes = np.isnan(np.asarray(moved))
    counts = np.sum(~holes, -1, keepdims=True) if nan else np.full((*rest, 1), moved.shape[-1])
    found = _between(sort(moved), shares.reshape(-1) * (counts - 1), method)
    if holes.any() and not nan:
        found = where(holes.any(-1, keepdims=True), float("nan"), found)
    return reshape(moveaxis(found, -1, 0), (*shares.shape, *(kept if keepdims else rest)))


@composite
def quantile(x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    """The value below which a share q of the elements lies; several shares come first among the axes.

    >>> float(quantile([1.0, 2.0, 4.0], 0.5))
    2.0
    """
    return quantile_of(x, q, axis, method, keepdims, False)


@composite
def percentile(x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    """`quantile` of q / 100.

    >>> float(percentile([1.0, 2.0, 4.0], 50))
    2.0
    """
    return quantile_of(x, real(q) / 100, axis, method, keepdims, False)


@composite
def median(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The element in the middle, or the mean of the two about it.

    >>> float(median([1.0, 5.0, 2.0]))
    2.0
    """
    return quantile_of(x, 0.5, axis, "linear", keepdims, False)
