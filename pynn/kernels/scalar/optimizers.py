"""Optimizer updates: from the gradient and the state of one weight to the new state.

`<update>_scalars`, where there is one, makes what the update takes out of the op's scalars: once a step, in double, as
1 - β₂ has lost three digits in float32.
"""

from __future__ import annotations

from math import sqrt


def sgd_update(g: float, w: float, lr: float) -> tuple[float]:
    """W."""
    return (w - lr * g,)


def momentum_update(g: float, w: float, m: float, lr: float, momentum: float, nesterov: float) -> tuple[float, float]:
    """W, m."""
    step = lr * g
    v = momentum * m - step
    ahead = momentum * v - step
    return w + (ahead if nesterov != 0.0 else v), v


def l2_momentum_update(
    g: float, w: float, m: float, lr: float, momentum: float, nesterov: float, l2: float
) -> tuple[float, float]:
    """W, m."""
    return momentum_update(g + l2 * w, w, m, lr, momentum, nesterov)


def rmsprop_update_scalars(lr: float, rho: float, epsilon: float) -> tuple[float, ...]:
    """1 - ρ beside them."""
    return lr, rho, 1.0 - rho, epsilon


def rmsprop_update(
    g: float, w: float, v: float, lr: float, rho: float, rest: float, epsilon: float
) -> tuple[float, float]:
    """W, v."""
    v = rho * v + rest * (g * g)
    return w - lr * g / sqrt(v + epsilon), v


def rmsprop_momentum_update_scalars(lr: float, rho: float, epsilon: float, momentum: float) -> tuple[float, ...]:
    """1 - ρ beside them."""
    return lr, rho, 1.0 - rho, epsilon, momentum


def rmsprop_momentum_update(
    g: float, w: float, v: float, m: float, lr: float, rho: float, rest: float, epsilon: float, momentum: float
) -> tuple[float, float, float]:
    """W, v, m."""
    v = rho * v + rest * (g * g)
    m = momentum * m + lr * g / sqrt(v + epsilon)
    return w - m, v, m


def rmsprop_centered_update_scalars(lr: float, rho: float, epsilon: float) -> tuple[float, ...]:
    """1 - ρ beside them."""
    return lr, rho, 1.0 - rho, epsilon


def rmsprop_centered_update(
    g: float, w: float, v: float, a: float, lr: float, rho: float, rest: float, epsilon: float
) -> tuple[float, float, float]:
    """W, v, a."""
    v = rho * v + rest * (g * g)
    a = rho * a + rest * g
    return w - lr * g / sqrt(v - a * a + epsilon), v, a


def rmsprop_centered_momentum_update_scalars(
    lr: float, rho: float, epsilon: float, momentum: float
) -> tuple[float, ...]:
    """1 - ρ beside them."""
    return lr, rho, 1.0 - rho, epsilon, momentum


def rmsprop_centered_momentum_update(
    g: float, w: float, v: float, a: float, m: float, lr: float, rho: float, rest: float, epsilon: float,
    momentum: float,
) -> tuple[float, float, float, float]:  # fmt: skip
    """W, v, a, m."""
    v = rho * v + rest * (g * g)
    a = rho * a + rest * g
    m = momentum * m + lr * g / sqrt(v - a * a + epsilon)
    return w - m, v, a, m


def adam_update_scalars(alpha: float, beta_1: float, beta_2: float, epsilon: float) -> tuple[float, ...]:
    """1 - β₁ and 1 - β₂ in place of both."""
    return alpha, 1.0 - beta_1, 1.0 - beta_2, epsilon


def adam_update(
    g: float, w: float, m: float, v: float, alpha: float, rest_1: float, rest_2: float, epsilon: float
) -> tuple[float, float, float]:
    """W, m, v."""
    m = m + rest_1 * (g - m)
    v = v + rest_2 * (g * g - v)
    return w - alpha * m / (sqrt(v) + epsilon), m, v


def l2_adam_update_scalars(
    alpha: float, beta_1: float, beta_2: float, epsilon: float, l2: float
) -> tuple[float, ...]:  # fmt: skip
    """As for Adam."""
    return alpha, 1.0 - beta_1, 1.0 - beta_2, epsilon, l2


def l2_adam_update(
    g: float, w: float, m: float, v: float, alpha: float, rest_1: float, rest_2: float, epsilon: float, l2: float
) -> tuple[float, float, float]:
    """W, m, v."""
    return adam_update(g + l2 * w, w, m, v, alpha, rest_1, rest_2, epsilon)


def amsgrad_update_scalars(alpha: float, beta_1: float, beta_2: float, epsilon: float) -> tuple[float, ...]:
    """As for Adam."""
    return alpha, 1.0 - beta_1, 1.0 - beta_2, epsilon


def amsgrad_update(
    g: float, w: float, m: float, v: float, u: float, alpha: float, rest_1: float, rest_2: float, epsilon: float
) -> tuple[float, float, float, float]:
    """W, m, v, u."""
    m = m + rest_1 * (g - m)
    v = v + rest_2 * (g * g - v)
    u = u if u > v else v
    return w - alpha * m / (sqrt(u) + epsilon), m, v, u
