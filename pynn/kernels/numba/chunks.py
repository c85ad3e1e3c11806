"""A dense layer whose weights are summed over in chunks, so that each worker reads the rows of w that it updates."""

from __future__ import annotations

from typing import Any

from pynn.kernels.numba.dense import FINISHES, NO_ACTIVATION
from pynn.kernels.numba.elementwise import Kernel
from pynn.kernels.numba.words import product, reals
from pynn.kernels.reference.chunks import begin_of_part


def dense_chunks(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """x(n,i), w(i,o) -> sums(m,o)."""
    n, i, o = d[0], d[1], d[2]
    chunks = (d[3] + n - 1) // n
    q = lo
    while q < hi:
        chunk = q // n
        end = min((chunk + 1) * n, hi)
        k0, k1 = begin_of_part(i, chunk, chunks), begin_of_part(i, chunk + 1, chunks)
        x, w, sums = reals(p[0], k0), reals(p[1], k0 * o), reals(p[2], chunk * n * o)
        product(x, i, 1, w, o, 1, k1 - k0, o, sums, o, q - chunk * n, end - chunk * n)
        q = end


def _sum(finish: Any) -> Kernel:
    """sums(m,o), b(o) -> y(n,o)."""

    def kernel(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
        m, o, n = d[0], d[1], d[2]
        for r in range(lo, hi):
            y = reals(p[2], r * o)
            for j in range(o):
                y[j] = 0.0
            for q in range(r, m, n):
                part = reals(p[0], q * o)
                for j in range(o):
                    y[j] = y[j] + part[j]
            finish(y, reals(p[1], 0), s, 1, o)

    return kernel


MADE = {"dense_sum": _sum(NO_ACTIVATION)} | {f"dense_sum_{name}": _sum(finish) for name, finish in FINISHES.items()}
