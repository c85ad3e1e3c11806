"""Numbers of classes to vectors, values to numbers of bins."""

from __future__ import annotations

from pynn.kernels.cuda.forms import each

_MARKS = """found, first = real(0), index // k * m
for q in range(first, first + m):
    if x[q] > -1 and x[q] < k and int(x[q]) == index % k:
        found {}
y[index] = found"""
each("multi_hot", "n * k", _MARKS.format("= real(1)"))
each("count_hot", "n * k", _MARKS.format("+= real(1)"))
each("weighted_count_hot", "n * k", _MARKS.format("+= weights[q]"))
each(
    "bins", "n * k",
    "found = 0\nfor q in range(b):\n    found += 0 if edges[q] > x[index] else 1\ny[index] = real(found)",
)  # fmt: skip
