"""Matrix product in the three forms that training needs."""

from __future__ import annotations

from typing import Any

from pynn.kernels.numba.words import product, reals


def matmul_nn(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """a(m,k), b(k,n) -> c(m,n)."""
    k, n = d[1], d[2]
    product(reals(p[0], 0), k, 1, reals(p[1], 0), n, 1, k, n, reals(p[2], 0), n, lo, hi)


def matmul_tn(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """a(k,m), b(k,n) -> c(m,n)."""
    k, m, n = d[0], d[1], d[2]
    product(reals(p[0], 0), 1, m, reals(p[1], 0), n, 1, k, n, reals(p[2], 0), n, lo, hi)


def matmul_nt(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """a(m,k), b(n,k) -> c(m,n)."""
    k, n = d[1], d[2]
    product(reals(p[0], 0), k, 1, reals(p[1], 0), 1, k, k, n, reals(p[2], 0), n, lo, hi)
