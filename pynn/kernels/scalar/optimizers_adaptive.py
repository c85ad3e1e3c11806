"""Further optimizer updates, as in `optimizers`: relatives of Adam and Adagrad."""

from __future__ import annotations

from math import sqrt


def adamw_update_scalars(
    alpha: float, beta_1: float, beta_2: float, epsilon: float, shrink: float
) -> tuple[float, ...]:
    """1 - β₁ and 1 - β₂ in place of both."""
    return alpha, 1.0 - beta_1, 1.0 - beta_2, epsilon, shrink


def adamw_update(
    g: float, w: float, m: float, v: float, alpha: float, rest_1: float, rest_2: float, epsilon: float, shrink: float
) -> tuple[float, float, float]:
    """W, m, v."""
    m = m + rest_1 * (g - m)
    v = v + rest_2 * (g * g - v)
    return w - shrink * w - alpha * m / (sqrt(v) + epsilon), m, v


def adamax_update_scalars(alpha: float, beta_1: float, beta_2: float, epsilon: float) -> tuple[float, ...]:
    """1 - β₁ in place of β₁."""
    return alpha, 1.0 - beta_1, beta_2, epsilon


def adamax_update(
    g: float, w: float, m: float, u: float, alpha: float, rest_1: float, beta_2: float, epsilon: float
) -> tuple[float, float, float]:
    """W, m, u."""
    kept, size = beta_2 * u, abs(g)
    m = m + rest_1 * (g - m)
    u = kept if kept > size else size
    return w - alpha * m / (u + epsilon), m, u


def nadam_update_scalars(
    of_m: float, of_g: float, correction: float, beta_1: float, beta_2: float, epsilon: float
) -> tuple[float, ...]:
    """1 - β₁ and 1 - β₂ in place of both."""
    return of_m, of_g, correction, 1.0 - beta_1, 1.0 - beta_2, epsilon


def nadam_update(
    g: float, w: float, m: float, v: float, of_m: float, of_g: float, correction: float, rest_1: float, rest_2: float,
    epsilon: float,
) -> tuple[float, float, float]:  # fmt: skip
    """W, m, v."""
    m = m + rest_1 * (g - m)
    v = v + rest_2 * (g * g - v)
    return w - (of_m * m + of_g * g) / (sqrt(correction * v) + epsilon), m, v


def adagrad_update(g: float, w: float, a: float, lr: float, epsilon: float) -> tuple[float, float]:
    """W, a."""
    a = a + g * g
    return w - lr * g / sqrt(a + epsilon), a


def adadelta_update_scalars(lr: float, rho: float, epsilon: float) -> tuple[float, ...]:
    """1 - ρ beside them."""
    return lr, rho, 1.0 - rho, epsilon


def adadelta_update(
    g: float, w: float, a: float, e: float, lr: float, rho: float, rest: float, epsilon: float
) -> tuple[float, float, float]:
    """W, a, e."""
    a = rho * a + rest * (g * g)
    step = sqrt(e + epsilon) * g / sqrt(a + epsilon)
    return w - lr * step, a, rho * e + rest * (step * step)


def lion_update_scalars(lr: float, beta_1: float, beta_2: float) -> tuple[float, ...]:
    """1 - β beside each."""
    return lr, beta_1, 1.0 - beta_1, beta_2, 1.0 - beta_2


def lion_update(
    g: float, w: float, m: float, lr: float, beta_1: float, rest_1: float, beta_2: float, rest_2: float
) -> tuple[float, float]:
    """W, m."""
    c = beta_1 * m + rest_1 * g
    down = -lr if c < 0.0 else 0.0
    return w - (lr if c > 0.0 else down), beta_2 * m + rest_2 * g


def ftrl_update(
    g: float, w: float, a: float, z: float, lr: float, power: float, l1: float, l2: float, shrinkage: float
) -> tuple[float, float, float]:
    """W, a, z."""
    total = a + g * g
    root = total**-power
    z = z + g + 2.0 * shrinkage * w - (root - a**-power) / lr * w
    lowered = l1 if z > l1 else z
    clipped = -l1 if z < -l1 else lowered
    return (clipped - z) / (root / lr + 2.0 * l2), total, z


def schedule_free_update_scalars(
    lr: float, correction: float, share: float, beta_1: float, beta_2: float, epsilon: float
) -> tuple[float, ...]:
    """What is missing to 1 beside share and β₁, and in place of β₂."""
    return lr, correction, share, 1.0 - share, beta_1, 1.0 - beta_1, 1.0 - beta_2, epsilon


def schedule_free_update(
    g: float, w: float, z: float, v: float, lr: float, correction: float, share: float, rest_share: float,
    beta_1: float, rest_1: float, rest_2: float, epsilon: float,
) -> tuple[float, float, float]:  # fmt: skip
    """W, z, v."""
    x = (w - rest_1 * z) / beta_1
    v = v + rest_2 * (g * g - v)
    z = z - lr * g / (sqrt(correction * v) + epsilon)
    return rest_1 * z + beta_1 * (rest_share * x + share * z), z, v
