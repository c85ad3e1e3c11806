"""Cross-entropies per row, and the gradient of their mean over the n rows."""

from __future__ import annotations

from math import exp, inf, log, log1p
from typing import Any

from pynn.kernels.numba.activations import BLOCK, exp_block, exp_row
from pynn.kernels.numba.words import (
    LANES,
    exact_log,
    exact_log1p,
    ints,
    mixed,
    onward,
    real,
    reals,
    row_sum,
    shifted,
    stack,
)
from pynn.kernels.scalar.losses import clip, inside


def _log_limits(epsilon: Any) -> Any:
    """Bounds of ln p when p is clipped to [epsilon, 1 - epsilon]; epsilon 0: none."""
    low, high = real(-inf), real(inf)
    if epsilon > 0:
        low, high = real(exact_log(epsilon)), real(exact_log1p(-epsilon))
    return low, high


def categorical_crossentropy(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """p(n,k), t(n,k), w(n) -> loss(n), dp(n,k); epsilon."""
    n, k, w, loss = d[0], d[1], reals(p[2], 0), reals(p[3], 0)
    low, high = real(s[0]), real(1 - s[0])
    for r in range(lo, hi):
        prob, t, dp = reals(p[0], r * k), reals(p[1], r * k), reals(p[4], r * k)
        scale, total = w[r] / real(n), row_sum(prob, k)
        for j in range(k):
            dp[j] = t[j] * log(clip(prob[j] / total, low, high))
        loss[r] = -w[r] * row_sum(dp, k)
        for j in range(k):
            dp[j] = t[j] * inside(prob[j] / total, low, high)
        kept = row_sum(dp, k) / total
        for j in range(k):
            part = dp[j] / prob[j] if dp[j] != 0.0 else 0.0
            dp[j] = (kept - part) * scale


def sparse_categorical_crossentropy(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """p(n,k), t(n):i32, w(n) -> loss(n), dp(n,k); epsilon."""
    n, k, t, w, loss = d[0], d[1], ints(p[1], 0), reals(p[2], 0), reals(p[3], 0)
    low, high = real(s[0]), real(1 - s[0])
    for r in range(lo, hi):
        prob, dp = reals(p[0], r * k), reals(p[4], r * k)
        total, of_class = row_sum(prob, k), prob[t[r]]
        q = of_class / total
        kept = inside(q, low, high)
        scale = kept * w[r] / real(n)
        for j in range(k):
            dp[j] = scale / total if kept > 0.0 else 0.0
        if kept > 0.0:
            dp[t[r]] = (1.0 / total - 1.0 / of_class) * scale
        loss[r] = -w[r] * log(clip(q, low, high))


def _softmax(z: Any, prob: Any, k: int) -> Any:
    """prob = softmax z; returns ln Σ e^z, so that ln p_j = z_j - that."""
    total, top = exp_row(z, prob, k)
    for j in range(k):
        prob[j] = prob[j] / total
    return top + log(total)


_block, _numbers = stack(BLOCK, LANES), stack(BLOCK)


def _softmax_block(z: Any, e: Any, inverses: Any, log_sums: Any, rows: int, k: int) -> None:
    """As `_softmax`, for rows that are a vector or less; `inverses` holds 1 / Σ e, prob is e times that."""
    exp_block(z, e, log_sums, rows, k)
    for r in range(rows):
        inverses[r] = row_sum(onward(e, r * LANES), LANES)
    for r in range(rows):
        log_sums[r] = log_sums[r] + log(inverses[r])
        inverses[r] = 1.0 / inverses[r]


def _narrow(p: Any, n: int, k: int, low: Any, high: Any, lo: int, hi: int) -> None:
    """`softmax_crossentropy` of rows that are a vector or less."""
    e, ts, terms, inverses, log_sums = _block(), _block(), _block(), _numbers(), _numbers()
    w, loss = reals(p[2], 0), reals(p[4], 0)
    for r0 in range(lo, hi, BLOCK):
        rows = min(BLOCK, hi - r0)
        _softmax_block(reals(p[0], r0 * k), e, inverses, log_sums, rows, k)
        for r in range(rows):
            shifted(reals(p[0], (r0 + r) * k), k, -log_sums[r], 0.0, onward(terms, r * LANES))
            shifted(reals(p[1], (r0 + r) * k), k, 0.0, 0.0, onward(ts, r * LANES))
        for i in range(rows * LANES):
            logp, t = terms[i], ts[i]
            terms[i] = t * clip(logp, low, high)
            above = t if logp >= low else 0.0
            ts[i] = above if logp <= high else 0.0
        for r in range(rows):
            at, row, t_row = (r0 + r) * k, onward(e, r * LANES), onward(ts, r * LANES)
            scale, inverse = w[r0 + r] / real(n), inverses[r]
            loss[r0 + r] = -w[r0 + r] * row_sum(onward(terms, r * LANES), LANES)
            mixed(row, inverse, row, 0.0, k, reals(p[3], at))
            mixed(row, inverse * row_sum(t_row, LANES) * scale, t_row, -scale, k, reals(p[5], at))


def _narrow_labels(p: Any, n: int, k: int, low: Any, high: Any, lo: int, hi: int) -> None:
    """`sparse_softmax_crossentropy` of rows that are a vector or less."""
    e, inverses, log_sums = _block(), _numbers(), _numbers()
    t, w, loss = ints(p[1], 0), reals(p[2], 0), reals(p[4], 0)
    for r0 in range(lo, hi, BLOCK):
        rows = min(BLOCK, hi - r0)
        _softmax_block(reals(p[0], r0 * k), e, inverses, log_sums, rows, k)
        for r in range(rows):
            at, row, label, weight = (r0 + r) * k, onward(e, r * LANES), t[r0 + r], w[r0 + r]
            logp = reals(p[0], at)[label] - log_sums[r]
            scale = weight / real(n) if logp >= low and logp <= high else real(0)
            loss[r0 + r] = -weight * clip(logp, low, high)
            mixed(row, inverses[r], row, 0.0, k, reals(p[3], at))
            mixed(row, inverses[r] * scale, row, 0.0, k, reals(p[5], at))
            dz = reals(p[5], at)
            dz[label] = dz[label] - scale


def softmax_crossentropy(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """z(n,k), t(n,k), w(n) -> p(n,k), loss(n), dz(n,k); epsilon."""
    n, k, w, loss = d[0], d[1], reals(p[2], 0), reals(p[4], 0)
    low, high = _log_limits(s[0])
    if k <= LANES:
        _narrow(p, n, k, low, high, lo, hi)
        return
    for r in range(lo, hi):
        z, t, prob, dz = reals(p[0], r * k), reals(p[1], r * k), reals(p[3], r * k), reals(p[5], r * k)
        log_sum, scale = _softmax(z, prob, k), w[r] / real(n)
        for j in range(k):
            dz[j] = t[j] * clip(z[j] - log_sum, low, high)
        loss[r] = -w[r] * row_sum(dz, k)
        for j in range(k):
            above = t[j] if z[j] - log_sum >= low else 0.0
            dz[j] = above if z[j] - log_sum <= high else 0.0
        total = row_sum(dz, k)
        for j in range(k):
            dz[j] = (prob[j] * total - dz[j]) * scale


def sparse_softmax_crossentropy(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """z(n,k), t(n):i32, w(n) -> p(n,k), loss(n), dz(n,k); epsilon."""
    n, k, t, w, loss = d[0], d[1], ints(p[1], 0), reals(p[2], 0), reals(p[4], 0)
    low, high = _log_limits(s[0])
    if k <= LANES:
        _narrow_labels(p, n, k, low, high, lo, hi)
        return
    for r in range(lo, hi):
        z, prob, dz = reals(p[0], r * k), reals(p[3], r * k), reals(p[5], r * k)
        logp = z[t[r]] - _softmax(z, prob, k)
        scale = w[r] / real(n) if logp >= low and logp <= high else real(0)
        for j in range(k):
            dz[j] = prob[j] * scale
        dz[t[r]] = dz[t[r]] - scale
        loss[r] = -w[r] * clip(logp, low, high)


def binary_crossentropy(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """p(n,k), t(n,k), w(n) -> loss(n), dp(n,k); epsilon."""
    n, k, w, loss = d[0], d[1], reals(p[2], 0), reals(p[3], 0)
    low, high = real(s[0]), real(1 - s[0])
    for r in range(lo, hi):
        prob, t, dp = reals(p[0], r * k), reals(p[1], r * k), reals(p[4], r * k)
        scale = w[r] / (real(n) * real(k))
        for j in range(k):
            q = clip(prob[j], low, high)
            dp[j] = t[j] * log(q) + (1.0 - t[j]) * log(1.0 - q)
        loss[r] = -w[r] * (row_sum(dp, k) / real(k))
        for j in range(k):
            q = clip(prob[j], low, high)
            dp[j] = (q - t[j]) / (q * (1.0 - q)) * inside(prob[j], low, high) * scale


def sigmoid_binary_crossentropy(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """z(n,k), t(n,k), w(n) -> p(n,k), loss(n), dz(n,k); epsilon."""
    n, k, w, loss = d[0], d[1], reals(p[2], 0), reals(p[4], 0)
    low, high = _log_limits(s[0])
    for r in range(lo, hi):
        z, t, prob, dz = reals(p[0], r * k), reals(p[1], r * k), reals(p[3], r * k), reals(p[5], r * k)
        scale = w[r] / (real(n) * real(k))
        for j in range(k):
            logp = (z[j] if z[j] < 0.0 else 0.0) - log1p(exp(z[j] if z[j] < 0.0 else -z[j]))
            dz[j] = t[j] * clip(logp, low, high) + (1.0 - t[j]) * clip(logp - z[j], low, high)
        loss[r] = -w[r] * (row_sum(dz, k) / real(k))
        for j in range(k):
            e = exp(z[j] if z[j] < 0.0 else -z[j])
            big = 1.0 / (1.0 + e)
            logp = (z[j] if z[j] < 0.0 else 0.0) - log1p(e)
            logq = logp - z[j]
            small = logp if logp < logq else logq
            large = logq if logp < logq else logp
            prob[j] = e * big if z[j] < 0.0 else big
            slope = (prob[j] - t[j]) * scale if small >= low else 0.0
            dz[j] = slope if large <= high else 0.0
