"""Hinge losses: y is a score, t is -1 or 1.

Source: Cortes & Vapnik 1995, "Support-vector networks"; with classes: Crammer & Singer 2001.
"""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import onehot, signs, weights
from pynn.kernels.reference.losses import above, row_loss

Array = np.ndarray
Pair = tuple[Array, Array]


@op("t(n,k) -> sign(n,k)")
def hinge_targets(t: Array, sign: Array, lo: int, hi: int) -> None:
    """2 t - 1 if every element of the batch is 0 or 1, else t as it is."""
    binary = bool(((t == 0) | (t == 1)).all())
    sign[lo:hi] = 2 * t[lo:hi] - 1 if binary else t[lo:hi]


@row_loss("mean", draws={"t": signs})
def hinge(y: Array, t: Array) -> Pair:
    """max(1 - t y, 0)."""
    return np.maximum(1 - t * y, 0), -t * above(1 - t * y, 0)


@row_loss("mean", draws={"t": signs})
def squared_hinge(y: Array, t: Array) -> Pair:
    """max(1 - t y, 0)²."""
    gap = np.maximum(1 - t * y, 0)
    return gap**2, -2 * t * gap


@op("y(n,k), t(n,k), w(n) -> loss(n), dy(n,k)", draws={"t": onehot, "w": weights})
def categorical_hinge(y: Array, t: Array, w: Array, loss: Array, dy: Array, lo: int, hi: int) -> None:
    """loss = w max(max_j (1 - t_j) y_j - Σ_j t_j y_j + 1, 0); several largest scores share the slope."""
    target = t[lo:hi]
    others = (1 - target) * y[lo:hi]
    most = others.max(axis=1, keepdims=True)
    gap = most - (target * y[lo:hi]).sum(axis=1, keepdims=True) + 1
    largest = others == most
    slope = largest * (1 - target) / largest.sum(axis=1, keepdims=True) - target
    loss[lo:hi] = w[lo:hi] * np.maximum(gap[:, 0], 0)
    dy[lo:hi] = slope * above(gap, 0) * (w[lo:hi, None] / len(y))
