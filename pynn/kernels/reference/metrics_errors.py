"""Metrics that are means over rows: distances between numbers, and margins, one value per row."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import bits, onehot, positive, signs

Array = np.ndarray
_EPSILON: dict[str, Any] = {"scalars": (1e-7,)}


@op("y(n,k), t(n,k) -> value(n)", draws={"y": bits, "t": bits})
def equal_share(y: Array, t: Array, value: Array, lo: int, hi: int) -> None:
    """value = share of the k outputs that equal their targets."""
    value[lo:hi] = (y[lo:hi] == t[lo:hi]).mean(axis=1)


@op("y(n,k), t(n,k) -> value(n); threshold", scalars=(0.5,), draws={"y": positive, "t": bits})
def binary_accuracy(y: Array, t: Array, value: Array, threshold: float, lo: int, hi: int) -> None:
    """value = share of the k outputs for which (y > threshold) equals t."""
    value[lo:hi] = ((y[lo:hi] > y.dtype.type(threshold)) == t[lo:hi]).mean(axis=1)


@op("y(n,k), t(n,k) -> value(n)")
def squared_error(y: Array, t: Array, value: Array, lo: int, hi: int) -> None:
    """value = 1/k Σ_j (y_j - t_j)²."""
    value[lo:hi] = np.square(y[lo:hi] - t[lo:hi]).mean(axis=1)


@op("y(n,k), t(n,k) -> value(n)")
def absolute_error(y: Array, t: Array, value: Array, lo: int, hi: int) -> None:
    """value = 1/k Σ_j |y_j - t_j|."""
    value[lo:hi] = np.abs(y[lo:hi] - t[lo:hi]).mean(axis=1)


@op("y(n,k), t(n,k) -> value(n); epsilon", **_EPSILON)
def percentage_error(y: Array, t: Array, value: Array, epsilon: float, lo: int, hi: int) -> None:
    """value = 100/k Σ_j |t_j - y_j| / max(|t_j|, epsilon)."""
    value[lo:hi] = 100 * (np.abs(t[lo:hi] - y[lo:hi]) / np.maximum(np.abs(t[lo:hi]), epsilon)).mean(axis=1)


@op("y(n,k), t(n,k) -> value(n); epsilon", **_EPSILON, draws={"y": positive})
def squared_logarithmic_error(y: Array, t: Array, value: Array, epsilon: float, lo: int, hi: int) -> None:
    """value = 1/k Σ_j (ln(1 + max(y_j, epsilon)) - ln(1 + max(t_j, epsilon)))²."""
    ratio = np.log1p(np.maximum(y[lo:hi], epsilon)) - np.log1p(np.maximum(t[lo:hi], epsilon))
    value[lo:hi] = np.square(ratio).mean(axis=1)


@op("y(n,k), t(n,k) -> value(n)")
def log_cosh_error(y: Array, t: Array, value: Array, lo: int, hi: int) -> None:
    """value = 1/k Σ_j ln cosh(y_j - t_j); ln cosh x = ln(e^x + e^-x) - ln 2."""
    error = y[lo:hi] - t[lo:hi]
    value[lo:hi] = (np.logaddexp(error, -error) - math.log(2)).mean(axis=1)


@op("y(n,k), t(n,k) -> value(n); epsilon", **_EPSILON)
def cosine_similarity_rows(y: Array, t: Array, value: Array, epsilon: float, lo: int, hi: int) -> None:
    """value = Σ_j y_j t_j / (|y| |t|), lengths below epsilon counting as epsilon."""
    lengths = [np.maximum(np.sqrt(np.square(a[lo:hi]).sum(axis=1)), epsilon) for a in (y, t)]
    value[lo:hi] = (y[lo:hi] * t[lo:hi]).sum(axis=1) / (lengths[0] * lengths[1])


def _signed(t: Array, lo: int, hi: int) -> Array:
    """Targets as -1 and 1, if all of the batch's are 0 and 1."""
    rows: Array = 2 * t[lo:hi] - 1 if ((t == 0) | (t == 1)).all() else t[lo:hi]
    return rows


@op("y(n,k), t(n,k) -> value(n)", draws={"t": bits}, across=("t",))
def hinge_rows(y: Array, t: Array, value: Array, lo: int, hi: int) -> None:
    """value = 1/k Σ_j max(1 - t_j y_j, 0), t in {-1, 1}, or {0, 1} in the whole batch.

    Source: Cortes & Vapnik 1995, "Support-vector networks".
    """
    value[lo:hi] = np.maximum(1 - _signed(t, lo, hi) * y[lo:hi], 0).mean(axis=1)


@op("y(n,k), t(n,k) -> value(n)", draws={"t": signs}, across=("t",))
def squared_hinge_rows(y: Array, t: Array, value: Array, lo: int, hi: int) -> None:
    """value = 1/k Σ_j max(1 - t_j y_j, 0)², targets as for `hinge_rows`."""
    value[lo:hi] = np.square(np.maximum(1 - _signed(t, lo, hi) * y[lo:hi], 0)).mean(axis=1)


@op("y(n,k), t(n,k) -> value(n)", draws={"t": onehot})
def categorical_hinge_rows(y: Array, t: Array, value: Array, lo: int, hi: int) -> None:
    """value = max(max_j (1 - t_j) y_j - Σ_j t_j y_j + 1, 0), t one-hot."""
    right = (t[lo:hi] * y[lo:hi]).sum(axis=1)
    wrong = ((1 - t[lo:hi]) * y[lo:hi]).max(axis=1)
    value[lo:hi] = np.maximum(wrong - right + 1, 0)
