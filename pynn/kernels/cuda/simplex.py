"""Logarithms of a softmax, a block a row, and sparse probabilities, a thread a row."""

from __future__ import annotations

import math

from pynn.kernels.cuda.forms import EXPONENTIALS, each, rows

rows(
    "log_softmax_forward", "n",
    EXPONENTIALS.format(x="x", y="y") + "found = log(found)\nfor j in columns:\n    y[j] = x[j] - top - found",
)  # fmt: skip
rows(
    "log_softmax_backward", "n",
    """found = real(0)
for j in columns:
    found += dy[j]
found = block_sum(found, shared)
for j in columns:
    dx[j] = dy[j] - exp(y[j]) * found""",
)  # fmt: skip

# The threshold for which Σ max(x_j - threshold, 0) = 1, less the largest x, as in csrc/simplex.c: Michelot 1986, "A
# finite algorithm for finding the projection of a point onto the canonical simplex of R^n".
_THRESHOLD = """first = index * k
top = -infinity
for j in range(first, first + k):
    top = x[j] if x[j] > top else top
mean, count, last = double(-infinity), k + 1, k + 2
while count < last and count > 1:
    found, last, count = double(-1), count, 0
    for j in range(first, first + k):
        above_top = double(x[j] - top)
        if above_top > mean:
            found += above_top
            count += 1
    if count > 0:
        mean = found / double(count)
threshold = real(mean)
"""
each(
    "sparsemax_forward", "n",
    _THRESHOLD + "for j in range(first, first + k):\n    y[j] = real(0) if x[j] - top - threshold < 0 else "
    "x[j] - top - threshold",
    infinity=math.inf,
)  # fmt: skip
each(
    "sparsemax_backward", "n",
    _THRESHOLD + """found, count = real(0), 0
for j in range(first, first + k):
    kept = above(x[j] - top, threshold) * dy[j]
    found += kept
    count += 1 if x[j] - top > threshold else 0
found = found / real(count)
for j in range(first, first + k):
    kept = above(x[j] - top, threshold) * dy[j]
    dx[j] = kept - found if x[j] - top > threshold else kept""",
    infinity=math.inf,
)  # fmt: skip
