"""The perceptron's rule, one row after another: no batch, and each step needs the weights of the one before."""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import below, signs, weights

Array = np.ndarray


def _cost(m: int, i: int, c: int, p: int) -> int:
    return 4 * c * p * i


@op(
    "x(m,i), t(c,m), a(c,m), order(c,p):i64 -> ~w(c,i), ~q(c,i), ~b(c):f64, loss(c,p):f64; "
    "eta, alpha, l1_ratio, u, with_bias",
    scalars=(0.5, 0.01, 0.3, 0.02, 1.0),
    draws={"t": signs, "a": weights, "order": below("m")},
    cost=_cost,
    rtol=1e-4,
    atol=1e-3,
)
def perceptron_pass(
    x: Array, t: Array, a: Array, order: Array, w: Array, q: Array, b: Array, loss: Array,
    eta: float, alpha: float, l1_ratio: float, u: float, with_bias: float, lo: int, hi: int,
) -> None:  # fmt: skip
    """For each of c neurons, for the p rows of its order: where t (w·x + b) <= 0, w += η a t x and b += η a t.

    loss = max(0, -t (w·x + b)) of each step before the weights change, and α (l1_ratio Σ|w| + (1 - l1_ratio) Σw² / 2).
    Before it learns, w shrinks by (1 - l1_ratio) η α; after it, by what the penalty of |w| has come to, u, less what w
    has lost of it so far, q, but not past 0.
    Sources: Rosenblatt 1958, "The perceptron"; Tsuruoka, Tsujii & Ananiadou 2009, "Stochastic gradient descent training
    for l1-regularized log-linear models with cumulative penalty", section 3.2.
    """
    shrink, step, rows = max(0.0, 1 - (1 - l1_ratio) * eta * alpha), l1_ratio * eta * alpha, np.arange(lo, hi)
    for k in range(order.shape[1]):
        r = order[lo:hi, k]
        size, square = np.abs(w[lo:hi]).sum(axis=1), np.square(w[lo:hi]).sum(axis=1)
        z = t[rows, r] * ((w[lo:hi].astype(np.float64) * x[r]).sum(axis=1) + b[lo:hi])
        loss[lo:hi, k] = np.maximum(0, -z) + alpha * (l1_ratio * size + (1 - l1_ratio) * square / 2)
        learns = np.where(z <= 0, eta * a[rows, r] * t[rows, r], 0)
        w[lo:hi] = shrink * w[lo:hi] + learns[:, None] * x[r]
        b[lo:hi] += learns if with_bias else 0
        if step:
            u, before = u + step, w[lo:hi].copy()
            w[lo:hi] = np.sign(before) * np.maximum(0, np.abs(before) - (u + np.sign(before) * q[lo:hi]))
            q[lo:hi] += w[lo:hi] - before
