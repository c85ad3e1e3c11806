"""Reductions that leave NaN out."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.operation import composite, operation
from pynn.ops import reductions as r
from pynn.ops.dtypes import real
from pynn.ops.quantiles import quantile_of
from pynn.ops.reductions import axes_of
from pynn.ops.selection import where
from pynn.ops.statistics import cumprod, cumsum


def _without_nan(x: Any, filler: float) -> Any:
    """x with another number for NaN; integers as they are."""
    return where(np.isnan(np.asarray(x)), filler, x) if np.asarray(x).dtype.kind == "f" else x


@composite
def nansum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`sum` of the elements that are not NaN.

    >>> float(nansum([1.0, float("nan")]))
    1.0
    """
    return r.sum(_without_nan(x, 0.0), axis, keepdims)


@composite
def nanprod(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`prod` of the elements that are not NaN.

    >>> float(nanprod([2.0, float("nan")]))
    2.0
    """
    return r.prod(_without_nan(x, 1.0), axis, keepdims)


@composite
def nanmean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`mean` of the elements that are not NaN.

    >>> float(nanmean([1.0, float("nan"), 3.0]))
    2.0
    """
    there = real(~np.isnan(real(np.asarray(x))))
    total = r.sum(_without_nan(real(x) if not hasattr(x, "dtype") else x, 0.0), axis, keepdims)
    return total / r.sum(there, axis, keepdims)


@composite
def nanvar(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`var` of the elements that are not NaN.

    >>> float(nanvar([1.0, float("nan"), 3.0]))
    1.0
    """
    return nanmean((x - nanmean(x, axis, True)) ** 2, axis, keepdims)


@composite
def nanstd(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`std` of the elements that are not NaN.

    >>> float(nanstd([1.0, float("nan"), 3.0]))
    1.0
    """
    return nanvar(x, axis, keepdims) ** 0.5


def _nan_extreme(x: Any, filler: float, function: Any, axis: Any, keepdims: bool) -> Any:
    """The extreme of the others; NaN where all are NaN."""
    found = function(_without_nan(x, filler), axis, keepdims)
    empty = np.all(np.isnan(real(np.asarray(x))), axis=axes_of(axis), keepdims=keepdims)
    return where(empty, float("nan"), found) if np.any(empty) else found


@composite
def nanmax(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`max` of the elements that are not NaN.

    >>> float(nanmax([1.0, float("nan")]))
    1.0
    """
    return _nan_extreme(x, -np.inf, r.max, axis, keepdims)


@composite
def nanmin(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`min` of the elements that are not NaN.

    >>> float(nanmin([1.0, float("nan")]))
    1.0
    """
    return _nan_extreme(x, np.inf, r.min, axis, keepdims)


def _nan_place(x: Any, filler: float, function: Any, axis: Any, keepdims: bool) -> Any:
    """Where the extreme stands; -1 where all are NaN."""
    x = real(x)
    empty = np.all(np.isnan(x), axis=axis, keepdims=keepdims)
    place = function(np.where(np.isnan(x), filler, x), axis=axis, keepdims=keepdims)
    return np.where(empty, -1, place).astype("int32")


@operation()
def nanargmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """`argmax` of the elements that are not NaN; -1 if there are none.

    >>> int(nanargmax([1.0, float("nan")]))
    0
    """
    return _nan_place(x, -np.inf, np.argmax, axis, keepdims)


@operation()
def nanargmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """`argmin` of the elements that are not NaN; -1 if there are none.

    >>> int(nanargmin([1.0, float("nan")]))
    0
    """
    return _nan_place(x, np.inf, np.argmin, axis, keepdims)


@composite
def nancumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """`cumsum` with 0 for NaN.

    >>> nancumsum([1.0, float("nan"), 2.0])
    Tensor([1., 1., 3.], dtype=float32)
    """
    return cumsum(_without_nan(x, 0.0), axis, dtype)


@composite
def nancumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """`cumprod` with 1 for NaN.

    >>> nancumprod([2.0, float("nan"), 3.0])
    Tensor([2., 2., 6.], dtype=float32)
    """
    return cumprod(_without_nan(x, 1.0), axis, dtype)


@composite
def nanquantile(x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    """`quantile` of the elements that are not NaN.

    >>> float(nanquantile([1.0, float("nan"), 3.0], 0.5))
    2.0
    """
    return quantile_of(x, q, axis, method, keepdims, True)


@composite
def nanpercentile(x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    """`percentile` of the elements that are not NaN.

    >>> float(nanpercentile([1.0, float("nan"), 3.0], 50))
    2.0
    """
    return quantile_of(x, np.asarray(q) / 100, axis, method, keepdims, True)


@composite
def nanmedian(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`median` of the elements that are not NaN.

    >>> float(nanmedian([1.0, float("nan"), 3.0]))
    2.0
    """
    return quantile_of(x, 0.5, axis, "linear", keepdims, True)
