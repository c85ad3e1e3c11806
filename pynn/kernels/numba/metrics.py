"""Metrics that are means over rows: running sums, and shares of right answers."""

from __future__ import annotations

from typing import Any

from pynn.kernels.numba.words import double, doubles, ints, reals


def accumulate(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """v(n) -> ~total(1):f64."""
    v, total = reals(p[0], 0), doubles(p[1], 0)
    more = double(0)
    for r in range(d[0]):
        more += v[r]
    if lo < hi:
        total[0] = total[0] + more


def accumulate_mean(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """v(n) -> ~total(1):f64, ~count(1):f64."""
    v, total, count = reals(p[0], 0), doubles(p[1], 0), doubles(p[2], 0)
    more = double(0)
    for r in range(d[0]):
        more += v[r]
    if lo < hi:
        total[0] = total[0] + more
        count[0] = count[0] + d[0]


def accumulate_weighted_mean(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """v(n), w(n) -> ~total(1):f64, ~count(1):f64."""
    v, w, total, count = reals(p[0], 0), reals(p[1], 0), doubles(p[2], 0), doubles(p[3], 0)
    more, weights = double(0), double(0)
    for r in range(d[0]):
        more += v[r] * w[r]
        weights += w[r]
    if lo < hi:
        total[0] = total[0] + more
        count[0] = count[0] + weights


def argmax(x: Any, k: int) -> int:
    """The first of the largest."""
    best = 0
    for j in range(1, k):
        best = j if x[j] > x[best] else best
    return best


def categorical_accuracy(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """y(n,k), t(n,k) -> hit(n)."""
    k, hit = d[1], reals(p[2], 0)
    for r in range(lo, hi):
        same = argmax(reals(p[0], r * k), k) == argmax(reals(p[1], r * k), k)
        hit[r] = 1.0 if same else 0.0


def sparse_categorical_accuracy(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """y(n,k), t(n):i32 -> hit(n)."""
    k, t, hit = d[1], ints(p[1], 0), reals(p[2], 0)
    for r in range(lo, hi):
        hit[r] = 1.0 if argmax(reals(p[0], r * k), k) == t[r] else 0.0
