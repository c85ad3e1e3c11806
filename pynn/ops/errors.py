"""The error function, its complement and its inverse."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pynn.operation import operation
from pynn.ops.dtypes import real

_erf = np.frompyfunc(math.erf, 1, 1)
_erfc = np.frompyfunc(math.erfc, 1, 1)


@operation(lambda g, y, x: g * np.exp(-x * x) * (2 / math.sqrt(math.pi)))
def erf(x: Any) -> Any:
    """The error function 2/√π ∫₀ˣ e^(-t²) dt.

    >>> float(erf(0.0))
    0.0
    """
    x = real(x)
    return np.asarray(_erf(x), x.dtype)


@operation(lambda g, y, x: -g * np.exp(-x * x) * (2 / math.sqrt(math.pi)))
def erfc(x: Any) -> Any:
    """1 - erf(x), exact to the last digits for large x too.

    >>> float(erfc(0.0))
    1.0
    """
    x = real(x)
    return np.asarray(_erfc(x), x.dtype)


@operation(lambda g, y, x: g * np.exp(y * y) * (math.sqrt(math.pi) / 2), quiet=True)
def erfinv(x: Any) -> Any:
    """The number whose error function is x, in (-1, 1).

    A start of Winitzki 2008, "A handy approximation for the error function and its inverse", then Newton's steps.

    >>> float(erfinv(0.0))
    0.0
    """
    x = real(x)
    exact = x.astype("float64")
    bend = np.log1p(-exact * exact)
    half = 2 / (math.pi * 0.147) + bend / 2
    y = np.sign(exact) * np.sqrt(np.sqrt(half * half - bend / 0.147) - half)
    for _ in range(4):
        # Near ±1 the difference is that of the complements, which erf itself rounds to 0.
        gap = np.sign(exact) * ((1 - np.abs(exact)) - np.asarray(_erfc(np.abs(y)), "float64"))
        y = np.where(np.isfinite(y), y - gap * np.exp(y * y) * (math.sqrt(math.pi) / 2), y)
    return y.astype(x.dtype)
