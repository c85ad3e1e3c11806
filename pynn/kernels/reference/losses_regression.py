"""Losses of regression: y predicted, t wanted.  Each function gives the term of one output and its slope."""

from __future__ import annotations

import math

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import positive, weights
from pynn.kernels.reference.losses import EPSILON, above, row_loss

Array = np.ndarray
Pair = tuple[Array, Array]


@row_loss("mean")
def mean_squared_error(y: Array, t: Array) -> Pair:
    """(y - t)²."""
    return (y - t) ** 2, 2 * (y - t)


@row_loss("sum", "factor", scalars=(0.5,))
def sum_squared_error(y: Array, t: Array, factor: float) -> Pair:
    """factor (y - t)², added up over the outputs."""
    return factor * (y - t) ** 2, 2 * factor * (y - t)


@row_loss("mean")
def mean_absolute_error(y: Array, t: Array) -> Pair:
    """|y - t|; where they are equal the slope is -1, as in Keras on JAX."""
    return np.abs(y - t), np.where(y > t, 1.0, -1.0)


@row_loss("mean", "epsilon", scalars=EPSILON, draws={"t": positive})
def mean_absolute_percentage_error(y: Array, t: Array, epsilon: float) -> Pair:
    """100 |y - t| / max(|t|, epsilon)."""
    size = np.maximum(np.abs(t), epsilon)
    return 100 * np.abs(y - t) / size, 100 * np.where(y > t, 1.0, -1.0) / size


@row_loss("mean", "epsilon", scalars=EPSILON)
def mean_squared_logarithmic_error(y: Array, t: Array, epsilon: float) -> Pair:
    """(ln(1 + y) - ln(1 + t))², both raised to at least epsilon."""
    high = np.maximum(y, epsilon) + 1
    error = np.log(high) - np.log(np.maximum(t, epsilon) + 1)
    return error**2, 2 * error / high * above(y, epsilon)


@row_loss("mean", "delta", scalars=(0.7,))
def huber(y: Array, t: Array, delta: float) -> Pair:
    """e²/2 where |e| <= delta, delta |e| - delta²/2 elsewhere; e = y - t.

    Source: Huber 1964, "Robust estimation of a location parameter".
    """
    error = y - t
    size = np.abs(error)
    return np.where(size <= delta, error**2 / 2, delta * size - delta**2 / 2), np.clip(error, -delta, delta)


@row_loss("mean")
def log_cosh(y: Array, t: Array) -> Pair:
    """ln cosh(y - t) = |e| + ln(1 + e^(-2|e|)) - ln 2."""
    size = np.abs(y - t)
    return size + np.log1p(np.exp(-2 * size)) - math.log(2), np.tanh(y - t)


@row_loss("mean", "epsilon", scalars=EPSILON, draws={"y": positive, "t": positive})
def poisson(y: Array, t: Array, epsilon: float) -> Pair:
    """y - t ln(y + epsilon): minus the logarithm of a Poisson probability, without the part of t alone."""
    return y - t * np.log(y + epsilon), 1 - t / (y + epsilon)


@op("y(n,k), t(n,k), w(n) -> loss(n), dy(n,k); tau", scalars=(900.0,), draws={"w": weights})
def exponential_error(y: Array, t: Array, w: Array, loss: Array, dy: Array, tau: float, lo: int, hi: int) -> None:
    """loss = w tau e^(Σ_j (y_j - t_j)² / tau)."""
    error = y[lo:hi] - t[lo:hi]
    e = np.exp((error**2).sum(axis=1) / tau)
    loss[lo:hi] = w[lo:hi] * tau * e
    dy[lo:hi] = error * (2 * e * w[lo:hi] / len(y))[:, None]


@op("y(n,k), t(n,k), w(n) -> loss(n), dy(n,k); epsilon", scalars=EPSILON, draws={"w": weights})
def cosine_similarity(y: Array, t: Array, w: Array, loss: Array, dy: Array, epsilon: float, lo: int, hi: int) -> None:
    """loss = -w Σ_j a_j b_j, where a = y / max(|y|, epsilon), b = t / max(|t|, epsilon).

    The slope of a row of zeros, which has no direction, is zero.
    """
    norm = np.sqrt((y[lo:hi] ** 2).sum(axis=1, keepdims=True))
    size = np.maximum(norm, epsilon)
    a = y[lo:hi] / size
    b = t[lo:hi] / np.maximum(np.sqrt((t[lo:hi] ** 2).sum(axis=1, keepdims=True)), epsilon)
    inner = (a * b).sum(axis=1, keepdims=True)
    loss[lo:hi] = -w[lo:hi] * inner[:, 0]
    dy[lo:hi] = (a * inner * (norm > epsilon) - b) / size * (norm > 0) * (w[lo:hi, None] / len(y))
