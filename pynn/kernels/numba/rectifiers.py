"""PReLU, whose slopes are learned; the other rectifiers are made from their formulas (kernels/scalar)."""

from __future__ import annotations

from typing import Any

from pynn.kernels.numba.words import reals


def prelu_forward(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """x(n,a,k,b), alpha(a,b) -> y(n,a,k,b)."""
    a, k, b = d[1], d[2], d[3]
    for r in range(lo * a * k, hi * a * k):
        x, alpha, y = reals(p[0], r * b), reals(p[1], r // k % a * b), reals(p[2], r * b)
        for j in range(b):
            below = alpha[j] * x[j]
            y[j] = below if x[j] < 0.0 else x[j]


def prelu_backward(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """x(n,a,k,b), alpha(a,b), dy(n,a,k,b) -> dx(n,a,k,b)."""
    a, k, b = d[1], d[2], d[3]
    for r in range(lo * a * k, hi * a * k):
        x, alpha = reals(p[0], r * b), reals(p[1], r // k % a * b)
        dy, dx = reals(p[2], r * b), reals(p[3], r * b)
        for j in range(b):
            below = alpha[j] * dy[j] if x[j] < 0.0 else 0.0
            dx[j] = dy[j] if x[j] > 0.0 else below
