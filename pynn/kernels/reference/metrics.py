"""Metrics that are means over rows: one value per row, then a running sum."""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import below, bits, onehot, positive

Array = np.ndarray


@op("v(n) -> ~total(1):f64", rtol=1e-6)
def accumulate(v: Array, total: Array, lo: int, hi: int) -> None:
    """total += Σ v, added up in double precision, first row first."""
    total[lo:hi] += v.astype(np.float64).sum()


@op("y(n,k), t(n,k) -> hit(n)", draws={"t": onehot})
def categorical_accuracy(y: Array, t: Array, hit: Array, lo: int, hi: int) -> None:
    """hit = 1 where y and t have their (first) maximum in the same place."""
    hit[lo:hi] = y[lo:hi].argmax(axis=1) == t[lo:hi].argmax(axis=1)


@op("y(n,k), t(n):i32 -> hit(n)", draws={"t": below("k")})
def sparse_categorical_accuracy(y: Array, t: Array, hit: Array, lo: int, hi: int) -> None:
    """hit = 1 where the (first) maximum of y stands at t."""
    hit[lo:hi] = y[lo:hi].argmax(axis=1) == t[lo:hi]


@op("y(n,k), t(n,k) -> hit(n); threshold", scalars=(0.5,), draws={"y": positive, "t": bits})
def binary_accuracy(y: Array, t: Array, hit: Array, threshold: float, lo: int, hi: int) -> None:
    """hit = share of the k outputs for which (y > threshold) equals t."""
    hit[lo:hi] = ((y[lo:hi] > y.dtype.type(threshold)) == t[lo:hi]).mean(axis=1)


@op("y(n,k), t(n,k) -> error(n)")
def squared_error(y: Array, t: Array, error: Array, lo: int, hi: int) -> None:
    """error = 1/k Σ_j (y_j - t_j)²."""
    error[lo:hi] = np.square(y[lo:hi] - t[lo:hi]).mean(axis=1)


@op("y(n,k), t(n,k) -> error(n)")
def absolute_error(y: Array, t: Array, error: Array, lo: int, hi: int) -> None:
    """error = 1/k Σ_j |y_j - t_j|."""
    error[lo:hi] = np.abs(y[lo:hi] - t[lo:hi]).mean(axis=1)
