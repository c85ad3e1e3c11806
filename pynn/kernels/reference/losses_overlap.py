"""Losses of sets (how much of a mask is found) and of pairs of rows (who lies near whom)."""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import COST_OF_AN_ELEMENT, op
from pynn.kernels.reference.draws import below, bits, positive, short, weights
from pynn.kernels.reference.losses import above

Array = np.ndarray


@op(
    "y(n,k), t(n,k), w(n) -> loss(n), dy(n,k); alpha, beta, epsilon",
    scalars=(0.3, 0.6, 1e-7),
    draws={"y": positive, "t": bits, "w": weights},
)
def tversky(
    y: Array, t: Array, w: Array, loss: Array, dy: Array, alpha: float, beta: float, epsilon: float, lo: int, hi: int
) -> None:
    """loss = w (1 - Σ t y / (Σ t y + alpha Σ t (1 - y) + beta Σ y (1 - t) + epsilon)).

    Source: Salehi, Erdogmus & Gholipour 2017, "Tversky loss function for image segmentation using 3D fully
    convolutional deep networks"; alpha = beta = 1/2 is Dice: Milletari, Navab & Ahmadi 2016, "V-Net".
    """
    p, target = y[lo:hi], t[lo:hi]
    both = (target * p).sum(axis=1, keepdims=True)
    missed, extra = (target * (1 - p)).sum(axis=1, keepdims=True), (p * (1 - target)).sum(axis=1, keepdims=True)
    size = both + alpha * missed + beta * extra + epsilon
    share = both / size
    loss[lo:hi] = w[lo:hi] * (1 - share[:, 0])
    slope = (share * (target - alpha * target + beta * (1 - target)) - target) / size
    dy[lo:hi] = slope * (w[lo:hi, None] / len(y))


def _exponents(distance: Array, same: Array, gamma: float, margin: float) -> tuple[Array, Array]:
    """Exponent of each pair, and its derivative by the distance."""
    weight = np.where(same, margin + distance, 1 + margin - distance)
    gap = np.where(same, margin - distance, 1 - margin - distance)
    value = np.where(same, -gamma, gamma) * weight * gap
    slope = np.where(same, -gamma * (gap - weight), -gamma * (gap + weight))
    return np.where(weight <= 0, 0, value), np.where(weight <= 0, 0, slope)


def _log_sum(x: Array, mask: Array) -> Array:
    """ln Σ e^x over the columns of the mask; -infinity where there are none."""
    kept = np.where(mask, x, -np.inf)
    top = np.max(kept, axis=1, keepdims=True)
    base = np.where(np.isfinite(top), top, 0)
    with np.errstate(divide="ignore"):
        found: Array = base + np.log(np.exp(kept - base).sum(axis=1, keepdims=True))
    return found


def _pairs(n: int, k: int, m: int) -> int:
    return COST_OF_AN_ELEMENT * n * m * k // 8


@op(
    "y(n,k), e(m,k), t(n):i32, u(m):i32 -> loss(n), g(n,m); gamma, margin, apart",
    scalars=(8.0, 0.4, 1.0),
    draws={"y": short, "e": short, "t": below("k"), "u": below("k")},
    cost=_pairs,
)
def circle(
    y: Array, e: Array, t: Array, u: Array, loss: Array, g: Array, gamma: float, margin: float, apart: float,
    lo: int, hi: int,
) -> None:  # fmt: skip
    """loss = softplus(ln Σ_same e^(-gamma (m + D)(m - D)) + ln Σ_other e^(gamma (1 + m - D)(1 - m - D))).

    D = max(1 - y·e, 0) is the cosine distance of two rows of length 1; g is the derivative by y·e.  `apart`: a row does
    not count as its own neighbour.  A row without neighbours of both kinds has loss 0.
    Source: Sun et al. 2020, "Circle loss: a unified perspective of pair similarity optimization", equation 6.
    """
    similarity = y[lo:hi] @ e.T
    same = t[lo:hi, None] == u[None, :]
    own = np.arange(lo, hi)[:, None] == np.arange(len(e))[None, :]
    near, far = same & ~(own & bool(apart)), ~same
    value, slope = _exponents(np.maximum(1 - similarity, 0), same, gamma, margin)
    sums = _log_sum(value, near), _log_sum(value, far)
    z = sums[0] + sums[1]
    loss[lo:hi] = np.logaddexp(0, z)[:, 0]
    with np.errstate(invalid="ignore", over="ignore"):
        share = np.exp(value - np.where(same, *sums)) / (1 + np.exp(-z))
    kept = (near | far) & ~np.isneginf(z)
    g[lo:hi] = np.where(kept, -above(1 - similarity, 0) * slope * share, 0)


@op("y(n,k), g(n,n), w(n) -> dy(n,k)", draws={"w": weights}, across=("y", "g", "w"), cost=lambda n, k: _pairs(n, k, n))
def circle_backward(y: Array, g: Array, w: Array, dy: Array, lo: int, hi: int) -> None:
    """dy_r = 1/n Σ_i (w_r g_ri + w_i g_ir) y_i: each pair of rows pulls or pushes both."""
    pull = (w[:, None] * g)[lo:hi] + (w[:, None] * g).T[lo:hi]
    dy[lo:hi] = pull @ y / len(y)
