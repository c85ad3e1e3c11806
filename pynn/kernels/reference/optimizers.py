"""Optimizer updates, in place, element by element: the formulas are those of Keras 3; each names its source."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import positive

Array = np.ndarray


@op("g(k) -> ~w(k); lr", scalars=(0.05,))
def sgd_update(g: Array, w: Array, lr: float, lo: int, hi: int) -> None:
    """w -= lr g.  Source: Robbins & Monro 1951, "A stochastic approximation method"."""
    w[lo:hi] -= lr * g[lo:hi]


@op("g(k) -> ~w(k), ~m(k); lr, momentum, nesterov", scalars=(0.05, 0.9, 1.0))
def momentum_update(
    g: Array, w: Array, m: Array, lr: float, momentum: float, nesterov: float, lo: int, hi: int
) -> None:
    """m = momentum m - lr g; w += m, or with Nesterov's look-ahead w += momentum m - lr g.

    nesterov : 0 or 1.
    Source: Polyak 1964; Sutskever, Martens, Dahl & Hinton 2013, "On the importance of initialization and momentum
    in deep learning", section 2.
    """
    step = lr * g[lo:hi]
    m[lo:hi] = momentum * m[lo:hi] - step
    w[lo:hi] += momentum * m[lo:hi] - step if nesterov else m[lo:hi]


@op("g(k) -> ~w(k), ~v(k); lr, rho, epsilon", scalars=(0.01, 0.9, 1e-7), draws={"v": positive})
def rmsprop_update(g: Array, w: Array, v: Array, lr: float, rho: float, epsilon: float, lo: int, hi: int) -> None:
    """v = rho v + (1 - rho) g²; w -= lr g / √(v + epsilon).

    Source: Tieleman & Hinton 2012, "Lecture 6.5: rmsprop", with epsilon inside the root as in Keras.
    """
    v[lo:hi] = rho * v[lo:hi] + (1 - rho) * np.square(g[lo:hi])
    w[lo:hi] -= lr * g[lo:hi] / np.sqrt(v[lo:hi] + epsilon)


@op("g(k) -> ~w(k), ~m(k); lr, momentum, nesterov, l2", scalars=(0.05, 0.9, 1.0, 0.1))
def l2_momentum_update(
    g: Array, w: Array, m: Array, lr: float, momentum: float, nesterov: float, l2: float, lo: int, hi: int
) -> None:
    """`momentum_update` with the gradient g + l2 w, that of a loss with the penalty l2/2 Σw²."""
    momentum_update(g[lo:hi] + l2 * w[lo:hi], w[lo:hi], m[lo:hi], lr, momentum, nesterov, 0, hi - lo)


_RMSPROP = (0.01, 0.9, 1e-7, 0.8)


@op("g(k) -> ~w(k), ~v(k), ~m(k); lr, rho, epsilon, momentum", scalars=_RMSPROP, draws={"v": positive})
def rmsprop_momentum_update(
    g: Array, w: Array, v: Array, m: Array, lr: float, rho: float, epsilon: float, momentum: float, lo: int, hi: int
) -> None:
    """v as in `rmsprop_update`; m = momentum m + lr g / √(v + epsilon); w -= m."""
    v[lo:hi] = rho * v[lo:hi] + (1 - rho) * np.square(g[lo:hi])
    m[lo:hi] = momentum * m[lo:hi] + lr * g[lo:hi] / np.sqrt(v[lo:hi] + epsilon)
    w[lo:hi] -= m[lo:hi]


def _above(rng: np.random.Generator, shape: tuple[int, ...], dims: Any) -> Array:
    return rng.uniform(2, 3, shape)


@op("g(k) -> ~w(k), ~v(k), ~a(k); lr, rho, epsilon", scalars=_RMSPROP[:3], draws={"v": _above, "a": positive})
def rmsprop_centered_update(
    g: Array, w: Array, v: Array, a: Array, lr: float, rho: float, epsilon: float, lo: int, hi: int
) -> None:
    """v as in `rmsprop_update`; a = rho a + (1 - rho) g; w -= lr g / √(v - a² + epsilon).

    Source: Graves 2013, "Generating sequences with recurrent neural networks", equations 38-45.
    """
    v[lo:hi] = rho * v[lo:hi] + (1 - rho) * np.square(g[lo:hi])
    a[lo:hi] = rho * a[lo:hi] + (1 - rho) * g[lo:hi]
    w[lo:hi] -= lr * g[lo:hi] / np.sqrt(v[lo:hi] - np.square(a[lo:hi]) + epsilon)


@op(
    "g(k) -> ~w(k), ~v(k), ~a(k), ~m(k); lr, rho, epsilon, momentum",
    scalars=_RMSPROP,
    draws={"v": _above, "a": positive},
)
def rmsprop_centered_momentum_update(
    g: Array, w: Array, v: Array, a: Array, m: Array, lr: float, rho: float, epsilon: float, momentum: float,
    lo: int, hi: int,
) -> None:  # fmt: skip
    """v, a as in `rmsprop_centered_update`; m = momentum m + lr g / √(v - a² + epsilon); w -= m."""
    v[lo:hi] = rho * v[lo:hi] + (1 - rho) * np.square(g[lo:hi])
    a[lo:hi] = rho * a[lo:hi] + (1 - rho) * g[lo:hi]
    root = np.sqrt(v[lo:hi] - np.square(a[lo:hi]) + epsilon)
    m[lo:hi] = momentum * m[lo:hi] + lr * g[lo:hi] / root
    w[lo:hi] -= m[lo:hi]


_ADAM = (0.01, 0.9, 0.999, 1e-7)


@op("g(k) -> ~w(k), ~m(k), ~v(k); alpha, beta_1, beta_2, epsilon", scalars=_ADAM, draws={"v": positive})
def adam_update(
    g: Array, w: Array, m: Array, v: Array, alpha: float, beta_1: float, beta_2: float, epsilon: float, lo: int, hi: int
) -> None:
    """m += (1 - β₁)(g - m); v += (1 - β₂)(g² - v); w -= α m / (√v + ε).

    alpha : lr √(1 - β₂ᵗ) / (1 - β₁ᵗ), the step's bias-corrected rate.
    Source: Kingma & Ba 2015, "Adam: a method for stochastic optimization", algorithm 1, in the order of section 2.
    """
    m[lo:hi] += (1 - beta_1) * (g[lo:hi] - m[lo:hi])
    v[lo:hi] += (1 - beta_2) * (np.square(g[lo:hi]) - v[lo:hi])
    w[lo:hi] -= alpha * m[lo:hi] / (np.sqrt(v[lo:hi]) + epsilon)


@op("g(k) -> ~w(k), ~m(k), ~v(k); alpha, beta_1, beta_2, epsilon, l2", scalars=(*_ADAM, 0.1), draws={"v": positive})
def l2_adam_update(
    g: Array, w: Array, m: Array, v: Array, alpha: float, beta_1: float, beta_2: float, epsilon: float, l2: float,
    lo: int, hi: int,
) -> None:  # fmt: skip
    """`adam_update` with the gradient g + l2 w: unlike `adamw_update`, the penalty is part of both means."""
    moments = w[lo:hi], m[lo:hi], v[lo:hi]
    adam_update(g[lo:hi] + l2 * w[lo:hi], *moments, alpha, beta_1, beta_2, epsilon, 0, hi - lo)


@op(
    "g(k) -> ~w(k), ~m(k), ~v(k), ~u(k); alpha, beta_1, beta_2, epsilon",
    scalars=_ADAM,
    draws={"v": positive, "u": positive},
)
def amsgrad_update(
    g: Array, w: Array, m: Array, v: Array, u: Array, alpha: float, beta_1: float, beta_2: float, epsilon: float,
    lo: int, hi: int,
) -> None:  # fmt: skip
    """m, v as in `adam_update`; u = max(u, v); w -= α m / (√u + ε).

    Source: Reddi, Kale & Kumar 2018, "On the convergence of Adam and beyond", on the raw v as in Keras.
    """
    m[lo:hi] += (1 - beta_1) * (g[lo:hi] - m[lo:hi])
    v[lo:hi] += (1 - beta_2) * (np.square(g[lo:hi]) - v[lo:hi])
    u[lo:hi] = np.maximum(u[lo:hi], v[lo:hi])
    w[lo:hi] -= alpha * m[lo:hi] / (np.sqrt(u[lo:hi]) + epsilon)
