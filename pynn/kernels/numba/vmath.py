"""exp, expm1, log, log1p and tanh without branches or tables, so that loops over them vectorise.

The same range reductions and series as in the compiled core (csrc/vmath.h), where their bounds stand.
"""

from __future__ import annotations

import math
from typing import Any

from pynn.kernels.numba.words import fma, from_bits, real, to_bits
from pynn.kernels.scalar.specialising import by_type

_MANTISSA = by_type(23, 52)
_BIAS = by_type(127, 1023)
_LN2_HIGH = by_type(0.693359375, 0.693147180369123816490)  # few bits: n · LN2_HIGH is exact for every exponent n
_LN2_LOW = by_type(-2.12194440e-4, 1.90821492927058770002e-10)
_ROUND = by_type(12582912.0, 6755399441055744.0)  # 1.5 · 2^mantissa: adding it leaves an integer in the low bits
_EXP_LOW = by_type(-86.6, -707.7)
_EXP_HIGH = by_type(88.7228, 709.782712893384)
_TANH_ONE = by_type(9.1, 19.1)  # tanh is 1 to half an ulp from here on
_TINY = by_type(1.17549435e-38, 2.2250738585072014e-308)
_LIFT = by_type(2.0**24, 2.0**53)  # brings subnormal numbers into the normal range
_LIFTED = by_type(24.0, 53.0)
_LOG2_E = 1.44269504088896340736
_SQRT_HALF = 0.70710678118654752440
_INFINITY = math.inf
_NAN = math.nan


def _exp_series32(r: Any) -> Any:
    """(e^r - 1 - r) / r²."""
    q = fma(1.0 / 5040.0, r, 1.0 / 720.0)
    q = fma(q, r, 1.0 / 120.0)
    q = fma(q, r, 1.0 / 24.0)
    q = fma(q, r, 1.0 / 6.0)
    return fma(q, r, 0.5)


def _exp_series64(r: Any) -> Any:
    q = fma(1.0 / 6227020800.0, r, 1.0 / 479001600.0)
    q = fma(q, r, 1.0 / 39916800.0)
    q = fma(q, r, 1.0 / 3628800.0)
    q = fma(q, r, 1.0 / 362880.0)
    q = fma(q, r, 1.0 / 40320.0)
    q = fma(q, r, 1.0 / 5040.0)
    q = fma(q, r, 1.0 / 720.0)
    q = fma(q, r, 1.0 / 120.0)
    q = fma(q, r, 1.0 / 24.0)
    q = fma(q, r, 1.0 / 6.0)
    return fma(q, r, 0.5)


_exp_series = by_type(_exp_series32, _exp_series64)


def _reduced_expm1(x: Any) -> tuple[Any, Any]:
    """x = n ln 2 + r: e^r - 1, and n as n + ROUND."""
    rounded = x * _LOG2_E + _ROUND
    n = rounded - _ROUND
    r = fma(-n, _LN2_LOW, fma(-n, _LN2_HIGH, x))
    return fma(_exp_series(r), r * r, r), rounded


def _power_of_two(rounded: Any, shift: int) -> Any:
    """2^(n + shift): the integer in the low bits moves into the exponent's place."""
    return from_bits((to_bits(rounded) - to_bits(_ROUND) + shift + _BIAS) << _MANTISSA)


def _limited(x: Any) -> Any:
    raised = _EXP_LOW if x < _EXP_LOW else x
    return _EXP_HIGH if raised > _EXP_HIGH else raised


def exp(x: Any) -> Any:
    """0 below EXP_LOW, infinity above EXP_HIGH, NaN for NaN."""
    q, rounded = _reduced_expm1(_limited(x))
    # 2^n itself overflows for the largest x: use 2^(n-1) and double the other factor.
    y = fma(2.0, q, 2.0) * _power_of_two(rounded, -1)
    y = 0.0 if x < _EXP_LOW else y
    return _INFINITY if x > _EXP_HIGH else y


def expm1(x: Any) -> Any:
    """With full relative precision near 0."""
    q, rounded = _reduced_expm1(_limited(x))
    half = _power_of_two(rounded, -1)
    y = 2.0 * fma(half, q, half - 0.5)
    return _INFINITY if x > _EXP_HIGH else y


def tanh(x: Any) -> Any:
    """m / (m + 2), m = e^2|x| - 1: exact near 0."""
    a = -x if x < 0.0 else x
    t = _TANH_ONE if a > _TANH_ONE else a
    q, rounded = _reduced_expm1(t + t)
    scale = _power_of_two(rounded, 0)
    m = fma(scale, q, scale - 1.0)
    y = m / (m + 2.0)
    return -y if x < 0.0 else y


def _atanh_series32(z: Any) -> Any:
    """1 + z/3 + z²/5 + …: atanh(s) / s at z = s², for |s| <= 1/3."""
    q = fma(1.0 / 17.0, z, 1.0 / 15.0)
    q = fma(q, z, 1.0 / 13.0)
    q = fma(q, z, 1.0 / 11.0)
    q = fma(q, z, 1.0 / 9.0)
    q = fma(q, z, 1.0 / 7.0)
    q = fma(q, z, 1.0 / 5.0)
    q = fma(q, z, 1.0 / 3.0)
    return fma(q, z, 1.0)


def _atanh_series64(z: Any) -> Any:
    q = fma(1.0 / 35.0, z, 1.0 / 33.0)
    q = fma(q, z, 1.0 / 31.0)
    q = fma(q, z, 1.0 / 29.0)
    q = fma(q, z, 1.0 / 27.0)
    q = fma(q, z, 1.0 / 25.0)
    q = fma(q, z, 1.0 / 23.0)
    q = fma(q, z, 1.0 / 21.0)
    q = fma(q, z, 1.0 / 19.0)
    q = fma(q, z, 1.0 / 17.0)
    q = fma(q, z, 1.0 / 15.0)
    q = fma(q, z, 1.0 / 13.0)
    q = fma(q, z, 1.0 / 11.0)
    q = fma(q, z, 1.0 / 9.0)
    q = fma(q, z, 1.0 / 7.0)
    q = fma(q, z, 1.0 / 5.0)
    q = fma(q, z, 1.0 / 3.0)
    return fma(q, z, 1.0)


_atanh_series = by_type(_atanh_series32, _atanh_series64)


def log(x: Any) -> Any:
    """e ln 2 + 2 atanh((m - 1)/(m + 1)), x = m 2^e, √½ <= m < √2; -infinity at 0, NaN below."""
    small = x < _TINY
    bits = to_bits(x * _LIFT if small else x)
    exponent = (bits - to_bits(_SQRT_HALF)) >> _MANTISSA
    m = from_bits(bits - (exponent << _MANTISSA))
    e = real(exponent) - (_LIFTED if small else 0.0)
    s = (m - 1.0) / (m + 1.0)
    y = fma(e, _LN2_HIGH, fma(2.0 * s, _atanh_series(s * s), e * _LN2_LOW))
    below = -_INFINITY if x == 0.0 else _NAN
    y = y if x > 0.0 else below
    return x if x == _INFINITY else y


def log1p(x: Any) -> Any:
    """For 0 <= x <= 1, with full relative precision near 0."""
    s = x / (2.0 + x)
    return 2.0 * s * _atanh_series(s * s)


REPLACED = {math.exp: exp, math.expm1: expm1, math.log: log, math.log1p: log1p, math.tanh: tanh}
