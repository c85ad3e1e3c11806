"""Optimizers that look at a whole weight at once: trust ratios, factored moments, orthogonal steps."""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import positive
from pynn.kernels.reference.optimizers_options import large

Array = np.ndarray


@op("x(k) -> total(1):f64", rtol=1e-6)
def sum_squares(x: Array, total: Array, lo: int, hi: int) -> None:
    """total = Σ x², added up in double precision."""
    total[lo:hi] = np.square(x.astype(np.float64)).sum()


@op("x(k) -> ~total(1):f64", rtol=1e-6)
def add_squares(x: Array, total: Array, lo: int, hi: int) -> None:
    """total += Σ x², added up in double precision."""
    total[lo:hi] += np.square(x.astype(np.float64)).sum()


@op(
    "g(k) -> ~m(k), ~v(k), u(k); beta_1, beta_2, epsilon, rest_1, rest_2",
    scalars=(0.9, 0.999, 1e-7, 0.4, 0.6),
    draws={"v": positive},
)
def lamb_direction(
    g: Array, m: Array, v: Array, u: Array, beta_1: float, beta_2: float, epsilon: float, rest_1: float, rest_2: float,
    lo: int, hi: int,
) -> None:  # fmt: skip
    """m, v as in `adam_update`; u = (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε).

    rest_1, rest_2 : 1 - β₁ᵗ, 1 - β₂ᵗ.
    """
    m[lo:hi] += (1 - beta_1) * (g[lo:hi] - m[lo:hi])
    v[lo:hi] += (1 - beta_2) * (np.square(g[lo:hi]) - v[lo:hi])
    u[lo:hi] = m[lo:hi] / rest_1 / (np.sqrt(v[lo:hi] / rest_2) + epsilon)


@op("u(k), uu(1):f64, ww(1):f64 -> ~w(k); lr", scalars=(0.01,), draws={"uu": large, "ww": large})
def lamb_update(u: Array, uu: Array, ww: Array, w: Array, lr: float, lo: int, hi: int) -> None:
    """w -= lr r u; r = √ww / √uu, or 1 where a norm is zero.

    uu, ww : Σ u², Σ w².
    Source: You et al. 2020, "Large batch optimization for deep learning", algorithm 2 with φ(z) = z.
    """
    ratio = np.sqrt(ww[0]) / np.sqrt(uu[0]) if uu[0] > 0 and ww[0] > 0 else 1.0
    w[lo:hi] -= lr * ratio * u[lo:hi]


_DECAY = {"scalars": (0.7, 1e-30)}


@op("g(r,o) -> ~a(r); beta, epsilon", draws={"a": positive}, **_DECAY)
def adafactor_rows(g: Array, a: Array, beta: float, epsilon: float, lo: int, hi: int) -> None:
    """a = β a + (1 - β) (ε + the mean of g² over each row).

    Source: Shazeer & Stern 2018, "Adafactor: adaptive learning rates with sublinear memory cost", algorithm 4.
    """
    a[lo:hi] = beta * a[lo:hi] + (1 - beta) * (np.square(g[lo:hi].astype(np.float64)).mean(axis=1) + epsilon)


@op("g(b,i,o) -> ~c(b,o); beta, epsilon", draws={"c": positive}, **_DECAY)
def adafactor_columns(g: Array, c: Array, beta: float, epsilon: float, lo: int, hi: int) -> None:
    """c = β c + (1 - β) (ε + the mean of g² over each column).  Source: see `adafactor_rows`."""
    c[lo:hi] = beta * c[lo:hi] + (1 - beta) * (np.square(g[lo:hi].astype(np.float64)).mean(axis=1) + epsilon)


@op("a(b,i), c(b,o) -> ~v(b,i,o)", draws={"a": positive, "c": positive})
def adafactor_outer(a: Array, c: Array, v: Array, lo: int, hi: int) -> None:
    """v_rs = a_r c_s / mean(a): second moments from those of the rows and the columns.  Source: `adafactor_rows`."""
    share = a[lo:hi] / a[lo:hi].mean(axis=1, keepdims=True)
    v[lo:hi] = share[:, :, None] * c[lo:hi, None, :]


@op("g(k) -> ~v(k); beta, epsilon", draws={"v": positive}, **_DECAY)
def adafactor_vector(g: Array, v: Array, beta: float, epsilon: float, lo: int, hi: int) -> None:
    """v = β v + (1 - β) (g² + ε).  Source: Shazeer & Stern 2018, algorithm 5."""
    v[lo:hi] = beta * v[lo:hi] + (1 - beta) * (np.square(g[lo:hi]) + epsilon)


@op("g(k), v(k) -> u(k)", draws={"v": positive})
def adafactor_direction(g: Array, v: Array, u: Array, lo: int, hi: int) -> None:
    """u = g / √v."""
    u[lo:hi] = g[lo:hi] / np.sqrt(v[lo:hi])


@op(
    "u(k), uu(1):f64, ww(1):f64 -> ~w(k); rate, epsilon, threshold",
    scalars=(0.01, 1e-3, 0.5),
    draws={"uu": large, "ww": large},
)
def adafactor_update(
    u: Array, uu: Array, ww: Array, w: Array, rate: float, epsilon: float, threshold: float, lo: int, hi: int
) -> None:
    """w -= rate max(ε, rms w) u / max(1, rms u / threshold).

    uu, ww : Σ u², Σ w².
    Source: Shazeer & Stern 2018, algorithms 4 and 5.
    """
    rms_u, rms_w = np.sqrt(uu[0] / len(u)), np.sqrt(ww[0] / len(u))
    w[lo:hi] -= rate * max(rms_w, epsilon) / max(1.0, rms_u / threshold) * u[lo:hi]


@op("g(k) -> ~m(k), y(k); momentum, nesterov", scalars=(0.95, 1.0))
def muon_momentum(g: Array, m: Array, y: Array, momentum: float, nesterov: float, lo: int, hi: int) -> None:
    """m = momentum m + g; y = g + momentum m, or without Nesterov's look-ahead y = m.

    nesterov : 0 or 1.
    Source: Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks".
    """
    m[lo:hi] += g[lo:hi] + (momentum - 1) * m[lo:hi]
    y[lo:hi] = g[lo:hi] + momentum * m[lo:hi] if nesterov else m[lo:hi]


@op("x(k), total(1):f64 -> y(k); epsilon", scalars=(1e-7,), draws={"total": large})
def divide_by_norm(x: Array, total: Array, y: Array, epsilon: float, lo: int, hi: int) -> None:
    """y = x / (√total + ε)."""
    y[lo:hi] = x[lo:hi] / (np.sqrt(total) + epsilon)


@op("x(k), y(k) -> z(k); a, b", scalars=(0.7, -1.3))
def linear_combination(x: Array, y: Array, z: Array, a: float, b: float, lo: int, hi: int) -> None:
    """z = a x + b y."""
    z[lo:hi] = a * x[lo:hi] + b * y[lo:hi]
