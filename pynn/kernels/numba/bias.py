"""The bias: one vector added to every row."""

from __future__ import annotations

from typing import Any

from pynn.kernels.numba.words import reals


def bias_forward(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """x(n,k), b(k) -> y(n,k)."""
    k, b = d[1], reals(p[1], 0)
    for r in range(lo, hi):
        x, y = reals(p[0], r * k), reals(p[2], r * k)
        for j in range(k):
            y[j] = x[j] + b[j]


def bias_backward(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """dy(n,k) -> db(k)."""
    n, k, db = d[0], d[1], reals(p[1], lo)
    for j in range(hi - lo):
        db[j] = 0.0
    for r in range(n):
        dy = reals(p[0], r * k + lo)
        for j in range(hi - lo):
            db[j] = db[j] + dy[j]
