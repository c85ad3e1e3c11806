"""Activations of a whole row: logarithms of probabilities, and probabilities that may be 0."""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import log_distribution

Array = np.ndarray


@op("x(n,k) -> y(n,k)")
def log_softmax_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y_j = x_j - max x - ln Σ_i e^(x_i - max x), row by row: the logarithm of softmax."""
    z = x[lo:hi] - x[lo:hi].max(axis=1, keepdims=True)
    y[lo:hi] = z - np.log(np.exp(z).sum(axis=1, keepdims=True))


@op("y(n,k), dy(n,k) -> dx(n,k)", draws={"y": log_distribution}, atol=1e-5)
def log_softmax_backward(y: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx_j = dy_j - e^(y_j) Σ_i dy_i, row by row."""
    dx[lo:hi] = dy[lo:hi] - np.exp(y[lo:hi]) * dy[lo:hi].sum(axis=1, keepdims=True)


def _above(x: Array) -> Array:
    """x less the threshold t for which Σ_j max(x_j - t, 0) = 1, row by row; NaN does not count."""
    z = x - np.fmax.reduce(x, axis=1, keepdims=True)
    falling = -np.sort(-z, axis=1)
    sums = np.cumsum(falling, axis=1, dtype=np.float64) - 1
    counts = np.arange(1, x.shape[1] + 1)
    size = (falling * counts > sums).sum(axis=1, keepdims=True)
    t = np.take_along_axis(sums, np.maximum(size, 1) - 1, axis=1) / size
    above: Array = z - t.astype(x.dtype)
    return above


@op("x(n,k) -> y(n,k)")
def sparsemax_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y_j = max(x_j - t, 0) with t such that the row sums to 1: the nearest distribution.

    Source: Martins & Astudillo 2016, "From softmax to sparsemax", algorithm 1.
    """
    y[lo:hi] = np.maximum(_above(x[lo:hi]), 0)


@op("x(n,k), dy(n,k) -> dx(n,k)", atol=1e-5)
def sparsemax_backward(x: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = s dy - mean of s dy over the support, on the support; s dy elsewhere.

    s is 1 where x_j > t, 0 where x_j < t and 1/2 where they are equal, as JAX takes the derivative of a maximum.
    Source: Martins & Astudillo 2016, equation 14.
    """
    above = _above(x[lo:hi])
    support = above > 0
    kept = np.where(support, 1, np.where(above == 0, 0.5, 0)) * dy[lo:hi]
    mean = kept.sum(axis=1, keepdims=True) / support.sum(axis=1, keepdims=True)
    dx[lo:hi] = kept - np.where(support, mean, 0)
