"""Sums, products, remainders and rounding, element by element."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.operation import operation
from pynn.ops.dtypes import array, promoted, real, real_pair

_REALS = (np.float32, np.float64)


def _operands(a: Any, b: Any) -> tuple[Any, Any]:
    """Both in the type of their result; at once for real arrays and Python's numbers, as nearly all are."""
    if type(a) is np.ndarray and a.dtype in _REALS:
        if type(b) in (float, int):
            return a, a.dtype.type(b)
        if type(b) is np.ndarray and b.dtype == a.dtype:
            return a, b
    return promoted(a, b)


def _numbers(a: Any, b: Any) -> tuple[Any, Any]:
    """The same, with booleans as integers."""
    a, b = promoted(a, b)
    return (a.astype("int32"), b.astype("int32")) if a.dtype.kind == "b" else (a, b)


@operation(lambda g, y, a, b: g, lambda g, y, a, b: g)
def add(x1: Any, x2: Any) -> Any:
    """x1 + x2.

    >>> add([1.0, 2.0], 1)
    Tensor([2., 3.], dtype=float32)
    """
    a, b = _operands(x1, x2)
    return np.add(a, b)


@operation(lambda g, y, a, b: g, lambda g, y, a, b: -g)
def subtract(x1: Any, x2: Any) -> Any:
    """x1 - x2.

    >>> subtract([1.0, 2.0], 1)
    Tensor([0., 1.], dtype=float32)
    """
    a, b = _operands(x1, x2)
    return np.subtract(a, b)


@operation(lambda g, y, a, b: g * b, lambda g, y, a, b: g * a)
def multiply(x1: Any, x2: Any) -> Any:
    """x1·x2.

    >>> multiply([1.0, 2.0], 2)
    Tensor([2., 4.], dtype=float32)
    """
    a, b = _operands(x1, x2)
    return np.multiply(a, b)


@operation(lambda g, y, a, b: g / b, lambda g, y, a, b: -g * y / b, quiet=True)
def divide(x1: Any, x2: Any) -> Any:
    """x1 / x2, a real number for integers too.

    >>> divide(1, 2)
    Tensor(0.5, dtype=float32)
    """
    a, b = _operands(x1, x2)
    return np.true_divide(real(a), real(b) if type(b) is np.ndarray else b)


def _no_nan(g: Any, b: Any) -> Any:
    zero = np.equal(b, 0)
    return np.where(zero, 0, g / np.where(zero, 1, b))


@operation(lambda g, y, a, b: _no_nan(g, b), lambda g, y, a, b: _no_nan(-g * y, b))
def divide_no_nan(x1: Any, x2: Any) -> Any:
    """x1 / x2, and 0 where x2 is 0.

    >>> divide_no_nan([1.0, 2.0], [0.0, 4.0])
    Tensor([0. , 0.5], dtype=float32)
    """
    a, b = real_pair(x1, x2)
    zero = b == 0
    return np.where(zero, a.dtype.type(0), a / np.where(zero, b.dtype.type(1), b))


@operation(lambda g, y, a, b: 0 * g, lambda g, y, a, b: 0 * g, quiet=True)
def floor_divide(x1: Any, x2: Any) -> Any:
    """The largest integer ≤ x1 / x2; its gradient is 0.

    >>> float(floor_divide(7.0, 2))
    3.0
    """
    return np.floor_divide(*_numbers(x1, x2))


@operation(lambda g, y, a, b: g, lambda g, y, a, b: -g * np.floor(a / b), quiet=True)
def mod(x1: Any, x2: Any) -> Any:
    """The remainder of x1 / x2, with the sign of x2.

    >>> float(mod(-7.0, 3))
    2.0
    """
    return np.mod(*_numbers(x1, x2))


@operation(lambda g, y, a, b: g, lambda g, y, a, b: -g * np.trunc(a / b), quiet=True)
def fmod(x1: Any, x2: Any) -> Any:
    """The remainder of x1 / x2, with the sign of x1.

    >>> float(fmod(-7.0, 3))
    -1.0
    """
    return np.fmod(*_numbers(x1, x2))


def _share(g: Any, mine: Any, other: Any) -> Any:
    """The gradient of the larger operand; half of it where both are equal."""
    return g * np.where(np.equal(mine, other), 0.5, np.greater(mine, other))


@operation(lambda g, y, a, b: _share(g, a, b), lambda g, y, a, b: _share(g, b, a))
def maximum(x1: Any, x2: Any) -> Any:
    """The larger of both; NaN if one is.

    >>> maximum([-1.0, 2.0], 0)
    Tensor([0., 2.], dtype=float32)
    """
    a, b = _operands(x1, x2)
    return np.maximum(a, b)


@operation(lambda g, y, a, b: _share(g, b, a), lambda g, y, a, b: _share(g, a, b))
def minimum(x1: Any, x2: Any) -> Any:
    """The smaller of both; NaN if one is.

    >>> minimum([-1.0, 2.0], 0)
    Tensor([-1.,  0.], dtype=float32)
    """
    a, b = _operands(x1, x2)
    return np.minimum(a, b)


def _first(mine: Any, other: Any, second: Any = None) -> Any:
    """Where the first operand was taken: it is larger, or the second one is NaN."""
    return np.logical_or(np.greater(mine, other), np.isnan(other if second is None else second))


@operation(lambda g, y, a, b: g * _first(a, b), lambda g, y, a, b: g * np.logical_not(_first(a, b)))
def fmax(x1: Any, x2: Any) -> Any:
    """The larger of both; the other one where one is NaN.

    >>> float(fmax(float("nan"), 1.0))
    1.0
    """
    return np.fmax(*promoted(x1, x2))


@operation(lambda g, y, a, b: g * _first(b, a, b), lambda g, y, a, b: g * np.logical_not(_first(b, a, b)))
def fmin(x1: Any, x2: Any) -> Any:
    """The smaller of both; the other one where one is NaN.

    >>> float(fmin(float("nan"), 1.0))
    1.0
    """
    return np.fmin(*promoted(x1, x2))


def _clip_slope(g: Any, y: Any, x: Any, low: Any, high: Any) -> Any:
    """1 inside, 1/2 at an end, as JAX takes the derivative of a maximum."""
    low, high, x = np.asarray(low), np.asarray(high), np.asarray(x)
    inside = np.where((x > low) & (x < high), 1, np.where((x == low) | (x == high), 0.5, 0))
    return g * inside.astype(g.dtype)


@operation(_clip_slope)
def clip(x: Any, x_min: Any, x_max: Any) -> Any:
    """Limit elements to [x_min, x_max]; the gradient is 0 where x lies outside, and half at the ends.

    >>> clip([-1.0, 0.5, 2.0], 0, 1)
    Tensor([0. , 0.5, 1. ], dtype=float32)
    """
    x = array(x)
    if x.dtype.kind == "b":
        x = x.astype("int32")
    if type(x_min) in (int, float) and type(x_max) in (int, float) and x.dtype in _REALS:
        return np.minimum(np.maximum(x, x.dtype.type(x_min)), x.dtype.type(x_max))
    low, high = np.asarray(x_min), np.asarray(x_max)
    return np.clip(x, low, high).astype(x.dtype)


@operation(lambda g, y, x: -g)
def negative(x: Any) -> Any:
    """-x.

    >>> float(negative(1.0))
    -1.0
    """
    return np.negative(array(x))


def _with_sign(g: Any, y: Any, x: Any) -> Any:
    return np.where(np.greater_equal(x, 0), g, -g)


@operation(_with_sign)
def absolute(x: Any) -> Any:
    """|x|; the gradient at 0 is 1, as JAX has it.

    >>> float(absolute(-1.5))
    1.5
    """
    return np.abs(array(x))


@operation(_with_sign)
def fabs(x: Any) -> Any:
    """|x| as a real number.

    >>> float(fabs(-1))
    1.0
    """
    return np.fabs(real(x))
