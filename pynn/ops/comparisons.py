"""Comparisons, logic and bits: their results are steps, so a tape sees constants."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.operation import operation
from pynn.ops.dtypes import array, promoted


def _pair(a: Any, b: Any) -> tuple[Any, Any]:
    if a is None or b is None or isinstance(a, str) or isinstance(b, str):
        return a, b  # nothing equals them
    return promoted(a, b)


@operation(arrays=2)
def equal(x1: Any, x2: Any) -> Any:
    """x1 == x2.

    >>> equal([1, 2], [1, 3])
    Tensor([ True, False])
    """
    return np.equal(*_pair(x1, x2))


@operation(arrays=2)
def not_equal(x1: Any, x2: Any) -> Any:
    """x1 != x2.

    >>> not_equal([1, 2], [1, 3])
    Tensor([False,  True])
    """
    return np.not_equal(*_pair(x1, x2))


@operation(arrays=2)
def less(x1: Any, x2: Any) -> Any:
    """x1 < x2.

    >>> less([1, 2], 2)
    Tensor([ True, False])
    """
    return np.less(*promoted(x1, x2))


@operation(arrays=2)
def less_equal(x1: Any, x2: Any) -> Any:
    """x1 <= x2.

    >>> less_equal([1, 2], 1)
    Tensor([ True, False])
    """
    return np.less_equal(*promoted(x1, x2))


@operation(arrays=2)
def greater(x1: Any, x2: Any) -> Any:
    """x1 > x2.

    >>> greater([1, 2], 1)
    Tensor([False,  True])
    """
    return np.greater(*promoted(x1, x2))


@operation(arrays=2)
def greater_equal(x1: Any, x2: Any) -> Any:
    """x1 >= x2.

    >>> greater_equal([1, 2], 2)
    Tensor([False,  True])
    """
    return np.greater_equal(*promoted(x1, x2))


@operation(arrays=2)
def isclose(x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    """Whether |x1 - x2| <= atol + rtol·|x2|.

    >>> isclose([1.0, 2.0], [1.0, 2.1])
    Tensor([ True, False])
    """
    return np.isclose(*promoted(x1, x2), rtol=rtol, atol=atol, equal_nan=equal_nan)


@operation(arrays=2)
def allclose(x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    """Whether `isclose` holds for all elements.

    >>> bool(allclose([1.0, 2.0], [1.0, 2.0]))
    True
    """
    return np.allclose(*promoted(x1, x2), rtol=rtol, atol=atol, equal_nan=equal_nan)


@operation(arrays=2)
def isin(x1: Any, x2: Any, assume_unique: bool = False, invert: bool = False) -> Any:
    """For each element of x1 whether it is one of x2.

    >>> isin([1, 2, 3], [2, 4])
    Tensor([False,  True, False])
    """
    return np.isin(array(x1), array(x2), assume_unique=assume_unique, invert=invert)


@operation()
def isfinite(x: Any) -> Any:
    """Whether each element is neither NaN nor ±∞.

    >>> isfinite([1.0, float("inf")])
    Tensor([ True, False])
    """
    return np.isfinite(array(x))


@operation()
def isinf(x: Any) -> Any:
    """Whether each element is ±∞.

    >>> isinf([1.0, float("inf")])
    Tensor([False,  True])
    """
    return np.isinf(array(x))


@operation()
def isneginf(x: Any) -> Any:
    """Whether each element is -∞.

    >>> isneginf([1.0, -float("inf")])
    Tensor([False,  True])
    """
    return np.isneginf(array(x))


@operation()
def isposinf(x: Any) -> Any:
    """Whether each element is +∞.

    >>> isposinf([1.0, float("inf")])
    Tensor([False,  True])
    """
    return np.isposinf(array(x))


@operation()
def isnan(x: Any) -> Any:
    """Whether each element is NaN.

    >>> isnan([1.0, float("nan")])
    Tensor([False,  True])
    """
    return np.isnan(array(x))


@operation()
def isreal(x: Any) -> Any:
    """Whether each element has no imaginary part.

    >>> isreal([1.0])
    Tensor([ True])
    """
    return np.isreal(array(x))


@operation()
def signbit(x: Any) -> Any:
    """Whether each element is negative, -0 included.

    >>> signbit([1.0, -0.0])
    Tensor([False,  True])
    """
    x = array(x)
    return np.signbit(x) if x.dtype.kind in "f" else x < 0


@operation(arrays=2)
def logical_and(x1: Any, x2: Any) -> Any:
    """Whether both are true (not 0).

    >>> logical_and([True, False], True)
    Tensor([ True, False])
    """
    return np.logical_and(array(x1), array(x2))


@operation(arrays=2)
def logical_or(x1: Any, x2: Any) -> Any:
    """Whether one of both is true (not 0).

    >>> logical_or([True, False], False)
    Tensor([ True, False])
    """
    return np.logical_or(array(x1), array(x2))


@operation(arrays=2)
def logical_xor(x1: Any, x2: Any) -> Any:
    """Whether exactly one of both is true (not 0).

    >>> logical_xor([True, False], True)
    Tensor([False,  True])
    """
    return np.logical_xor(array(x1), array(x2))


@operation()
def logical_not(x: Any) -> Any:
    """Whether x is false (0).

    >>> logical_not([True, False])
    Tensor([False,  True])
    """
    return np.logical_not(array(x))


@operation(arrays=2)
def bitwise_and(x: Any, y: Any) -> Any:
    """The bits set in both.

    >>> int(bitwise_and(6, 3))
    2
    """
    return np.bitwise_and(*promoted(x, y))


@operation(arrays=2)
def bitwise_or(x: Any, y: Any) -> Any:
    """The bits set in one or both.

    >>> int(bitwise_or(6, 3))
    7
    """
    return np.bitwise_or(*promoted(x, y))


@operation(arrays=2)
def bitwise_xor(x: Any, y: Any) -> Any:
    """The bits set in exactly one.

    >>> int(bitwise_xor(6, 3))
    5
    """
    return np.bitwise_xor(*promoted(x, y))


@operation()
def bitwise_invert(x: Any) -> Any:
    """Every bit turned over.

    >>> int(bitwise_invert(5))
    -6
    """
    return np.invert(array(x))


def _integers(x: Any, y: Any) -> tuple[Any, Any]:
    a, b = promoted(x, y)
    return (a.astype("int32"), b.astype("int32")) if a.dtype == bool else (a, b)


@operation(arrays=2)
def bitwise_left_shift(x: Any, y: Any) -> Any:
    """x·2^y for integers.

    >>> int(bitwise_left_shift(3, 2))
    12
    """
    return np.left_shift(*_integers(x, y))


@operation(arrays=2)
def bitwise_right_shift(x: Any, y: Any) -> Any:
    """x / 2^y for integers, rounded down.

    >>> int(bitwise_right_shift(12, 2))
    3
    """
    return np.right_shift(*_integers(x, y))
