"""A dense layer whose weights are summed over in chunks: y = f(Σ over chunks c of x_c w_c + b).

While a network trains, each worker updates some rows of w.  A product cut by rows of the batch would have every worker
read all of w, the other workers' rows out of their caches; cut in chunks of w's rows, each reads what it wrote.
"""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import OPS, Op, define, op
from pynn.kernels.reference.dense import FUSED_ACTIVATIONS

Array = np.ndarray
_BOUND = {"rtol": 1e-4, "atol": 1e-4}


def _cost(n: int, i: int, o: int, m: int) -> int:
    return 2 * n * i * o


def begin_of_part(extent: int, part: int, parts: int) -> int:
    """Where a part begins: as workers cut the rows of w (csrc/pynn.h)."""
    at = extent * part // parts
    return at if part == parts or extent < 32 * parts else (at + 8) & ~15


@op("x(n,i), w(i,o) -> sums(m,o)", cost=_cost, **_BOUND)
def dense_chunks(x: Array, w: Array, sums: Array, lo: int, hi: int) -> None:
    """Row c n + r is x_r w over chunk c of w's rows; there are m / n chunks, rounded up."""
    n, i = x.shape
    chunks = -(-len(sums) // n)
    for q in range(lo, hi):
        k = slice(begin_of_part(i, q // n, chunks), begin_of_part(i, q // n + 1, chunks))
        sums[q] = x[q % n, k] @ w[k]


@op("sums(m,o), b(o) -> y(n,o)", **_BOUND)
def dense_sum(sums: Array, b: Array, y: Array, lo: int, hi: int) -> None:
    """y_r = Σ over chunks + b."""
    n = len(y)
    for r in range(lo, hi):
        y[r] = sums[r::n].sum(axis=0) + b


def _define(activation: Op, name: str) -> None:
    def function(sums: Array, b: Array, y: Array, *scalars: float, lo: int, hi: int) -> None:
        dense_sum(sums, b, y, lo, hi)
        activation.reference(y, y, *scalars, lo=lo, hi=hi)

    function.__doc__ = f"y = {name}(Σ over chunks + b)."
    scalars = "; " + ", ".join(activation.scalars) if activation.scalars else ""
    facts = {"scalars": activation.sample_scalars, "draws": activation.draws} | _BOUND
    define(f"dense_sum_{name}", "sums(m,o), b(o) -> y(n,o)" + scalars, function, **facts)


for _name in FUSED_ACTIVATIONS:
    _define(OPS[f"{_name}_forward"], _name)
