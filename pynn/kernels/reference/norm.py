"""Normalization over the batch, over each row, and to unit length.

Sources: Ioffe & Szegedy 2015, "Batch normalization: accelerating deep network training by reducing internal covariate
shift"; Ba, Kiros & Hinton 2016, "Layer normalization"; Zhang & Sennrich 2019, "Root mean square layer normalization".
"""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import positive

Array = np.ndarray
# Sums of up to 257 products of standard normals, of which float32 keeps 24 bits.
_SUMS = {"rtol": 1e-4, "atol": 1e-4}


@op("x(n,k) -> mean(k), variance(k)", atol=2e-5)
def moments(x: Array, mean: Array, variance: Array, lo: int, hi: int) -> None:
    """mean_j and variance_j = 1/n Σ_r (x_rj - mean_j)² of each column, summed in double."""
    mean[lo:hi] = x[:, lo:hi].mean(axis=0, dtype=np.float64)
    variance[lo:hi] = x[:, lo:hi].var(axis=0, dtype=np.float64)


@op("variance(k) -> inverse(k); epsilon, smallest", scalars=(1e-3, 0.5), draws={"variance": positive})
def inverse_deviation(variance: Array, inverse: Array, epsilon: float, smallest: float, lo: int, hi: int) -> None:
    """inverse = 1 / max(√(variance + epsilon), smallest)."""
    inverse[lo:hi] = 1 / np.maximum(np.sqrt(variance[lo:hi] + epsilon), smallest)


@op("variance(k) -> result(k); epsilon, smallest", scalars=(1e-3, 0.5), draws={"variance": positive})
def deviation(variance: Array, result: Array, epsilon: float, smallest: float, lo: int, hi: int) -> None:
    """result = max(√(variance + epsilon), smallest)."""
    result[lo:hi] = np.maximum(np.sqrt(variance[lo:hi] + epsilon), smallest)


@op("x(n,k), center(k), scale(k), shift(k) -> y(n,k)")
def scale_shift(x: Array, center: Array, scale: Array, shift: Array, y: Array, lo: int, hi: int) -> None:
    """y = (x - center) · scale + shift, column by column."""
    y[lo:hi] = (x[lo:hi] - center) * scale + shift


@op("x(n,k), mean(k), inverse(k), dy(n,k) -> dgamma(k), dbeta(k)", **_SUMS)
def batch_norm_backward_weights(
    x: Array, mean: Array, inverse: Array, dy: Array, dgamma: Array, dbeta: Array, lo: int, hi: int
) -> None:
    """dgamma = Σ_r dy · (x - mean) · inverse, dbeta = Σ_r dy.

    inverse : 1 / √(variance + epsilon).
    """
    dgamma[lo:hi] = (dy[:, lo:hi] * (x[:, lo:hi] - mean[lo:hi])).sum(axis=0, dtype=np.float64) * inverse[lo:hi]
    dbeta[lo:hi] = dy[:, lo:hi].sum(axis=0, dtype=np.float64)


@op("x(n,k), dy(n,k), mean(k), inverse(k), gamma(k), dgamma(k), dbeta(k) -> dx(n,k)", **_SUMS)
def batch_norm_backward_input(
    x: Array,
    dy: Array,
    mean: Array,
    inverse: Array,
    gamma: Array,
    dgamma: Array,
    dbeta: Array,
    dx: Array,
    lo: int,
    hi: int,
) -> None:
    """dx = gamma · inverse · (dy - 1/n (dbeta + u · dgamma)), u = (x - mean) · inverse, for a batch of n rows.

    Source: Ioffe & Szegedy 2015, section 3, with the sums collected.
    """
    unit = (x[lo:hi] - mean) * inverse
    dx[lo:hi] = gamma * inverse * (dy[lo:hi] - (dbeta + unit * dgamma) / len(x))


def _means(x: Array, subtracts: float, centered: float) -> tuple[Array, Array]:
    """What is subtracted from each row, and what its squares are taken about."""
    mean = x.mean(axis=1, keepdims=True, dtype=np.float64)
    return mean * bool(subtracts), mean * bool(centered)


@op("x(n,k), gamma(k), beta(k) -> y(n,k), mean(n), inverse(n); epsilon, subtracts, centered", scalars=(1e-3, 1.0, 1.0),
    rtol=1e-4, atol=1e-5)  # fmt: skip
def layer_norm_forward(
    x: Array,
    gamma: Array,
    beta: Array,
    y: Array,
    mean: Array,
    inverse: Array,
    epsilon: float,
    subtracts: float,
    centered: float,
    lo: int,
    hi: int,
) -> None:
    """y = (x - a) · inverse · gamma + beta, inverse = 1 / √(1/k Σ_j (x_j - b)² + epsilon), for each row.

    subtracts : a is the row's mean, or 0 if this is 0.
    centered : b is the row's mean, or 0 if this is 0.  Layer normalization has both, RMS normalization neither.
    """
    a, b = _means(x[lo:hi], subtracts, centered)
    mean[lo:hi] = x[lo:hi].mean(axis=1, dtype=np.float64)
    inverse[lo:hi] = 1 / np.sqrt(np.square(x[lo:hi] - b).mean(axis=1) + epsilon)
    y[lo:hi] = (x[lo:hi] - a) * inverse[lo:hi, None] * gamma + beta


@op("x(n,k), dy(n,k), gamma(k), mean(n), inverse(n) -> dx(n,k); subtracts, centered", scalars=(1.0, 0.0),
    draws={"inverse": positive}, **_SUMS)  # fmt: skip
def layer_norm_backward_input(
    x: Array,
    dy: Array,
    gamma: Array,
    mean: Array,
    inverse: Array,
    dx: Array,
    subtracts: float,
    centered: float,
    lo: int,
    hi: int,
) -> None:
    """dx = inverse · (g - a' - (x - b) · inverse² · 1/k Σ_j g_j (x_j - a)), g = gamma · dy.

    a' is the mean of g if the mean was subtracted, else 0; a and b as in the forward op.
    """
    x, g, scale = x[lo:hi], gamma * dy[lo:hi], inverse[lo:hi, None]
    a, b = (mean[lo:hi, None] * bool(flag) for flag in (subtracts, centered))
    slope = (g * (x - a)).mean(axis=1, keepdims=True) * scale**2
    dx[lo:hi] = scale * (g - bool(subtracts) * g.mean(axis=1, keepdims=True) - (x - b) * slope)


@op("x(n,k), dy(n,k), mean(n), inverse(n) -> dgamma(k), dbeta(k); subtracts", scalars=(1.0,), **_SUMS)
def layer_norm_backward_weights(
    x: Array, dy: Array, mean: Array, inverse: Array, dgamma: Array, dbeta: Array, subtracts: float, lo: int, hi: int
) -> None:
    """dgamma = Σ_r dy · (x - a) · inverse, dbeta = Σ_r dy, with each row's own a and inverse."""
    unit = (x[:, lo:hi] - mean[:, None] * bool(subtracts)) * inverse[:, None]
    dgamma[lo:hi] = (dy[:, lo:hi] * unit).sum(axis=0, dtype=np.float64)
    dbeta[lo:hi] = dy[:, lo:hi].sum(axis=0, dtype=np.float64)


@op("x(n,k) -> y(n,k), squares(n); epsilon", scalars=(2.0,))
def unit_forward(x: Array, y: Array, squares: Array, epsilon: float, lo: int, hi: int) -> None:
    """y = x / √max(squares, epsilon), squares = Σ_j x_j², for each row."""
    squares[lo:hi] = np.square(x[lo:hi]).sum(axis=1, dtype=np.float64)
    y[lo:hi] = x[lo:hi] / np.sqrt(np.maximum(squares[lo:hi], epsilon))[:, None]


@op("y(n,k), squares(n), dy(n,k) -> dx(n,k); epsilon", scalars=(0.5,), draws={"squares": positive}, **_SUMS)
def unit_backward(y: Array, squares: Array, dy: Array, dx: Array, epsilon: float, lo: int, hi: int) -> None:
    """dx = (dy - y Σ_j y_j dy_j) / √squares; dy / √epsilon where squares <= epsilon."""
    along = (y[lo:hi] * dy[lo:hi]).sum(axis=1) * (squares[lo:hi] > epsilon)
    length = np.sqrt(np.maximum(squares[lo:hi], epsilon))
    dx[lo:hi] = (dy[lo:hi] - y[lo:hi] * along[:, None]) / length[:, None]
