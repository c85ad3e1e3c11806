"""Matrix product in the three forms that training needs."""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op

Array = np.ndarray


def _flops(m: int, k: int, n: int) -> int:
    return 2 * m * k * n


# A sum of k products of standard normals: rounding grows like sqrt(k) ulp.
_BOUND = {"rtol": 1e-4, "atol": 1e-4}


@op("a(m,k), b(k,n) -> c(m,n)", cost=_flops, flops=_flops, **_BOUND)
def matmul_nn(a: Array, b: Array, c: Array, lo: int, hi: int) -> None:
    """c = a b."""
    np.matmul(a[lo:hi], b, out=c[lo:hi])


@op("a(k,m), b(k,n) -> c(m,n)", cost=_flops, flops=_flops, **_BOUND)
def matmul_tn(a: Array, b: Array, c: Array, lo: int, hi: int) -> None:
    """c = aᵀ b."""
    np.matmul(a[:, lo:hi].T, b, out=c[lo:hi])


@op("a(m,k), b(n,k) -> c(m,n)", cost=_flops, flops=_flops, **_BOUND)
def matmul_nt(a: Array, b: Array, c: Array, lo: int, hi: int) -> None:
    """c = a bᵀ."""
    np.matmul(a[lo:hi], b.T, out=c[lo:hi])
