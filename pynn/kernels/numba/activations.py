"""The activations that look at a whole row; the others are made from their formulas (kernels/scalar)."""

from __future__ import annotations

from math import exp
from typing import Any

from pynn.kernels.numba.words import LANES, mixed, onward, reals, row_max, row_sum, shifted, stack
from pynn.kernels.scalar.specialising import by_type

BLOCK = 16  # rows that are less than a vector, computed together
_FAR_BELOW = by_type(-3e38, -1e308)  # its exponential is 0
_block = stack(BLOCK, LANES)


def exp_row(z: Any, e: Any, k: int) -> Any:
    """e_j = e^(z_j - top); returns their sum and top, the largest z_j."""
    top = row_max(z, k)
    for j in range(k):
        e[j] = exp(z[j] - top)
    return row_sum(e, k), top


def exp_block(z: Any, e: Any, tops: Any, rows: int, k: int) -> None:
    """The same for rows that are a vector or less, a vector of e each; 0 behind their ends."""
    for r in range(rows):
        row = onward(z, r * k)
        tops[r] = row_max(row, k)
        shifted(row, k, -tops[r], _FAR_BELOW, onward(e, r * LANES))
    for i in range(rows * LANES):
        e[i] = exp(e[i])


def softmax_forward(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """x(n,k) -> y(n,k)."""
    k, e, tops = d[1], _block(), _block()
    for r0 in range(lo, hi if k <= LANES else lo, BLOCK):
        rows = min(BLOCK, hi - r0)
        exp_block(reals(p[0], r0 * k), e, tops, rows, k)
        for r in range(rows):
            row = onward(e, r * LANES)
            mixed(row, 1.0 / row_sum(row, LANES), row, 0.0, k, reals(p[1], (r0 + r) * k))
    for r in range(lo, hi if k > LANES else lo):
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
