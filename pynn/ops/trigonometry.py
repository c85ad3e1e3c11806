"""Angles, circles and hyperbolas, element by element."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.operation import operation
from pynn.ops.dtypes import real, real_pair


@operation(lambda g, y, x: g * np.cos(x))
def sin(x: Any) -> Any:
    """The sine of angles in radians.

    >>> float(sin(0.0))
    0.0
    """
    return np.sin(real(x))


@operation(lambda g, y, x: -g * np.sin(x))
def cos(x: Any) -> Any:
    """The cosine of angles in radians.

    >>> float(cos(0.0))
    1.0
    """
    return np.cos(real(x))


@operation(lambda g, y, x: g * (1 + y * y))
def tan(x: Any) -> Any:
    """The tangent of angles in radians.

    >>> float(tan(0.0))
    0.0
    """
    return np.tan(real(x))


@operation(lambda g, y, x: g / np.sqrt(1 - x * x), quiet=True)
def arcsin(x: Any) -> Any:
    """The angle in [-π/2, π/2] whose sine is x; NaN outside [-1, 1].

    >>> float(arcsin(0.0))
    0.0
    """
    return np.arcsin(real(x))


@operation(lambda g, y, x: -g / np.sqrt(1 - x * x), quiet=True)
def arccos(x: Any) -> Any:
    """The angle in [0, π] whose cosine is x; NaN outside [-1, 1].

    >>> float(arccos(1.0))
    0.0
    """
    return np.arccos(real(x))


@operation(lambda g, y, x: g / (1 + x * x))
def arctan(x: Any) -> Any:
    """The angle in (-π/2, π/2) whose tangent is x.

    >>> float(arctan(0.0))
    0.0
    """
    return np.arctan(real(x))


@operation(
    lambda g, y, a, b: g * b / (a * a + b * b),
    lambda g, y, a, b: -g * a / (a * a + b * b),
)
def arctan2(x1: Any, x2: Any) -> Any:
    """The angle in (-π, π] of the point with ordinate x1 and abscissa x2.

    >>> float(arctan2(0.0, 1.0))
    0.0
    """
    return np.arctan2(*real_pair(x1, x2))


@operation(lambda g, y, x: g * np.cosh(x), quiet=True)
def sinh(x: Any) -> Any:
    """The hyperbolic sine (e^x - e^-x) / 2.

    >>> float(sinh(0.0))
    0.0
    """
    return np.sinh(real(x))


@operation(lambda g, y, x: g * np.sinh(x), quiet=True)
def cosh(x: Any) -> Any:
    """The hyperbolic cosine (e^x + e^-x) / 2.

    >>> float(cosh(0.0))
    1.0
    """
    return np.cosh(real(x))


@operation(lambda g, y, x: g * (1 - y * y))
def tanh(x: Any) -> Any:
    """The hyperbolic tangent (e^x - e^-x) / (e^x + e^-x).

    >>> float(tanh(0.0))
    0.0
    """
    return np.tanh(real(x))


@operation(lambda g, y, x: g / np.sqrt(x * x + 1))
def arcsinh(x: Any) -> Any:
    """The number whose hyperbolic sine is x.

    >>> float(arcsinh(0.0))
    0.0
    """
    return np.arcsinh(real(x))


@operation(lambda g, y, x: g / np.sqrt(x * x - 1), quiet=True)
def arccosh(x: Any) -> Any:
    """The number ≥ 0 whose hyperbolic cosine is x; NaN below 1.

    >>> float(arccosh(1.0))
    0.0
    """
    return np.arccosh(real(x))


@operation(lambda g, y, x: g / (1 - x * x), quiet=True)
def arctanh(x: Any) -> Any:
    """The number whose hyperbolic tangent is x; ±∞ at ±1.

    >>> float(arctanh(0.0))
    0.0
    """
    return np.arctanh(real(x))


@operation(lambda g, y, x: g * float(np.pi / 180))
def deg2rad(x: Any) -> Any:
    """Degrees to radians: x·π/180.

    >>> float(deg2rad(180.0)) == float(np.float32(np.pi))
    True
    """
    return np.deg2rad(real(x))


@operation(lambda g, y, x: g * float(180 / np.pi))
def rad2deg(x: Any) -> Any:
    """Radians to degrees: x·180/π.

    >>> float(rad2deg(0.0))
    0.0
    """
    return np.rad2deg(real(x))


def _sinc_slope(g: Any, y: Any, x: Any) -> Any:
    """(cos πx - sinc x) / x, and 0 at x = 0."""
    flat = np.equal(x, 0)
    return g * np.where(flat, 0, (np.cos(np.pi * x) - y) / np.where(flat, 1, x))


@operation(_sinc_slope)
def sinc(x: Any) -> Any:
    """sin(πx) / (πx), and 1 at 0.

    >>> float(sinc(0.0))
    1.0
    """
    return np.sinc(real(x))
