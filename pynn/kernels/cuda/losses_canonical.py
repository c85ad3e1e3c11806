"""Losses taken from z, output and loss together: a block a row.  Formulas: kernels/reference."""

from __future__ import annotations

from pynn.kernels.cuda.forms import EXPONENTIALS, rows
from pynn.kernels.scalar.activations import sigmoid_forward

rows(
    "softmax_log_loss", "n",
    EXPONENTIALS.format(x="z", y="dz") + """scale = w[line] / real(n)
here = line * k + t[line]
if thread == 0:
    loss[line] = -w[line] * real(log(clip(dz[here] / found, epsilon, real(1 - scalars[1]))))
cuda.syncthreads()
for j in columns:
    dz[j] = (dz[j] / found - (real(1) if j == here else real(0))) * scale""",
)  # fmt: skip
_SUM = """scale = w[line] / real(n)
found = real(0)
for j in columns:
    {terms}
found = block_sum(found, shared)
if thread == 0:
    loss[line] = w[line] * {loss}"""
rows(
    "logistic_log_loss", "n",
    _SUM.format(terms="""y = sigmoid(z[j])
    q = clip(y, epsilon, real(1 - scalars[1]))
    found -= t[j] * real(log(q)) + (real(1) - t[j]) * real(log(real(1) - q))
    dz[j] = (y - t[j]) * scale""", loss="found"),
    sigmoid=sigmoid_forward,
)  # fmt: skip
rows(
    "half_squared_error", "n",
    _SUM.format(terms="""found += (z[j] - t[j]) * (z[j] - t[j])
    dz[j] = (z[j] - t[j]) * scale""", loss="found / real(2 * k)"),
)  # fmt: skip
rows(
    "half_poisson_deviance", "n",
    _SUM.format(terms="""y = real(exp(z[j]))
    found += (t[j] * (real(log(t[j])) - z[j]) if t[j] > 0 else real(0)) - t[j] + y
    dz[j] = (y - t[j]) * scale""", loss="found"),
)  # fmt: skip
