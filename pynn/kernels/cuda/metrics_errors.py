"""Metrics that are means over rows: distances and margins, a block a row."""

from __future__ import annotations

from pynn.kernels.cuda.forms import each, rows
from pynn.kernels.scalar import losses_regression as of_regression

_MEAN = """found = real(0)
for j in columns:
    found += {term}
found = block_sum(found, shared)
if thread == 0:
    value[line] = found / real(k)"""
for _name, _term in (
    ("equal_share", "real(1) if y[j] == t[j] else real(0)"),
    ("binary_accuracy", "real(1) if (real(1) if y[j] > threshold else real(0)) == t[j] else real(0)"),
    ("squared_error", "term(y[j], t[j], real(1))"),
    ("absolute_error", "abs(y[j] - t[j])"),
    ("percentage_error", "term(y[j], t[j], epsilon)"),
    ("squared_logarithmic_error", "term(y[j], t[j], epsilon)"),
    ("log_cosh_error", "term(y[j], t[j], real(0))"),
):
    _kind = {
        "percentage_error": "percentage", "squared_logarithmic_error": "logarithmic", "log_cosh_error": "log_cosh_term",
    }.get(_name, "squared")  # fmt: skip
    rows(_name, "n", _MEAN.format(term=_term), term=getattr(of_regression, _kind))
rows(
    "cosine_similarity_rows", "n",
    """yy, tt, yt = real(0), real(0), real(0)
for j in columns:
    yy += y[j] * y[j]
    tt += t[j] * t[j]
    yt += y[j] * t[j]
yy = real(sqrt(block_sum(yy, shared)))
tt = real(sqrt(block_sum(tt, shared)))
yt = block_sum(yt, shared)
if thread == 0:
    value[line] = yt / ((epsilon if yy < epsilon else yy) * (epsilon if tt < epsilon else tt))""",
)  # fmt: skip

# Whether all targets of the batch are 0 and 1, which stand for -1 and 1.
BINARY = """binary = True
for j in range(n * k):
    if t[j] != 0 and t[j] != 1:
        binary = False
"""
_MARGIN = """found = real(0)
for j in range(index * k, index * k + k):
    gap = real(1) - (t[j] + t[j] - real(1) if binary else t[j]) * y[j]
    found += {term} if gap > 0 else real(0)
value[index] = found / real(k)"""
each("hinge_rows", "n", _MARGIN.format(term="gap"), BINARY)
each("squared_hinge_rows", "n", _MARGIN.format(term="gap * gap"), BINARY)
each(
    "categorical_hinge_rows", "n",
    """right, wrong = real(0), (real(1) - t[index * k]) * y[index * k]
for j in range(index * k, index * k + k):
    right += t[j] * y[j]
    other = (real(1) - t[j]) * y[j]
    wrong = other if other > wrong else wrong
gap = wrong - right + real(1)
value[index] = gap if gap > 0 else real(0)""",
)  # fmt: skip
