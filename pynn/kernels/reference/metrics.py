"""Metrics that are means over rows: running sums, and shares of right answers, one value per row."""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import below, onehot, weights

Array = np.ndarray


@op("v(n) -> ~total(1):f64", rtol=1e-6)
def accumulate(v: Array, total: Array, lo: int, hi: int) -> None:
    """total += Σ v, added up in double precision, first row first."""
    total[lo:hi] += v.astype(np.float64).sum()


@op("v(n) -> ~total(1):f64, ~count(1):f64", rtol=1e-6)
def accumulate_mean(v: Array, total: Array, count: Array, lo: int, hi: int) -> None:
    """total += Σ v; count += n."""
    total[lo:hi] += v.astype(np.float64).sum()
    count[lo:hi] += len(v)


@op("v(n), w(n) -> ~total(1):f64, ~count(1):f64", draws={"w": weights})
def accumulate_weighted_mean(v: Array, w: Array, total: Array, count: Array, lo: int, hi: int) -> None:
    """total += Σ v w; count += Σ w."""
    total[lo:hi] += (v * w).astype(np.float64).sum()
    count[lo:hi] += w.astype(np.float64).sum()


@op("w(n), t(n):i32 -> v(n); ignored", scalars=(1,), draws={"w": weights, "t": below("n")})
def weights_without_label(w: Array, t: Array, v: Array, ignored: float, lo: int, hi: int) -> None:
    """v = w, and 0 where t is the ignored label."""
    v[lo:hi] = np.where(t[lo:hi] == ignored, 0, w[lo:hi])


@op("y(n,k), t(n,k) -> hit(n)", draws={"t": onehot})
def categorical_accuracy(y: Array, t: Array, hit: Array, lo: int, hi: int) -> None:
    """hit = 1 where y and t have their (first) maximum in the same place."""
    hit[lo:hi] = y[lo:hi].argmax(axis=1) == t[lo:hi].argmax(axis=1)


@op("y(n,k), t(n):i32 -> hit(n)", draws={"t": below("k")})
def sparse_categorical_accuracy(y: Array, t: Array, hit: Array, lo: int, hi: int) -> None:
    """hit = 1 where the (first) maximum of y stands at t."""
    hit[lo:hi] = y[lo:hi].argmax(axis=1) == t[lo:hi]


@op("y(n,k), t(n,k) -> hit(n); top", scalars=(2,), draws={"t": onehot})
def top_k_categorical_accuracy(y: Array, t: Array, hit: Array, top: float, lo: int, hi: int) -> None:
    """hit = 1 where fewer than `top` of the y exceed the one at t's (first) maximum."""
    sparse_top_k_categorical_accuracy(y, t.argmax(axis=1), hit, top, lo, hi)


@op("y(n,k), t(n):i32 -> hit(n); top", scalars=(2,), draws={"t": below("k")})
def sparse_top_k_categorical_accuracy(y: Array, t: Array, hit: Array, top: float, lo: int, hi: int) -> None:
    """hit = 1 where fewer than `top` of the y exceed the one at t; 0 where t is no place in y.  NaN exceeds all."""
    places, k = t[lo:hi], y.shape[1]
    inside = (places >= 0) & (places < k)
    chosen = np.take_along_axis(y[lo:hi], np.where(inside, places, 0)[:, None].astype(np.intp), axis=1)
    hit[lo:hi] = inside & ((~(y[lo:hi] <= chosen)).sum(axis=1) < top)


@op("ids(n,k), t(n):i32 -> hit(n); top", scalars=(2,), draws={"ids": below("k"), "t": below("k")})
def sorted_top_k_accuracy(ids: Array, t: Array, hit: Array, top: float, lo: int, hi: int) -> None:
    """hit = 1 where t is among the first `top` ids: classes from the likeliest to the least likely."""
    hit[lo:hi] = (ids[lo:hi, : int(top)] == t[lo:hi, None]).any(axis=1)
