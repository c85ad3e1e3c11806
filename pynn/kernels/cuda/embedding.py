"""Rows of a table of weights, picked by number."""

from __future__ import annotations

import math

from pynn.kernels.cuda.forms import each

# The row that number r of x means, -1 if there is none: the fraction is cut off, negative numbers count from the end.
_ROW = """{indent}picked = -1
{indent}if x[{r}] > -v - 1 and x[{r}] < v:
{indent}    picked = int(x[{r}])
{indent}    picked = picked + v if picked < 0 else picked
"""
each(
    "embedding_forward", "n * k",
    _ROW.format(r="index // k", indent="") + "y[index] = w[picked * k + index % k] if picked >= 0 else missing",
    missing=math.nan,
)  # fmt: skip
# Each weight looks through the batch: no sum depends on which thread comes first.
each(
    "embedding_backward", "v * k",
    "found = real(0)\nfor r in range(n):\n"
    + _ROW.format(r="r", indent="    ")
    + "    if picked == index // k:\n        found += dy[r * k + index % k]\ndw[index] = found",
)  # fmt: skip
