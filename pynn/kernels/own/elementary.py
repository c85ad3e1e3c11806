"""Functions of `math` as compiled loops need them: they vectorise, and of a float32 they make one."""

from __future__ import annotations

import math
from math import exp, expm1, log
from typing import Any

from pynn.kernels.scalar.specialising import ByType

_WHOLE: Any = ByType(2.0**23, 2.0**52)  # from here on every number is whole; adding it to a smaller one rounds that
_INFINITY = math.inf


def log1p(x: float) -> float:
    """ln(1 + x), for every x > -1.

    Source: Kahan's correction of what 1 + x rounds away; Higham 2002, "Accuracy and stability of numerical algorithms",
    section 1.14.1.
    """
    u = 1.0 + x
    e = u - 1.0
    y = log(u) * (x / (1.0 if e == 0.0 else e))
    y = x if e == 0.0 else y
    return x if x == _INFINITY else y


def sinh(x: float) -> float:
    """(e^x - e^-x) / 2, of the one that is exact near 0."""
    e = expm1(-x if x < 0.0 else x)
    y = 0.5 * (e + e / (e + 1.0))
    y = e if e == _INFINITY else y
    return -y if x < 0.0 else y


def cosh(x: float) -> float:
    """(e^x + e^-x) / 2."""
    return 0.5 * (exp(x) + exp(-x))


def rint(x: float) -> float:
    """The nearest whole number; of two the even one."""
    size = -x if x < 0.0 else x
    y = (size + _WHOLE) - _WHOLE
    y = y if size < _WHOLE else size
    return -y if x < 0.0 else y


def floor(x: float) -> float:
    """The largest whole number that is not above x."""
    y = rint(x)
    return y - 1.0 if y > x else y


def ceil(x: float) -> float:
    """The smallest whole number that is not below x."""
    y = rint(x)
    return y + 1.0 if y < x else y


def trunc(x: float) -> float:
    """x without what stands behind the point."""
    return ceil(x) if x < 0.0 else floor(x)


def larger(a: float, b: float) -> float:
    """The larger of two numbers; NaN if one is."""
    y = b if a < b else a
    return b if b != b else y


def smaller(a: float, b: float) -> float:
    """The smaller one; NaN if one is."""
    y = b if b < a else a
    return b if b != b else y
