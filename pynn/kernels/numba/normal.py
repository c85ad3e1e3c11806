"""erf and erfc without branches or tables, so that loops over them vectorise: see csrc/normal.h."""

from __future__ import annotations

import math
from typing import Any

from pynn.kernels.numba.vmath import exp
from pynn.kernels.numba.words import fma, from_bits, to_bits
from pynn.kernels.scalar.specialising import ByType

_HIGH_HALF = ByType(~0xFFF, ~0x7FFFFFF)
_FAR = 28.0  # e^(-x²) is 0 from here on, in both types
_NEAR = 0.7
_TWO_BY_ROOT_PI = 1.12837916709551257390


def _tail_series32(t: Any) -> Any:
    """(1 + 2 a) e^(a²) erfc(a) at t = (a - 3) / (a + 3), as in csrc/normal.h."""
    q = fma(7.73102422e-5, t, -9.25451669e-5)
    q = fma(q, t, -0.000726453679)
    q = fma(q, t, 0.00187507912)
    q = fma(q, t, 0.00249911687)
    q = fma(q, t, -0.0237635764)
    q = fma(q, t, 0.0683165678)
    q = fma(q, t, -0.119275275)
    q = fma(q, t, 0.129644114)
    q = fma(q, t, -0.0475621569)
    q = fma(q, t, -0.135621069)
    return fma(q, t, 1.25300806)


def _tail_series64(t: Any) -> Any:
    q = fma(8.39373485869087755e-10, t, 9.862533510345587593e-10)
    q = fma(q, t, -8.217595058711453856e-9)
    q = fma(q, t, -1.331291966103868771e-8)
    q = fma(q, t, 4.106401366794035277e-8)
    q = fma(q, t, 1.018362060384273665e-7)
    q = fma(q, t, -1.404765431542846233e-7)
    q = fma(q, t, -6.166011460398725931e-7)
    q = fma(q, t, 3.557608668408059435e-7)
    q = fma(q, t, 3.47237094497716817e-6)
    q = fma(q, t, -7.308281468783613929e-7)
    q = fma(q, t, -0.00002010054226852561094)
    q = fma(q, t, 4.949196649968345314e-6)
    q = fma(q, t, 0.0001250993424583729094)
    q = fma(q, t, -0.0001051597195844806484)
    q = fma(q, t, -0.000779832269654330652)
    q = fma(q, t, 0.00188869034499917185)
    q = fma(q, t, 0.002529391815693969529)
    q = fma(q, t, -0.0237705149171713368)
    q = fma(q, t, 0.0683080273440099038)
    q = fma(q, t, -0.1192736634153863841)
    q = fma(q, t, 0.1296451587027593923)
    q = fma(q, t, -0.04756229435344919669)
    q = fma(q, t, -0.1356211061245811585)
    return fma(q, t, 1.253008058269729647)


_tail_series: Any = ByType(_tail_series32, _tail_series64)


def _tail(size: Any) -> Any:
    """erfc of a number >= 0: size = a + b, where a² is exact, so that rounding size² does no harm."""
    r = _FAR if size > _FAR else size
    a = from_bits(to_bits(r) & _HIGH_HALF)
    z = -(r - a) * (r + a)  # |z| < 0.1 where e^(-a²) is a number
    near = 1.0 + z * (1.0 + z * (0.5 + z * (1.0 / 6.0 + z * (1.0 / 24.0 + z * (1.0 / 120.0)))))
    return exp(-a * a) * near * _tail_series((r - 3.0) / (r + 3.0)) / (1.0 + 2.0 * r)


def erfc(x: Any) -> Any:
    """With full relative precision far out."""
    y = _tail(-x if x < 0.0 else x)
    return 2.0 - y if x < 0.0 else y


def _near_series32(z: Any) -> Any:
    """Taylor's series of √π erf(x) / (2 x) at z = x², for |x| < 0.7."""
    q = fma(-1.0 / 75600.0, z, 1.0 / 9360.0)
    q = fma(q, z, -1.0 / 1320.0)
    q = fma(q, z, 1.0 / 216.0)
    q = fma(q, z, -1.0 / 42.0)
    q = fma(q, z, 1.0 / 10.0)
    q = fma(q, z, -1.0 / 3.0)
    return fma(q, z, 1.0)


def _near_series64(z: Any) -> Any:
    q = fma(1.0 / 2528170444800.0, z, -1.0 / 168129561600.0)
    q = fma(q, z, 1.0 / 11975040000.0)
    q = fma(q, z, -1.0 / 918086400.0)
    q = fma(q, z, 1.0 / 76204800.0)
    q = fma(q, z, -1.0 / 6894720.0)
    q = fma(q, z, 1.0 / 685440.0)
    q = fma(q, z, -1.0 / 75600.0)
    q = fma(q, z, 1.0 / 9360.0)
    q = fma(q, z, -1.0 / 1320.0)
    q = fma(q, z, 1.0 / 216.0)
    q = fma(q, z, -1.0 / 42.0)
    q = fma(q, z, 1.0 / 10.0)
    q = fma(q, z, -1.0 / 3.0)
    return fma(q, z, 1.0)


_near_series: Any = ByType(_near_series32, _near_series64)


def erf(x: Any) -> Any:
    """With full relative precision near 0."""
    size = -x if x < 0.0 else x
    far = 1.0 - _tail(size)
    y = _TWO_BY_ROOT_PI * size * _near_series(size * size) if size < _NEAR else far
    return -y if x < 0.0 else y


REPLACED = {math.erf: erf, math.erfc: erfc}
