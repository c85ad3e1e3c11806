"""Rounding, signs and steps, element by element, and what only integers have."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.operation import operation
from pynn.ops.dtypes import array, promoted, real, real_pair


@operation(lambda g, y, x: 0 * g)
def sign(x: Any) -> Any:
    """-1, 0 or 1; its gradient is 0.

    >>> float(sign(-2.5))
    -1.0
    """
    return np.sign(array(x))


@operation(lambda g, y, x: 0 * g)
def floor(x: Any) -> Any:
    """The largest integer ≤ x, as a real number; its gradient is 0.

    >>> float(floor(-1.5))
    -2.0
    """
    return np.floor(real(x))


@operation(lambda g, y, x: 0 * g)
def ceil(x: Any) -> Any:
    """The smallest integer ≥ x, as a real number; its gradient is 0.

    >>> float(ceil(-1.5))
    -1.0
    """
    return np.ceil(real(x))


@operation(lambda g, y, x: 0 * g)
def trunc(x: Any) -> Any:
    """x without its fraction; its gradient is 0.

    >>> float(trunc(-1.5))
    -1.0
    """
    return np.trunc(array(x))


@operation(lambda g, y, x, decimals=0: 0 * g)
def round(x: Any, decimals: int = 0) -> Any:
    """x with so many digits after the point, halves to the even digit; its gradient is 0.

    >>> float(round(2.5))
    2.0
    """
    return np.round(array(x), decimals)


@operation(lambda g, y, x, nan=0.0, posinf=None, neginf=None: g * np.isfinite(x))
def nan_to_num(x: Any, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Any:
    """x with numbers in the place of NaN and ±∞ (the type's largest and smallest, if none are given).

    >>> nan_to_num([float("nan"), 1.0])
    Tensor([0., 1.], dtype=float32)
    """
    return np.nan_to_num(array(x), nan=nan, posinf=posinf, neginf=neginf)


@operation(lambda g, y, a, b: 0 * g, lambda g, y, a, b: g * np.equal(a, 0))
def heaviside(x1: Any, x2: Any) -> Any:
    """0 where x1 < 0, x2 where it is 0, 1 where x1 > 0.

    >>> heaviside([-1.0, 0.0, 2.0], 0.5)
    Tensor([0. , 0.5, 1. ], dtype=float32)
    """
    return np.heaviside(*real_pair(x1, x2))


@operation(lambda g, y, a, b: g, arrays=2)
def nextafter(x1: Any, x2: Any) -> Any:
    """The next number after x1 in the direction of x2.

    >>> float(nextafter(1.0, 2.0)) > 1.0
    True
    """
    return np.nextafter(*real_pair(x1, x2))


def _integers(name: str, a: Any, b: Any) -> tuple[Any, Any]:
    a, b = promoted(a, b)
    if a.dtype.kind not in "iu":
        raise ValueError(f"{name}: both arguments must be integers, got the type {a.dtype}")
    return a, b


@operation(arrays=2)
def gcd(x1: Any, x2: Any) -> Any:
    """The greatest common divisor of integers.

    >>> int(gcd(12, 18))
    6
    """
    return np.gcd(*_integers("gcd", x1, x2))


@operation(arrays=2)
def lcm(x1: Any, x2: Any) -> Any:
    """The least common multiple of integers.

    >>> int(lcm(4, 6))
    12
    """
    return np.lcm(*_integers("lcm", x1, x2))
