"""Powers, exponentials and logarithms, element by element."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.operation import operation
from pynn.ops.dtypes import array, promoted, real, real_pair


@operation(lambda g, y, x: 2 * g * x)
def square(x: Any) -> Any:
    """x².

    >>> float(square(3.0))
    9.0
    """
    x = array(x)
    return np.square(x.astype("int32") if x.dtype.kind == "b" else x)


@operation(lambda g, y, x: g / (2 * y), quiet=True)
def sqrt(x: Any) -> Any:
    """√x; NaN for negative x.

    >>> float(sqrt(9.0))
    3.0
    """
    return np.sqrt(real(x))


@operation(lambda g, y, x: g * -0.5 * y / x, quiet=True)
def rsqrt(x: Any) -> Any:
    """1 / √x.

    >>> float(rsqrt(4.0))
    0.5
    """
    x = real(x)
    return x.dtype.type(1) / np.sqrt(x)


@operation(lambda g, y, x: g / (3 * y * y), quiet=True)
def cbrt(x: Any) -> Any:
    """The cube root, negative for negative x.

    >>> float(cbrt(-8.0))
    -2.0
    """
    return np.cbrt(real(x))


@operation(lambda g, y, x: -g * y * y, quiet=True)
def reciprocal(x: Any) -> Any:
    """1 / x.

    >>> float(reciprocal(4.0))
    0.25
    """
    return np.reciprocal(real(x))


@operation(lambda g, y, x: g * y, quiet=True)
def exp(x: Any) -> Any:
    """e^x.

    >>> float(exp(0.0))
    1.0
    """
    return np.exp(real(x))


@operation(lambda g, y, x: g * y * float(np.log(2)), quiet=True)
def exp2(x: Any) -> Any:
    """2^x.

    >>> float(exp2(3.0))
    8.0
    """
    return np.exp2(real(x))


@operation(lambda g, y, x: g * (y + 1), quiet=True)
def expm1(x: Any) -> Any:
    """e^x - 1, exact to the last digits for small x too.

    >>> float(expm1(0.0))
    0.0
    """
    return np.expm1(real(x))


@operation(lambda g, y, x: g / x, quiet=True)
def log(x: Any) -> Any:
    """The natural logarithm; -∞ at 0, NaN below.

    >>> float(log(1.0))
    0.0
    """
    return np.log(real(x))


@operation(lambda g, y, x: g / (x * float(np.log(10))), quiet=True)
def log10(x: Any) -> Any:
    """The logarithm to base 10.

    >>> float(log10(1.0))
    0.0
    """
    return np.log10(real(x))


@operation(lambda g, y, x: g / (x * float(np.log(2))), quiet=True)
def log2(x: Any) -> Any:
    """The logarithm to base 2.

    >>> float(log2(8.0))
    3.0
    """
    return np.log2(real(x))


@operation(lambda g, y, x: g / (1 + x), quiet=True)
def log1p(x: Any) -> Any:
    """ln(1 + x), exact to the last digits for small x too.

    >>> float(log1p(0.0))
    0.0
    """
    return np.log1p(real(x))


@operation(
    lambda g, y, a, b: g * np.exp(a - y),
    lambda g, y, a, b: g * np.exp(b - y),
    quiet=True,
)
def logaddexp(x1: Any, x2: Any) -> Any:
    """ln(e^x1 + e^x2) without overflow.

    >>> float(logaddexp(0.0, 0.0)) == float(np.float32(np.log(2)))
    True
    """
    return np.logaddexp(*real_pair(x1, x2))


@operation(
    lambda g, y, a, b: g * np.exp2(a - y),
    lambda g, y, a, b: g * np.exp2(b - y),
    quiet=True,
)
def logaddexp2(x1: Any, x2: Any) -> Any:
    """log2(2^x1 + 2^x2) without overflow.

    >>> float(logaddexp2(0.0, 0.0))
    1.0
    """
    return np.logaddexp2(*real_pair(x1, x2))


def _power_base(g: Any, y: Any, a: Any, b: Any) -> Any:
    """b·a^(b-1), and 0 where b is 0, which is 0·∞ by the formula at a = 0."""
    return g * np.where(np.equal(b, 0), 0, b * np.power(a, np.where(np.equal(b, 0), 1, b - 1)))


def _power_exponent(g: Any, y: Any, a: Any, b: Any) -> Any:
    """a^b·ln a, and 0 where a is 0: the limit for positive b."""
    return g * y * np.log(np.where(np.greater(a, 0), a, 1))


@operation(_power_base, _power_exponent, quiet=True)
def power(x1: Any, x2: Any) -> Any:
    """x1^x2.

    The gradient of x2 counts as 0 where x1 is not positive.

    >>> float(power(2.0, 3))
    8.0
    """
    if type(x2) in (int, float) and getattr(x1, "dtype", None) in (np.float32, np.float64):
        return np.square(x1) if x2 == 2 else np.power(x1, x1.dtype.type(x2))
    a, b = promoted(x1, x2)
    if a.dtype.kind == "b":
        a, b = a.astype("int32"), b.astype("int32")
    return np.power(a, b)


def _cosine(g: Any, y: Any, a: Any) -> Any:
    """The share of a in y; 1/2 where both are 0, as JAX has it."""
    none = np.equal(y, 0)
    return g * np.where(none, 0.5, a / np.where(none, 1, y))


@operation(lambda g, y, a, b: _cosine(g, y, a), lambda g, y, a, b: _cosine(g, y, b), quiet=True)
def hypot(x1: Any, x2: Any) -> Any:
    """√(x1² + x2²) without overflow.

    >>> float(hypot(3.0, 4.0))
    5.0
    """
    return np.hypot(*real_pair(x1, x2))


@operation(lambda g, y, a, b: g * np.ldexp(1.0, np.asarray(b)), arrays=2, quiet=True)
def ldexp(x1: Any, x2: Any) -> Any:
    """x1·2^x2 for integers x2.

    >>> float(ldexp(3.0, 2))
    12.0
    """
    exponent = array(x2)
    if exponent.dtype.kind not in "iu":
        raise TypeError(f"ldexp: x2 must be integers, got dtype {exponent.dtype}")
    return np.ldexp(real(x1), exponent)
