"""Sums, means, extremes and other things that make one number of many."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.operation import operation
from pynn.ops.dtypes import array, promoted, real

_ADD: Any = np.add  # its stubs know no keepdims by place, which is twice as fast as by name


def kept(g: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    """The gradient of a reduction with its axes kept, as they broadcast against x."""
    if keepdims or np.ndim(x) == 0:
        return g
    if axis is None:
        return np.reshape(g, (1,) * np.ndim(x))
    return np.expand_dims(g, axes_of(axis))


def axes_of(axis: Any) -> Any:
    """Axes as NumPy takes them: a list becomes a tuple."""
    return tuple(axis) if isinstance(axis, list) else axis


def count(x: Any, axis: Any) -> int:
    """How many elements of x become one."""
    shape = np.shape(x)
    if axis is None:
        return int(np.prod(shape))
    return int(np.prod([shape[i] for i in (axis if isinstance(axis, tuple | list) else (axis,))]))


def countable(x: Any) -> Any:
    """An array that can be summed: booleans and short integers become int32, as in Keras."""
    x = array(x)
    if x.dtype.kind in "bi" and x.dtype.itemsize < 4:
        return x.astype("int32")
    return x.astype("uint32") if x.dtype.kind == "u" and x.dtype.itemsize < 4 else x


@operation(lambda g, y, x, axis=None, keepdims=False: kept(g, x, axis, keepdims))
def sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Σ x.

    >>> sum([[1.0, 2.0], [3.0, 4.0]], axis=0)
    Tensor([4., 6.], dtype=float32)
    """
    x = countable(x)
    return _ADD.reduce(x, axes_of(axis), x.dtype, None, keepdims)


@operation(lambda g, y, x, axis=None, keepdims=False: kept(g / count(x, axis), x, axis, keepdims), quiet=True)
def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Σ x / n, where n elements become one.

    >>> float(mean([1.0, 2.0, 6.0]))
    3.0
    """
    x = real(x)
    return np.true_divide(_ADD.reduce(x, axes_of(axis), x.dtype, None, keepdims), x.dtype.type(count(x, axis)))


def _others(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """Of each factor the product of all others: of those before, by those after; so zeros do no harm."""
    if axis is None:
        flat = np.reshape(x, -1)
        return np.reshape(g * _exclusive(flat, 0), np.shape(x))
    if isinstance(axis, tuple | list):
        raise ValueError("prod: there is a gradient along one axis or along all, not along some")
    return kept(g, x, axis, keepdims) * _exclusive(x, axis)


def _exclusive(x: Any, axis: int) -> Any:
    x = np.moveaxis(x, axis, -1)
    ones = np.ones_like(np.asarray(x)[..., :1])
    before = np.cumprod(np.concatenate([ones, x[..., :-1]], -1), -1)
    after = np.flip(np.cumprod(np.flip(np.concatenate([x[..., 1:], ones], -1), -1), -1), -1)
    return np.moveaxis(before * after, -1, axis)


@operation(_others)
def prod(x: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """The product of the elements.

    >>> float(prod([2.0, 3.0, 4.0]))
    24.0
    """
    x = countable(x)
    return np.prod(x, axis=axes_of(axis), keepdims=keepdims, dtype=dtype or x.dtype)


def _chosen(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Any:
    """The gradient of an extreme goes to the elements that are it, in equal parts."""
    hits = np.equal(x, kept(y, x, axis, keepdims))
    parts = np.sum(np.asarray(hits), axis=axes_of(axis), keepdims=True)
    return kept(g, x, axis, keepdims) * hits / np.maximum(parts, 1)


def _extreme(function: Any, x: Any, axis: Any, keepdims: bool, initial: Any) -> Any:
    x = array(x)
    if initial is None:
        return function.reduce(x, axes_of(axis), None, None, keepdims)
    return function.reduce(x, axes_of(axis), None, None, keepdims, x.dtype.type(initial))


@operation(_chosen)
def max(x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Any:
    """The largest element; the gradient is shared by equal ones.

    >>> float(max([1.0, 3.0, 2.0]))
    3.0
    """
    return _extreme(np.maximum, x, axis, keepdims, initial)


@operation(_chosen)
def min(x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Any:
    """The smallest element; the gradient is shared by equal ones.

    >>> float(min([1.0, 3.0, 2.0]))
    1.0
    """
    return _extreme(np.minimum, x, axis, keepdims, initial)


@operation(_chosen)
def amax(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The same as `max`.

    >>> float(amax([1.0, 3.0, 2.0]))
    3.0
    """
    return _extreme(np.maximum, x, axis, keepdims, None)


@operation(_chosen)
def amin(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The same as `min`.

    >>> float(amin([1.0, 3.0, 2.0]))
    1.0
    """
    return _extreme(np.minimum, x, axis, keepdims, None)


def _spread(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    axis = axes_of(axis)
    top, bottom = np.max(x, axis=axis, keepdims=True), np.min(x, axis=axis, keepdims=True)
    return _chosen(kept(g, x, axis, keepdims), top, x, axis, True) - _chosen(
        kept(g, x, axis, keepdims), bottom, x, axis, True
    )


@operation(_spread)
def ptp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The largest element less the smallest.

    >>> float(ptp([1.0, 3.0, 2.0]))
    2.0
    """
    return np.ptp(array(x), axis=axes_of(axis), keepdims=keepdims)


def _variance_slope(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    centred = x - np.mean(x, axis=axes_of(axis), keepdims=True)
    return kept(g, x, axis, keepdims) * centred * (2 / count(x, axis))


@operation(_variance_slope, quiet=True)
def var(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean squared distance from the mean (divided by n, not n - 1).

    >>> float(var([1.0, 3.0]))
    1.0
    """
    return np.var(real(x), axis=axes_of(axis), keepdims=keepdims)


def _deviation_slope(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return _variance_slope(g / (2 * y), y, x, axis, keepdims)


@operation(_deviation_slope, quiet=True)
def std(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The square root of `var`.

    >>> float(std([1.0, 3.0]))
    1.0
    """
    return np.std(real(x), axis=axes_of(axis), keepdims=keepdims)


@operation()
def all(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether all elements are true (not 0).

    >>> bool(all([True, False]))
    False
    """
    return np.all(array(x), axis=axes_of(axis), keepdims=keepdims)


@operation()
def any(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether an element is true (not 0).

    >>> bool(any([True, False]))
    True
    """
    return np.any(array(x), axis=axes_of(axis), keepdims=keepdims)


@operation()
def argmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """Where the largest element stands, as int32; the first of equal ones.

    >>> int(argmax([1.0, 3.0, 2.0]))
    1
    """
    return np.argmax(array(x), axis=axis, keepdims=keepdims).astype("int32")


@operation()
def argmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """Where the smallest element stands, as int32; the first of equal ones.

    >>> int(argmin([1.0, 3.0, 2.0]))
    0
    """
    return np.argmin(array(x), axis=axis, keepdims=keepdims).astype("int32")


@operation()
def count_nonzero(x: Any, axis: Any = None) -> Any:
    """The number of elements that are not 0, as int32.

    >>> int(count_nonzero([1, 0, 2]))
    2
    """
    return np.asarray(np.count_nonzero(array(x), axis=axes_of(axis)), "int32")


def _softmax_share(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return kept(g, x, axis, keepdims) * np.exp(x - kept(y, x, axis, keepdims))


@operation(_softmax_share, quiet=True)
def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """ln Σ e^x without overflow.

    >>> float(logsumexp([0.0, 0.0])) == float(np.float32(np.log(2)))
    True
    """
    x, axis = real(x), axes_of(axis)
    top = np.max(x, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0).astype(x.dtype)
    total = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return total if keepdims else total.reshape(np.sum(x, axis=axis).shape)


def _weighted_slope(g: Any, y: Any, x: Any, axis: Any = None, weights: Any = None) -> Any:
    if weights is None:
        return kept(g / count(x, axis), x, axis, False)
    weights = _along(np.asarray(weights), x, axis)
    return kept(g, x, axis, False) * weights / np.sum(weights, axis=axes_of(axis), keepdims=True)


def _along(weights: np.ndarray, x: Any, axis: Any) -> np.ndarray:
    """Weights of one axis, in a shape that broadcasts against x."""
    if weights.shape == np.shape(x) or not isinstance(axis, int):
        return weights
    return weights.reshape([-1 if i == axis % np.ndim(x) else 1 for i in range(np.ndim(x))])


@operation(_weighted_slope, quiet=True)
def average(x: Any, axis: Any = None, weights: Any = None) -> Any:
    """Σ w·x / Σ w; the weights are constants to a tape.

    >>> float(average([1.0, 3.0], weights=[3.0, 1.0]))
    1.5
    """
    x = real(x)
    if weights is None:
        return np.mean(x, axis=axes_of(axis))
    a, w = promoted(x, real(np.asarray(weights)))
    return np.average(a, axis=axes_of(axis), weights=w).astype(x.dtype)
