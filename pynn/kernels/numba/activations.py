"""The activations that look at a whole row; the others are made from their formulas (kernels/scalar)."""

from __future__ import annotations

from math import exp
from typing import Any

from pynn.kernels.numba.rowwise import row_max, row_sum
from pynn.kernels.numba.words import reals


def exp_row(z: Any, e: Any, k: int) -> Any:
    """e_j = e^(z_j - top); returns their sum and top, the largest z_j."""
    top = row_max(z, k)
    for j in range(k):
        e[j] = exp(z[j] - top)
    return row_sum(e, k), top


def softmax_forward(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """x(n,k) -> y(n,k)."""
    k = d[1]
    for r in range(lo, hi):
        y = reals(p[1], r * k)
        total, _ = exp_row(reals(p[0], r * k), y, k)
        for j in range(k):
            y[j] = y[j] / total


def softmax_backward(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """y(n,k), dy(n,k) -> dx(n,k)."""
    k = d[1]
    for r in range(lo, hi):
        y, dy, dx = reals(p[0], r * k), reals(p[1], r * k), reals(p[2], r * k)
        for j in range(k):
            dx[j] = dy[j] * y[j]
        inner = row_sum(dx, k)
        for j in range(k):
            dx[j] = y[j] * (dy[j] - inner)
