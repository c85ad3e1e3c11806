"""Losses that are a sum or a mean of terms, one an output: a block adds up a row."""

from __future__ import annotations

from typing import Any

from pynn.kernels.contract import Op
from pynn.kernels.cuda.forms import rows
from pynn.kernels.scalar import losses_regression as of_regression

_ROW = """share = {share}
scale = share / real(n)
found = real(0)
for j in columns:
    found += term(y[j], t[j], {a})
    dy[j] = slope(y[j], t[j], {a}) * scale
found = block_sum(found, shared)
if thread == 0:
    loss[line] = share * found"""


def row_loss(name: str | Op, share: str, a: str, term: Any, slope: Any) -> None:
    """The kernel of a loss.

    Parameters
    ----------
    name : str or Op
    share : {"mean", "sum"}
        Over the outputs of a row.
    a : str
        What the functions take beside y and t: `real(1)`, or scalars of the op.
    term, slope : callable
        Of one output: `pynn.kernels.scalar`.
    """
    text = _ROW.format(share="w[line] / real(k)" if share == "mean" else "w[line]", a=a)
    rows(name, "n", text, term=term, slope=slope)


for _name, _share, _a, _term in (
    ("mean_squared_error", "mean", "real(1)", "squared"),
    ("sum_squared_error", "sum", "factor", "squared"),
    ("mean_absolute_error", "mean", "real(0)", "absolute"),
    ("mean_absolute_percentage_error", "mean", "epsilon", "percentage"),
    ("mean_squared_logarithmic_error", "mean", "epsilon", "logarithmic"),
    ("huber", "mean", "delta", "huber_term"),
    ("log_cosh", "mean", "real(0)", "log_cosh_term"),
    ("poisson", "mean", "epsilon", "poisson_term"),
):
    _slope = _term.removesuffix("_term") + "_slope"
    row_loss(_name, _share, _a, getattr(of_regression, _term), getattr(of_regression, _slope))

rows(
    "exponential_error", "n",
    """found = real(0)
for j in columns:
    found += (y[j] - t[j]) * (y[j] - t[j])
found = block_sum(found, shared)
found = real(exp(found / tau))
scale = found * w[line] / real(n)
for j in columns:
    dy[j] = (y[j] - t[j]) * (scale + scale)
if thread == 0:
    loss[line] = w[line] * tau * found""",
)  # fmt: skip
rows(
    "cosine_similarity", "n",
    """yy, tt, yt = real(0), real(0), real(0)
for j in columns:
    yy += y[j] * y[j]
    tt += t[j] * t[j]
    yt += y[j] * t[j]
yy = block_sum(yy, shared)
tt = block_sum(tt, shared)
yt = block_sum(yt, shared)
a = real(1) / (real(sqrt(yy)) if sqrt(yy) > epsilon else epsilon)
b = real(1) / (real(sqrt(tt)) if sqrt(tt) > epsilon else epsilon)
inner = yt * a * b
turn = inner if a * epsilon < 1 else real(0)
scale = a * w[line] / real(n) if yy > 0 else real(0)
for j in columns:
    dy[j] = (y[j] * a * turn - t[j] * b) * scale
if thread == 0:
    loss[line] = -w[line] * inner""",
)  # fmt: skip
