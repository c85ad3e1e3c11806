"""The gated linear unit; the other gates are made from their formulas (kernels/scalar)."""

from __future__ import annotations

from typing import Any

from pynn.kernels.numba.words import reals
from pynn.kernels.scalar.activations import sigmoid_forward


def glu_forward(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """x(n,2,k) -> y(n,k)."""
    k = d[1]
    for r in range(lo, hi):
        x, gate, y = reals(p[0], 2 * r * k), reals(p[0], (2 * r + 1) * k), reals(p[1], r * k)
        for j in range(k):
            y[j] = x[j] * sigmoid_forward(gate[j])


def glu_backward(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """x(n,2,k), dy(n,k) -> dx(n,2,k)."""
    k = d[1]
    for r in range(lo, hi):
        x, gate, dy = reals(p[0], 2 * r * k), reals(p[0], (2 * r + 1) * k), reals(p[1], r * k)
        dx, dgate = reals(p[2], 2 * r * k), reals(p[2], (2 * r + 1) * k)
        for j in range(k):
            opened = sigmoid_forward(gate[j])
            dx[j] = dy[j] * opened
            dgate[j] = dy[j] * x[j] * (opened * (1.0 - opened))
