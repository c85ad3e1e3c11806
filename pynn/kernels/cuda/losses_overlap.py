"""Losses of sets, a block a row, and of pairs of rows, a thread a row."""

from __future__ import annotations

import math

from pynn.kernels.cuda.forms import each, rows

rows(
    "tversky", "n",
    """both, missed, extra = real(0), real(0), real(0)
for j in columns:
    both += t[j] * y[j]
    missed += t[j] * (real(1) - y[j])
    extra += y[j] * (real(1) - t[j])
both = block_sum(both, shared)
missed = block_sum(missed, shared)
extra = block_sum(extra, shared)
size = both + alpha * missed + beta * extra + epsilon
share, scale = both / size, w[line] / real(n)
for j in columns:
    slope = share * (t[j] - alpha * t[j] + beta * (real(1) - t[j])) - t[j]
    dy[j] = slope / size * scale
if thread == 0:
    loss[line] = w[line] * (real(1) - share)""",
)  # fmt: skip


def _exponent(distance: float, same: bool, gamma: float, margin: float) -> tuple[float, float]:
    """The exponent of a pair, and its derivative by the distance."""
    weight = margin + distance if same else 1.0 + margin - distance
    gap = margin - distance if same else 1.0 - margin - distance
    if weight <= 0.0:
        return 0.0, 0.0
    value = (-gamma if same else gamma) * weight * gap
    return value, -gamma * (gap - weight) if same else -gamma * (gap + weight)


# g holds 1 - y·e until its place in the result is known.
_CIRCLE = """near, far = -infinity, -infinity
for j in range(m):
    found = double(0)
    for f in range(k):
        found += double(y[index * k + f]) * double(e[j * k + f])
    g[index * m + j] = real(1) - real(found)
    same, distance = t[index] == u[j], g[index * m + j] if g[index * m + j] > 0 else real(0)
    value, slope = exponent(distance, same, gamma, margin)
    if not same:
        far = value if value > far else far
    elif j != index or apart == 0:
        near = value if value > near else near
sums, others = real(0), real(0)
for j in range(m):
    same, distance = t[index] == u[j], g[index * m + j] if g[index * m + j] > 0 else real(0)
    value, slope = exponent(distance, same, gamma, margin)
    if not same:
        others += exp(value - far)
    elif j != index or apart == 0:
        sums += exp(value - near)
counts = sums > 0 and others > 0
log_near, log_far = near + log(sums) if counts else real(0), far + log(others) if counts else real(0)
both = log_near + log_far
soft = real(log1p(exp(both if both < 0 else -both)))
loss[index] = (real(0) if both < 0 else both) + soft if counts else real(0)
for j in range(m):
    same, gap = t[index] == u[j], g[index * m + j]
    value, slope = exponent(gap if gap > 0 else real(0), same, gamma, margin)
    kept = counts and (not same or j != index or apart == 0)
    # e^(value - log sum) σ(both), in one exponent: σ's own is ln σ(z) = min(z, 0) - ln(1 + e^-|z|).
    inner = value - (log_near if same else log_far) + (both if both < 0 else real(0)) - soft
    g[index * m + j] = -above(gap, real(0)) * slope * real(exp(inner)) if kept else real(0)"""
each("circle", "n", _CIRCLE, infinity=math.inf, exponent=_exponent)
each(
    "circle_backward", "n * k",
    """row, found = index // k, double(0)
for r in range(n):
    pull = w[row] * g[row * n + r] + w[r] * g[r * n + row]
    found += double(pull) * double(y[r * k + index % k])
dy[index] = real(found / double(n))""",
)  # fmt: skip
