"""Cross-entropies: one value per row (times that row's weight), and the gradient of their mean over the n rows.

Probabilities are kept away from 0 and 1 by `epsilon`, as Keras does; where a probability was clipped the gradient is
zero.  `epsilon` = 0 means: from logits, nothing clipped.  Formulas: Goodfellow, Bengio & Courville 2016, "Deep
Learning", sections 5.5 and 6.2.2.
"""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.activations import sigmoid_forward
from pynn.kernels.reference.draws import below, bits, distribution, onehot, positive, weights
from pynn.kernels.reference.losses import EPSILON, inside

Array = np.ndarray


def _one_hot(labels: Array, k: int, like: Array) -> Array:
    rows: Array = np.eye(k, dtype=like.dtype)[labels]
    return rows


def _limits(epsilon: float) -> tuple[float, float]:
    """Bounds of ln p when p is clipped to [epsilon, 1 - epsilon]."""
    return (float(np.log(epsilon)), float(np.log1p(-epsilon))) if epsilon > 0 else (-np.inf, np.inf)


@op(
    "p(n,k), t(n,k), w(n) -> loss(n), dp(n,k); epsilon",
    scalars=EPSILON,
    draws={"p": positive, "t": onehot, "w": weights},
)
def categorical_crossentropy(
    p: Array, t: Array, w: Array, loss: Array, dp: Array, epsilon: float, lo: int, hi: int
) -> None:
    """loss = -w Σ_j t_j ln q_j, where q = p / Σ p, clipped.

    dp_j = w/n (-t_j / p_j + Σ_i t_i / Σ_i p_i), a term t_i counting only where q_i was not clipped.
    """
    n = len(p)
    total = p[lo:hi].sum(axis=1, keepdims=True)
    q = p[lo:hi] / total
    kept = t[lo:hi] * inside(q, epsilon, 1 - epsilon)
    loss[lo:hi] = -w[lo:hi] * (t[lo:hi] * np.log(np.clip(q, epsilon, 1 - epsilon))).sum(axis=1)
    slope = kept.sum(axis=1, keepdims=True) / total - kept / np.where(kept == 0, 1, p[lo:hi])
    dp[lo:hi] = slope * (w[lo:hi, None] / n)


@op(
    "p(n,k), t(n):i32, w(n) -> loss(n), dp(n,k); epsilon",
    scalars=EPSILON,
    draws={"p": positive, "t": below("k"), "w": weights},
)
def sparse_categorical_crossentropy(
    p: Array, t: Array, w: Array, loss: Array, dp: Array, epsilon: float, lo: int, hi: int
) -> None:
    """The same with integer labels: t counts as the one-hot row of that class."""
    categorical_crossentropy(p, _one_hot(t, p.shape[1], p), w, loss, dp, epsilon, lo, hi)


@op(
    "z(n,k), t(n,k), w(n) -> p(n,k), loss(n), dz(n,k); epsilon",
    scalars=EPSILON,
    draws={"t": distribution, "w": weights},
)
def softmax_crossentropy(
    z: Array, t: Array, w: Array, p: Array, loss: Array, dz: Array, epsilon: float, lo: int, hi: int
) -> None:
    """p = softmax z; loss = -w Σ_j t_j ln p_j; dz = w/n (p Σ t - t), clipped terms of t left out.

    ln p_j = z_j - max z - ln Σ_i e^(z_i - max z) is never the logarithm of a rounded quotient.
    """
    n, low_high = len(z), _limits(epsilon)
    shifted = z[lo:hi] - z[lo:hi].max(axis=1, keepdims=True)
    e = np.exp(shifted)
    total = e.sum(axis=1, keepdims=True)
    logp = shifted - np.log(total)
    kept = t[lo:hi] * ((logp >= low_high[0]) & (logp <= low_high[1]))
    p[lo:hi] = e / total
    loss[lo:hi] = -w[lo:hi] * (t[lo:hi] * np.clip(logp, *low_high)).sum(axis=1)
    dz[lo:hi] = (p[lo:hi] * kept.sum(axis=1, keepdims=True) - kept) * (w[lo:hi, None] / n)


@op(
    "z(n,k), t(n):i32, w(n) -> p(n,k), loss(n), dz(n,k); epsilon",
    scalars=EPSILON,
    draws={"t": below("k"), "w": weights},
)
def sparse_softmax_crossentropy(
    z: Array, t: Array, w: Array, p: Array, loss: Array, dz: Array, epsilon: float, lo: int, hi: int
) -> None:
    """The same with integer labels."""
    softmax_crossentropy(z, _one_hot(t, z.shape[1], z), w, p, loss, dz, epsilon, lo, hi)


@op(
    "p(n,k), t(n,k), w(n) -> loss(n), dp(n,k); epsilon",
    scalars=EPSILON,
    draws={"p": positive, "t": bits, "w": weights},
)
def binary_crossentropy(p: Array, t: Array, w: Array, loss: Array, dp: Array, epsilon: float, lo: int, hi: int) -> None:
    """loss = -w/k Σ_j (t_j ln p_j + (1 - t_j) ln(1 - p_j)), p clipped to [epsilon, 1 - epsilon]."""
    n, k = p.shape
    target, kept = t[lo:hi], inside(p[lo:hi], epsilon, 1 - epsilon)
    q = np.clip(p[lo:hi], epsilon, 1 - epsilon)
    loss[lo:hi] = -w[lo:hi] * (target * np.log(q) + (1 - target) * np.log1p(-q)).mean(axis=1)
    dp[lo:hi] = kept * (q - target) / (q * (1 - q)) * (w[lo:hi, None] / (n * k))


@op(
    "z(n,k), t(n,k), w(n) -> p(n,k), loss(n), dz(n,k); epsilon",
    scalars=EPSILON,
    draws={"t": bits, "w": weights},
)
def sigmoid_binary_crossentropy(
    z: Array, t: Array, w: Array, p: Array, loss: Array, dz: Array, epsilon: float, lo: int, hi: int
) -> None:
    """p = sigmoid z; loss = -w/k Σ_j (t_j ln p_j + (1 - t_j) ln(1 - p_j)); dz = w/(n k) (p - t), 0 where clipped.

    ln p = min(z, 0) - ln(1 + e^-|z|), and ln(1 - p) = ln p - z.
    """
    (n, k), low_high = z.shape, _limits(epsilon)
    target = t[lo:hi]
    logp = np.minimum(z[lo:hi], 0) - np.log1p(np.exp(-np.abs(z[lo:hi])))
    logq = logp - z[lo:hi]
    kept = (np.minimum(logp, logq) >= low_high[0]) & (np.maximum(logp, logq) <= low_high[1])
    sigmoid_forward(z, p, lo, hi)
    loss[lo:hi] = -w[lo:hi] * (target * np.clip(logp, *low_high) + (1 - target) * np.clip(logq, *low_high)).mean(axis=1)
    dz[lo:hi] = kept * (p[lo:hi] - target) * (w[lo:hi, None] / (n * k))
