"""Softmax and its gradient, a block a row.  Activations of one element: `elementwise`."""

from __future__ import annotations

from pynn.kernels.cuda.forms import EXPONENTIALS, rows

rows("softmax_forward", "n", EXPONENTIALS.format(x="x", y="y") + "for j in columns:\n    y[j] = y[j] / found")
rows(
    "softmax_backward", "n",
    """found = real(0)
for j in columns:
    found += y[j] * dy[j]
found = block_sum(found, shared)
for j in columns:
    dx[j] = y[j] * (dy[j] - found)""",
)  # fmt: skip
