"""Losses taken from z, whose output f(z) they bring with them: each is the one for which dz = w/n (f(z) - t).

These pairs of output and loss are the canonical ones (Bishop 2006, "Pattern Recognition and Machine Learning", section
4.3.6), in scikit-learn's form: probabilities are clipped to [epsilon, 1 - epsilon] in the value of the loss alone, not
in its gradient.
"""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import below, bits, positive, weights

Array = np.ndarray
_EPSILON = (1e-7,)


def _finish(rows: tuple[Array, Array, Array], terms: Array, error: Array, lo: int, hi: int) -> None:
    w, loss, dz = rows
    loss[lo:hi] = w[lo:hi] * terms
    dz[lo:hi] = error * (w[lo:hi, None] / len(w))


@op(
    "z(n,k), t(n):i32, w(n) -> loss(n), dz(n,k); epsilon",
    scalars=_EPSILON,
    draws={"t": below("k"), "w": weights},
)
def softmax_log_loss(
    z: Array, t: Array, w: Array, loss: Array, dz: Array, epsilon: float, lo: int, hi: int
) -> None:  # fmt: skip
    """f = softmax; loss = -w ln f_t, where t is the number of the row's class."""
    e = np.exp(z[lo:hi] - z[lo:hi].max(axis=1, keepdims=True))
    p, here = e / e.sum(axis=1, keepdims=True), (np.arange(hi - lo), t[lo:hi])
    terms = -np.log(np.clip(p[here], epsilon, 1 - epsilon))
    p[here] -= 1
    _finish((w, loss, dz), terms, p, lo, hi)


@op("z(n,k), t(n,k), w(n) -> loss(n), dz(n,k); epsilon", scalars=_EPSILON, draws={"t": bits, "w": weights})
def logistic_log_loss(z: Array, t: Array, w: Array, loss: Array, dz: Array, epsilon: float, lo: int, hi: int) -> None:
    """f = 1 / (1 + e^-z); loss = -w Σ_j (t_j ln f_j + (1 - t_j) ln(1 - f_j))."""
    e = np.exp(-np.abs(z[lo:hi]))
    p = np.where(z[lo:hi] < 0, e, 1) / (1 + e)
    q = np.clip(p, epsilon, 1 - epsilon)
    terms = -(t[lo:hi] * np.log(q) + (1 - t[lo:hi]) * np.log(1 - q)).sum(axis=1)
    _finish((w, loss, dz), terms, p - t[lo:hi], lo, hi)


@op("z(n,k), t(n,k), w(n) -> loss(n), dz(n,k)", draws={"w": weights})
def half_squared_error(z: Array, t: Array, w: Array, loss: Array, dz: Array, lo: int, hi: int) -> None:
    """f(z) = z; loss = w/2 times the mean over the k outputs of (z - t)²; dz is the gradient of k times that.

    So scikit-learn has it: what it reports is a mean over the outputs, what it descends is their sum.
    """
    error = z[lo:hi] - t[lo:hi]
    _finish((w, loss, dz), (error**2).mean(axis=1) / 2, error, lo, hi)


@op("z(n,k), t(n,k), w(n) -> loss(n), dz(n,k)", draws={"t": positive, "w": weights})
def half_poisson_deviance(z: Array, t: Array, w: Array, loss: Array, dz: Array, lo: int, hi: int) -> None:
    """f = e^z; loss = w Σ_j (t_j (ln t_j - z_j) - t_j + f_j), with 0 ln 0 = 0.

    Source: McCullagh & Nelder 1989, "Generalized linear models", section 2.3: half the deviance.
    """
    target, y = t[lo:hi], np.exp(z[lo:hi])
    logs = np.log(np.where(target > 0, target, 1))
    _finish((w, loss, dz), (target * (logs - z[lo:hi]) - target + y).sum(axis=1), y - target, lo, hi)
