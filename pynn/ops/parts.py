"""Real and imaginary parts, which for the real numbers of this library are simple."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.operation import operation
from pynn.ops import dtypes


@operation()
def angle(x: Any) -> Any:
    """The angle of complex numbers, in radians; for real ones 0, or π where they are negative.

    >>> float(angle(1.0))
    0.0
    """
    return np.angle(dtypes.real(x))


@operation(lambda g, y, x: g)
def real(x: Any) -> Any:
    """The real part.

    >>> float(real(1.5))
    1.5
    """
    return np.real(dtypes.array(x))


@operation()
def imag(x: Any) -> Any:
    """The imaginary part: zeros, of real numbers.

    >>> float(imag(1.5))
    0.0
    """
    return np.imag(dtypes.array(x)).copy()


@operation(lambda g, y, x: g)
def conjugate(x: Any) -> Any:
    """Complex numbers with their imaginary parts negated; real ones as they are.

    >>> float(conjugate(1.5))
    1.5
    """
    return np.conjugate(dtypes.array(x))


@operation(quiet=True, refuses=True)
def i0(x: Any) -> Any:
    """The modified Bessel function of the first kind, order 0.

    >>> round(float(i0(0.0)), 5)
    1.0
    """
    x = dtypes.real(x)
    return np.i0(x).astype(x.dtype)
