"""Metrics that are means over rows: cross-entropies and divergences, one value per row.

The same formulas as those of the losses (losses.py), without weight and gradient, and with label smoothing: targets t
become (1 - smoothing) t + smoothing / k, binary ones (1 - smoothing) t + smoothing / 2 (Szegedy et al. 2016,
"Rethinking the Inception architecture for computer vision", section 7).
"""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import below, bits, distribution, onehot, positive

Array = np.ndarray
_CLIPPED, _SMOOTHED = (1e-7, 0.1), (0.1,)


@op(
    "y(n,k), t(n,k) -> value(n); epsilon, smoothing",
    scalars=_CLIPPED,
    draws={"y": positive, "t": onehot},
)
def categorical_crossentropy_rows(
    y: Array, t: Array, value: Array, epsilon: float, smoothing: float, lo: int, hi: int
) -> None:
    """value = -Σ_j t_j ln q_j, where q = y / Σ y, clipped to [epsilon, 1 - epsilon]."""
    target = t[lo:hi] * (1 - smoothing) + smoothing / y.shape[1]
    q = np.clip(y[lo:hi] / y[lo:hi].sum(axis=1, keepdims=True), epsilon, 1 - epsilon)
    value[lo:hi] = -(target * np.log(q)).sum(axis=1)


@op(
    "y(n,k), t(n):i32 -> value(n); epsilon, ignored",
    scalars=(1e-7, 1),
    draws={"y": positive, "t": below("k")},
)
def sparse_categorical_crossentropy_rows(
    y: Array, t: Array, value: Array, epsilon: float, ignored: float, lo: int, hi: int
) -> None:
    """value = -ln q_t, q as above; 0 where t is no class or the ignored one."""
    q = np.clip(y[lo:hi] / y[lo:hi].sum(axis=1, keepdims=True), epsilon, 1 - epsilon)
    value[lo:hi] = -_chosen(np.log(q), t[lo:hi], ignored)


@op("z(n,k), t(n,k) -> value(n); smoothing", scalars=_SMOOTHED, draws={"t": distribution})
def softmax_crossentropy_rows(z: Array, t: Array, value: Array, smoothing: float, lo: int, hi: int) -> None:
    """value = -Σ_j t_j ln softmax(z)_j."""
    target = t[lo:hi] * (1 - smoothing) + smoothing / z.shape[1]
    value[lo:hi] = -(target * _log_softmax(z[lo:hi])).sum(axis=1)


@op("z(n,k), t(n):i32 -> value(n); ignored", scalars=(1,), draws={"t": below("k")})
def sparse_softmax_crossentropy_rows(z: Array, t: Array, value: Array, ignored: float, lo: int, hi: int) -> None:
    """value = -ln softmax(z)_t; 0 where t is no class or the ignored one."""
    value[lo:hi] = -_chosen(_log_softmax(z[lo:hi]), t[lo:hi], ignored)


@op(
    "y(n,k), t(n,k) -> value(n); epsilon, smoothing",
    scalars=_CLIPPED,
    draws={"y": positive, "t": bits},
)
def binary_crossentropy_rows(
    y: Array, t: Array, value: Array, epsilon: float, smoothing: float, lo: int, hi: int
) -> None:
    """value = -1/k Σ_j (t_j ln y_j + (1 - t_j) ln(1 - y_j)), y clipped to [epsilon, 1 - epsilon]."""
    target = t[lo:hi] * (1 - smoothing) + smoothing / 2
    q = np.clip(y[lo:hi], epsilon, 1 - epsilon)
    value[lo:hi] = -(target * np.log(q) + (1 - target) * np.log1p(-q)).mean(axis=1)


@op("z(n,k), t(n,k) -> value(n); smoothing", scalars=_SMOOTHED, draws={"t": bits})
def sigmoid_binary_crossentropy_rows(z: Array, t: Array, value: Array, smoothing: float, lo: int, hi: int) -> None:
    """value = 1/k Σ_j (max(z_j, 0) - z_j t_j + ln(1 + e^-|z_j|)): y = sigmoid z."""
    target = t[lo:hi] * (1 - smoothing) + smoothing / 2
    above = np.maximum(z[lo:hi], 0) + np.log1p(np.exp(-np.abs(z[lo:hi])))
    value[lo:hi] = (above - z[lo:hi] * target).mean(axis=1)


@op("y(n,k), t(n,k) -> value(n); epsilon", scalars=(1e-7,), draws={"y": positive, "t": distribution})
def kl_divergence_rows(y: Array, t: Array, value: Array, epsilon: float, lo: int, hi: int) -> None:
    """value = Σ_j t_j ln(t_j / y_j), both clipped to [epsilon, 1].

    Source: Kullback & Leibler 1951, "On information and sufficiency", equation 2.4.
    """
    target, q = np.clip(t[lo:hi], epsilon, 1), np.clip(y[lo:hi], epsilon, 1)
    value[lo:hi] = (target * np.log(target / q)).sum(axis=1)


@op("y(n,k), t(n,k) -> value(n); epsilon", scalars=(1e-7,), draws={"y": positive, "t": positive})
def poisson_rows(y: Array, t: Array, value: Array, epsilon: float, lo: int, hi: int) -> None:
    """value = 1/k Σ_j (y_j - t_j ln(y_j + epsilon)): minus the Poisson log-likelihood without its constant."""
    value[lo:hi] = (y[lo:hi] - t[lo:hi] * np.log(y[lo:hi] + epsilon)).mean(axis=1)


def _log_softmax(z: Array) -> Array:
    shifted = z - z.max(axis=1, keepdims=True)
    logs: Array = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return logs


def _chosen(values: Array, places: Array, ignored: float) -> Array:
    """The value of each row at its place; 0 where that lies outside or is ignored."""
    inside = (places >= 0) & (places < values.shape[1]) & (places != ignored)
    chosen = np.take_along_axis(values, np.where(inside, places, 0)[:, None].astype(np.intp), axis=1)[:, 0]
    return np.where(inside, chosen, 0)
