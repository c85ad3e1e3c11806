"""Weights of rows that turn a mean over the n rows into another reduction, or leave rows out."""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import below, weights

Array = np.ndarray


@op("w(n) -> v(n)")
def weights_of_sum(w: Array, v: Array, lo: int, hi: int) -> None:
    """v = n w: the mean over rows is then their sum."""
    v[lo:hi] = w[lo:hi] * len(w)


@op("w(n) -> v(n)", draws={"w": weights}, across=("w",))
def weights_of_mean(w: Array, v: Array, lo: int, hi: int) -> None:
    """v = w n / Σ w: the mean over rows is then divided by the weights; 0 if those add up to 0."""
    total = w.sum(dtype=np.float64)
    v[lo:hi] = w[lo:hi] * (len(w) / total if total else 0)


@op(
    "t(n):i32, w(n) -> v(n); ignored, rescale",
    scalars=(1.0, 1.0),
    draws={"t": below("n"), "w": weights},
    across=("t",),
)
def weights_of_others(t: Array, w: Array, v: Array, ignored: float, rescale: float, lo: int, hi: int) -> None:
    """v = w where t is not the ignored label, else 0; with `rescale` the mean is over the rows that are left."""
    left = t != int(ignored)
    scale = len(t) / left.sum() if rescale and left.any() else 1.0
    v[lo:hi] = np.where(left, w * scale, 0)[lo:hi]


@op("x(n), w(n) -> v(n); rescale", scalars=(1.0,), draws={"w": weights}, across=("x",))
def weights_of_positive(x: Array, w: Array, v: Array, rescale: float, lo: int, hi: int) -> None:
    """The same for rows whose x is above 0."""
    left = x > 0
    scale = len(x) / left.sum() if rescale and left.any() else 1.0
    v[lo:hi] = np.where(left, w * scale, 0)[lo:hi]


@op("t(n):i32 -> u(n):i32; old, new", scalars=(1.0, 0.0), draws={"t": below("n")})
def replace_label(t: Array, u: Array, old: float, new: float, lo: int, hi: int) -> None:
    """The labels, with `new` for `old`."""
    u[lo:hi] = np.where(t == int(old), int(new), t)[lo:hi]


@op("x(n), w(n) -> y(n)", draws={"w": weights})
def weigh(x: Array, w: Array, y: Array, lo: int, hi: int) -> None:
    """y = x w."""
    y[lo:hi] = x[lo:hi] * w[lo:hi]


@op("x(n) -> mean(1)")
def mean_of_rows(x: Array, mean: Array, lo: int, hi: int) -> None:
    """The mean of all rows."""
    mean[lo:hi] = x.mean(dtype=np.float64)


@op("x(1), like(n) -> y(n)")
def repeat_for_rows(x: Array, like: Array, y: Array, lo: int, hi: int) -> None:
    """One number for each row of another operand, whose values do not matter."""
    y[lo:hi] = x[0]
