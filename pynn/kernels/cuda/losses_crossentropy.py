"""Cross-entropies per row, and the gradient of their mean: a block a row.  Formulas: kernels/reference."""

from __future__ import annotations

import math

from pynn.kernels.cuda.forms import EXPONENTIALS, rows
from pynn.kernels.scalar.activations import sigmoid_forward

# Bounds of ln p when p is clipped to [epsilon, 1 - epsilon]; epsilon 0: none.
_LIMITS = """low = real(log(scalars[1])) if scalars[1] > 0 else -infinity
high = real(log1p(-scalars[1])) if scalars[1] > 0 else infinity
"""
_SOFTMAX = (
    _LIMITS
    + EXPONENTIALS.format(x="z", y="p")
    + """log_sum = top + real(log(found))
kept, terms = real(0), real(0)
for j in columns:
    p[j] = p[j] / found
    logp, target = z[j] - log_sum, {target}
    part = target if low <= logp and logp <= high else real(0)
    terms += target * clip(logp, low, high) if target != 0 else real(0)
    kept += part
    dz[j] = part
kept = block_sum(kept, shared)
terms = block_sum(terms, shared)
scale = w[line] / real(n)
for j in columns:
    dz[j] = (p[j] * kept - dz[j]) * scale
if thread == 0:
    loss[line] = -w[line] * terms"""
)
_CATEGORICAL = """low, high = epsilon, real(1 - scalars[1])
found = real(0)
for j in columns:
    found += p[j]
found = block_sum(found, shared)
kept, terms = real(0), real(0)
for j in columns:
    q, target = p[j] / found, {target}
    part = target * inside(q, low, high)
    terms += target * log(clip(q, low, high)) if target != 0 else real(0)
    kept += part
    dp[j] = part / p[j] if part != 0 else real(0)
kept = block_sum(kept, shared)
terms = block_sum(terms, shared)
scale = w[line] / real(n)
for j in columns:
    dp[j] = (kept / found - dp[j]) * scale
if thread == 0:
    loss[line] = -w[line] * terms"""
_ONE_HOT = "(real(1) if j == line * k + t[line] else real(0))"

rows("softmax_crossentropy", "n", _SOFTMAX.format(target="t[j]"), infinity=math.inf)
rows("sparse_softmax_crossentropy", "n", _SOFTMAX.format(target=_ONE_HOT), infinity=math.inf)
rows("categorical_crossentropy", "n", _CATEGORICAL.format(target="t[j]"))
rows("sparse_categorical_crossentropy", "n", _CATEGORICAL.format(target=_ONE_HOT))
rows(
    "binary_crossentropy", "n",
    """low, high = epsilon, real(1 - scalars[1])
scale = w[line] / (real(n) * real(k))
found = real(0)
for j in columns:
    q = clip(p[j], low, high)
    found += t[j] * log(q) + (real(1) - t[j]) * log(real(1) - q)
    dp[j] = (q - t[j]) / (q * (real(1) - q)) * inside(p[j], low, high) * scale
found = block_sum(found, shared)
if thread == 0:
    loss[line] = -w[line] * (found / real(k))""",
)  # fmt: skip
rows(
    "sigmoid_binary_crossentropy", "n",
    _LIMITS + """scale = w[line] / (real(n) * real(k))
found = real(0)
for j in columns:
    logp = (z[j] if z[j] < 0 else real(0)) - log1p(exp(z[j] if z[j] < 0 else -z[j]))
    logq = logp - z[j]
    clipped = logp < low or logp > high or logq < low or logq > high
    p[j] = sigmoid(z[j])
    found += t[j] * clip(logp, low, high) + (real(1) - t[j]) * clip(logq, low, high)
    dz[j] = real(0) if clipped else (p[j] - t[j]) * scale
found = block_sum(found, shared)
if thread == 0:
    loss[line] = -w[line] * (found / real(k))""",
    infinity=math.inf, sigmoid=sigmoid_forward,
)  # fmt: skip
