"""Cross-entropies that weigh an output by how wrong it is.

Source: Lin, Goyal, Girshick, He & Dollár 2017, "Focal loss for dense object detection", equations 4 and 5; generalized
cross-entropy: Zhang & Sabuncu 2018, "Generalized cross entropy loss for training deep neural networks with noisy
labels", equation 6.
"""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import below, bits, onehot, positive, weights
from pynn.kernels.reference.losses import inside, row_loss

Array = np.ndarray


def _power(u: Array, gamma: float) -> tuple[Array, Array]:
    """|u|^gamma and its derivative by u."""
    if gamma == 0:
        return np.ones_like(u), np.zeros_like(u)
    with np.errstate(divide="ignore"):  # 0^(gamma - 1)
        steep = gamma * np.abs(u) ** (gamma - 1) * np.where(u < 0, -1, 1)
    return np.abs(u) ** gamma, steep if gamma == 1 else np.where(u == 0, 0, steep)


@row_loss(
    "mean",
    "alpha, gamma, balance, epsilon",
    scalars=(0.3, 2.0, 1.0, 1e-7),
    draws={"y": positive, "t": bits},
)
def binary_focal_crossentropy(
    y: Array, t: Array, alpha: float, gamma: float, balance: float, epsilon: float
) -> tuple[Array, Array]:
    """a u^gamma c: c the cross-entropy of y (clipped), u how far y is from t, a alpha or 1 - alpha if `balance`."""
    q = np.clip(y, epsilon, 1 - epsilon)
    entropy = -(t * np.log(q) + (1 - t) * np.log(1 - q))
    slope = (q - t) / (q * (1 - q)) * inside(y, epsilon, 1 - epsilon)
    focus, focus_slope = _power(t * (1 - y) + (1 - t) * y, gamma)
    share = t * alpha + (1 - t) * (1 - alpha) if balance else 1.0
    return share * focus * entropy, share * (focus_slope * (1 - 2 * t) * entropy + focus * slope)


@op(
    "p(n,k), t(n,k), w(n), alpha(k) -> loss(n), dp(n,k); gamma, epsilon",
    scalars=(2.0, 1e-7),
    draws={"p": positive, "t": onehot, "w": weights, "alpha": positive},
)
def categorical_focal_crossentropy(
    p: Array, t: Array, w: Array, alpha: Array, loss: Array, dp: Array, gamma: float, epsilon: float, lo: int, hi: int
) -> None:
    """loss = -w Σ_j alpha_j t_j (1 - q_j)^gamma ln q_j, where q = p / Σ p, clipped."""
    total = p[lo:hi].sum(axis=1, keepdims=True)
    share = p[lo:hi] / total
    q = np.clip(share, epsilon, 1 - epsilon)
    focus, focus_slope = _power(1 - q, gamma)
    loss[lo:hi] = -w[lo:hi] * (alpha * t[lo:hi] * focus * np.log(q)).sum(axis=1)
    slope = alpha * t[lo:hi] * (focus_slope * np.log(q) - focus / q) * inside(share, epsilon, 1 - epsilon)
    dp[lo:hi] = (slope - (slope * share).sum(axis=1, keepdims=True)) / total * (w[lo:hi, None] / len(p))


@op(
    "p(n,k), t(n):i32, w(n) -> loss(n), dp(n,k); q",
    scalars=(0.5,),
    draws={"p": positive, "t": below("k"), "w": weights},
)
def generalized_crossentropy(p: Array, t: Array, w: Array, loss: Array, dp: Array, q: float, lo: int, hi: int) -> None:
    """loss = w (1 - p_t^q) / q; NaN where p_t < 0."""
    rows = np.arange(lo, hi)
    own = p[rows, t[lo:hi]]
    dp[lo:hi] = 0
    with np.errstate(divide="ignore", invalid="ignore"):
        loss[lo:hi] = w[lo:hi] * (1 - own**q) / q
        dp[rows, t[lo:hi]] = -(own ** (q - 1)) * w[lo:hi] / len(p)
