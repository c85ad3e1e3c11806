"""Metrics that are means over rows: cross-entropies and divergences, a block a row."""

from __future__ import annotations

from pynn.kernels.cuda.forms import rows

_ENDS = "found = block_sum(found, shared)\nif thread == 0:\n    value[line] = "
_SMOOTH = "t[j] * (real(1) - smoothing) + smoothing / real({})"
_TOTAL = """low, high = epsilon, real(1 - scalars[1])
whole = real(0)
for j in columns:
    whole += y[j]
whole = block_sum(whole, shared)
found = real(0)
"""
# log of the softmax, without a place to store it in: the exponentials are computed twice.
_LOG_SUM = """top = z[line * k]
for j in columns:
    top = z[j] if z[j] > top else top
top = block_max(top, shared)
found = real(0)
for j in columns:
    found += exp(z[j] - top)
log_sum = top + real(log(block_sum(found, shared)))
found = real(0)
"""
_LABEL = """if thread == 0:
    inside_row = 0 <= t[line] and t[line] < k and double(t[line]) != scalars[{ignored}]
    value[line] = -({logp}) if inside_row else real(0)"""
rows(
    "categorical_crossentropy_rows", "n",
    _TOTAL
    + f"for j in columns:\n    found += ({_SMOOTH.format('k')}) * log(clip(y[j] / whole, low, high))\n{_ENDS}-found",
)  # fmt: skip
rows(
    "sparse_categorical_crossentropy_rows", "n",
    _TOTAL + _LABEL.format(ignored=2, logp="real(log(clip(y[line * k + t[line]] / whole, low, high)))"),
)  # fmt: skip
rows(
    "softmax_crossentropy_rows", "n",
    _LOG_SUM + f"for j in columns:\n    found += ({_SMOOTH.format('k')}) * (z[j] - log_sum)\n{_ENDS}-found",
)  # fmt: skip
rows(
    "sparse_softmax_crossentropy_rows", "n", _LOG_SUM + _LABEL.format(ignored=1, logp="z[line * k + t[line]] - log_sum")
)
rows(
    "binary_crossentropy_rows", "n",
    f"""low, high = epsilon, real(1 - scalars[1])
found = real(0)
for j in columns:
    q, target = clip(y[j], low, high), {_SMOOTH.format(2)}
    found += target * log(q) + (real(1) - target) * log1p(-q)
{_ENDS}-found / real(k)""",
)  # fmt: skip
rows(
    "sigmoid_binary_crossentropy_rows", "n",
    f"""found = real(0)
for j in columns:
    raised = real(0) if z[j] < 0 else z[j]
    found += raised + log1p(exp(-abs(z[j]))) - z[j] * ({_SMOOTH.format(2)})
{_ENDS}found / real(k)""",
)  # fmt: skip
rows(
    "kl_divergence_rows", "n",
    f"""found = real(0)
for j in columns:
    target = clip(t[j], epsilon, real(1))
    found += target * log(target / clip(y[j], epsilon, real(1)))
{_ENDS}found""",
)  # fmt: skip
rows(
    "poisson_rows", "n",
    f"found = real(0)\nfor j in columns:\n    found += y[j] - t[j] * log(y[j] + epsilon)\n{_ENDS}found / real(k)",
)  # fmt: skip
