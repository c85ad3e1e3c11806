"""Further optimizer updates, in place, element by element: relatives of Adam and Adagrad, with Keras 3's formulas."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import positive

Array = np.ndarray


@op(
    "g(k) -> ~w(k), ~m(k), ~v(k); alpha, beta_1, beta_2, epsilon, shrink",
    scalars=(0.01, 0.9, 0.999, 1e-7, 0.02),
    draws={"v": positive},
)
def adamw_update(
    g: Array, w: Array, m: Array, v: Array, alpha: float, beta_1: float, beta_2: float, epsilon: float, shrink: float,
    lo: int, hi: int,
) -> None:  # fmt: skip
    """w -= shrink w, then as `adam_update`.

    shrink : lr times the weight decay.
    Source: Loshchilov & Hutter 2019, "Decoupled weight decay regularization", algorithm 2.
    """
    m[lo:hi] += (1 - beta_1) * (g[lo:hi] - m[lo:hi])
    v[lo:hi] += (1 - beta_2) * (np.square(g[lo:hi]) - v[lo:hi])
    w[lo:hi] = w[lo:hi] - shrink * w[lo:hi] - alpha * m[lo:hi] / (np.sqrt(v[lo:hi]) + epsilon)


@op(
    "g(k) -> ~w(k), ~m(k), ~u(k); alpha, beta_1, beta_2, epsilon",
    scalars=(0.01, 0.9, 0.999, 1e-7),
    draws={"u": positive},
)
def adamax_update(
    g: Array, w: Array, m: Array, u: Array, alpha: float, beta_1: float, beta_2: float, epsilon: float, lo: int, hi: int
) -> None:
    """m += (1 - β₁)(g - m); u = max(β₂ u, |g|); w -= α m / (u + ε).

    alpha : lr / (1 - β₁ᵗ).
    Source: Kingma & Ba 2015, "Adam: a method for stochastic optimization", algorithm 2; ε is Keras's.
    """
    m[lo:hi] += (1 - beta_1) * (g[lo:hi] - m[lo:hi])
    u[lo:hi] = np.maximum(beta_2 * u[lo:hi], np.abs(g[lo:hi]))
    w[lo:hi] -= alpha * m[lo:hi] / (u[lo:hi] + epsilon)


@op(
    "g(k) -> ~w(k), ~m(k), ~v(k); of_m, of_g, correction, beta_1, beta_2, epsilon",
    scalars=(0.01, 0.002, 1.5, 0.9, 0.999, 1e-7),
    draws={"v": positive},
)
def nadam_update(
    g: Array, w: Array, m: Array, v: Array, of_m: float, of_g: float, correction: float, beta_1: float, beta_2: float,
    epsilon: float, lo: int, hi: int,
) -> None:  # fmt: skip
    """m, v as in `adam_update`; w -= (of_m m + of_g g) / (√(correction v) + ε).

    With μ_t = β₁ (1 - ½ 0.96ᵗ) and M_t their product: of_m = lr μ_{t+1} / (1 - M_{t+1}),
    of_g = lr (1 - μ_t) / (1 - M_t), correction = 1 / (1 - β₂ᵗ).
    Source: Dozat 2016, "Incorporating Nesterov momentum into Adam", algorithm 8.
    """
    m[lo:hi] += (1 - beta_1) * (g[lo:hi] - m[lo:hi])
    v[lo:hi] += (1 - beta_2) * (np.square(g[lo:hi]) - v[lo:hi])
    w[lo:hi] -= (of_m * m[lo:hi] + of_g * g[lo:hi]) / (np.sqrt(correction * v[lo:hi]) + epsilon)


@op("g(k) -> ~w(k), ~a(k); lr, epsilon", scalars=(0.01, 1e-7), draws={"a": positive})
def adagrad_update(g: Array, w: Array, a: Array, lr: float, epsilon: float, lo: int, hi: int) -> None:
    """a += g²; w -= lr g / √(a + ε).

    Source: Duchi, Hazan & Singer 2011, "Adaptive subgradient methods", the diagonal form of figure 1.
    """
    a[lo:hi] += np.square(g[lo:hi])
    w[lo:hi] -= lr * g[lo:hi] / np.sqrt(a[lo:hi] + epsilon)


@op("g(k) -> ~w(k), ~a(k), ~e(k); lr, rho, epsilon", scalars=(0.5, 0.95, 1e-7), draws={"a": positive, "e": positive})
def adadelta_update(
    g: Array, w: Array, a: Array, e: Array, lr: float, rho: float, epsilon: float, lo: int, hi: int
) -> None:
    """a = ρ a + (1 - ρ) g²; s = √(e + ε) g / √(a + ε); e = ρ e + (1 - ρ) s²; w -= lr s.

    Source: Zeiler 2012, "ADADELTA: an adaptive learning rate method", algorithm 1.
    """
    a[lo:hi] = rho * a[lo:hi] + (1 - rho) * np.square(g[lo:hi])
    step = np.sqrt(e[lo:hi] + epsilon) * g[lo:hi] / np.sqrt(a[lo:hi] + epsilon)
    e[lo:hi] = rho * e[lo:hi] + (1 - rho) * np.square(step)
    w[lo:hi] -= lr * step


def _far_from_zero(rng: np.random.Generator, shape: tuple[int, ...], dims: Any) -> Array:
    drawn: Array = rng.uniform(4, 5, shape) * rng.choice([-1, 1], shape)  # so that rounding does not decide a sign
    return drawn


@op("g(k) -> ~w(k), ~m(k); lr, beta_1, beta_2", scalars=(0.01, 0.9, 0.99), draws={"m": _far_from_zero})
def lion_update(g: Array, w: Array, m: Array, lr: float, beta_1: float, beta_2: float, lo: int, hi: int) -> None:
    """w -= lr sign(β₁ m + (1 - β₁) g); m = β₂ m + (1 - β₂) g.

    Source: Chen et al. 2023, "Symbolic discovery of optimization algorithms", program 1.
    """
    w[lo:hi] -= lr * np.sign(beta_1 * m[lo:hi] + (1 - beta_1) * g[lo:hi])
    m[lo:hi] = beta_2 * m[lo:hi] + (1 - beta_2) * g[lo:hi]


@op(
    "g(k) -> ~w(k), ~a(k), ~z(k); lr, power, l1, l2, shrinkage",
    scalars=(0.1, -0.6, 0.3, 0.2, 0.1),
    draws={"a": positive},
    rtol=1e-4,
)
def ftrl_update(
    g: Array, w: Array, a: Array, z: Array, lr: float, power: float, l1: float, l2: float, shrinkage: float,
    lo: int, hi: int,
) -> None:  # fmt: skip
    """a' = a + g²; z += g + 2 s w - (a'^-p - a^-p) w / lr; w = (clip(z, ±l1) - z) / (a'^-p / lr + 2 l2); a = a'.

    power : p, <= 0.
    shrinkage : s.
    Source: McMahan et al. 2013, "Ad click prediction: a view from the trenches", algorithm 1, with Keras's shrinkage.
    """
    total = a[lo:hi] + np.square(g[lo:hi])
    root = total**-power
    z[lo:hi] += g[lo:hi] + 2 * shrinkage * w[lo:hi] - (root - a[lo:hi] ** -power) / lr * w[lo:hi]
    w[lo:hi] = (np.clip(z[lo:hi], -l1, l1) - z[lo:hi]) / (root / lr + 2 * l2)
    a[lo:hi] = total


@op(
    "g(k) -> ~w(k), ~z(k), ~v(k); lr, correction, share, beta_1, beta_2, epsilon",
    scalars=(0.01, 1.5, 0.2, 0.9, 0.999, 1e-8),
    draws={"v": positive},
)
def schedule_free_update(
    g: Array, w: Array, z: Array, v: Array, lr: float, correction: float, share: float, beta_1: float, beta_2: float,
    epsilon: float, lo: int, hi: int,
) -> None:  # fmt: skip
    """x = (w - (1 - β₁) z) / β₁; v as in `adam_update`; z -= lr g / (√(correction v) + ε); x += share (z - x);
    w = (1 - β₁) z + β₁ x.

    share : 1/t.
    correction : 1 / (1 - β₂ᵗ).
    Source: Defazio et al. 2024, "The road less scheduled", algorithm 1.
    """
    x = (w[lo:hi] - (1 - beta_1) * z[lo:hi]) / beta_1
    v[lo:hi] += (1 - beta_2) * (np.square(g[lo:hi]) - v[lo:hi])
    z[lo:hi] -= lr * g[lo:hi] / (np.sqrt(correction * v[lo:hi]) + epsilon)
    w[lo:hi] = (1 - beta_1) * z[lo:hi] + beta_1 * ((1 - share) * x + share * z[lo:hi])
