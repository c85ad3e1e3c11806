"""Rows of the data set, gathered in shuffled order and converted on the way in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pynn.kernels.numba.elementwise import Kernel
from pynn.kernels.numba.words import doubles, ints, longs, octets, real, reals, singles


def _gather(source: Callable[[Any, int], Any]) -> Kernel:
    def kernel(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
        k, order = d[1], longs(p[1], 0)
        for r in range(lo, hi):
            x, y = source(p[0], order[r] * k), reals(p[2], r * k)
            for j in range(k):
                y[j] = real(x[j])

    return kernel


def _convert(source: Callable[[Any, int], Any]) -> Kernel:
    def kernel(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
        x, y = source(p[0], lo * d[1]), reals(p[1], lo * d[1])
        for i in range((hi - lo) * d[1]):
            y[i] = real(x[i])

    return kernel


def gather_labels(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """x(m,k):i32, order(n):i64 -> y(n,k):i32."""
    k, order = d[1], longs(p[1], 0)
    for r in range(lo, hi):
        x, y = ints(p[0], order[r] * k), ints(p[2], r * k)
        for j in range(k):
            y[j] = x[j]


def affine(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """x(n,k) -> y(n,k); scale, shift."""
    x, y = reals(p[0], lo * d[1]), reals(p[1], lo * d[1])
    scale, shift = real(s[0]), real(s[1])
    for i in range((hi - lo) * d[1]):
        y[i] = scale * x[i] + shift


_SOURCES = {"u8": octets, "f32": singles, "f64": doubles}
MADE = {f"gather_{name}": _gather(source) for name, source in _SOURCES.items()}
MADE |= {f"convert_{name}": _convert(source) for name, source in _SOURCES.items()}
