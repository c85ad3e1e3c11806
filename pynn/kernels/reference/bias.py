"""The bias: one vector added to every row."""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op

Array = np.ndarray


@op("x(n,k), b(k) -> y(n,k)")
def bias_forward(x: Array, b: Array, y: Array, lo: int, hi: int) -> None:
    """y = x + b."""
    y[lo:hi] = x[lo:hi] + b


@op("dy(n,k) -> db(k)", atol=1e-5)
def bias_backward(dy: Array, db: Array, lo: int, hi: int) -> None:
    """db = Σ over rows of dy."""
    db[lo:hi] = dy[:, lo:hi].sum(axis=0)
