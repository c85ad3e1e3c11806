"""Cross-entropies that weigh an output by how wrong it is.  Formulas: kernels/reference."""

from __future__ import annotations

from math import log

from pynn.kernels.cuda.forms import each, rows
from pynn.kernels.scalar.losses import clip, inside


def _power(u: float, gamma: float) -> float:
    """|u|^gamma; 0^0 = 1."""
    return 1.0 if gamma == 0.0 else abs(u) ** gamma


def _power_slope(u: float, gamma: float) -> float:
    """Its derivative by u."""
    if gamma == 0.0 or (u == 0.0 and gamma != 1.0):
        return 0.0
    steep = gamma if gamma == 1.0 else gamma * abs(u) ** (gamma - 1.0)
    return -steep if u < 0.0 else steep


def _binary(y: float, t: float, alpha: float, gamma: float, balance: float, epsilon: float) -> tuple[float, float]:
    """The term of one output, and its slope."""
    q = clip(y, epsilon, 1.0 - epsilon)
    entropy = -(t * log(q) + (1.0 - t) * log(1.0 - q))
    slope = (q - t) / (q * (1.0 - q)) * inside(y, epsilon, 1.0 - epsilon)
    u = t * (1.0 - y) + (1.0 - t) * y
    share = t * alpha + (1.0 - t) * (1.0 - alpha) if balance != 0.0 else 1.0
    steep = _power_slope(u, gamma) * (1.0 - 2.0 * t) * entropy
    return share * _power(u, gamma) * entropy, share * (steep + _power(u, gamma) * slope)


rows(
    "binary_focal_crossentropy", "n",
    """scale = w[line] / real(k)
found = real(0)
for j in columns:
    term, slope = binary(y[j], t[j], alpha, gamma, balance, epsilon)
    found += term
    dy[j] = slope * scale / real(n)
found = block_sum(found, shared)
if thread == 0:
    loss[line] = scale * found""",
    binary=_binary,
)  # fmt: skip
rows(
    "categorical_focal_crossentropy", "n",
    """whole = real(0)
for j in columns:
    whole += p[j]
whole = block_sum(whole, shared)
low, high = epsilon, real(1) - epsilon
found, along = real(0), real(0)
for j in columns:
    q = clip(p[j] / whole, low, high)
    part = alpha[j - line * k] * t[j]
    found += part * power(real(1) - q, gamma) * log(q)
    slope = part * (power_slope(real(1) - q, gamma) * log(q) - power(real(1) - q, gamma) / q)
    dp[j] = slope * inside(p[j] / whole, low, high)
    along += dp[j] * (p[j] / whole)
found = block_sum(found, shared)
along = block_sum(along, shared)
for j in columns:
    dp[j] = (dp[j] - along) / whole * (w[line] / real(n))
if thread == 0:
    loss[line] = -w[line] * found""",
    power=_power, power_slope=_power_slope,
)  # fmt: skip
each(
    "generalized_crossentropy", "n",
    """for j in range(index * k, index * k + k):
    dp[j] = real(0)
own = p[index * k + t[index]]
loss[index] = w[index] * (real(1) - own**q) / q
dp[index * k + t[index]] = -(own ** (q - real(1))) * w[index] / real(n)""",
)  # fmt: skip
