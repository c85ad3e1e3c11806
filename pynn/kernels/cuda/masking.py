"""Masks: rows that hold nothing become 0, and what does not count is left out."""

from __future__ import annotations

from pynn.kernels.cuda.forms import each

_COUNTS = """counts = False
for j in range(index * k, index * k + k):
    if x[j] != value:
        counts = True
"""
each("mask_rows", "n", _COUNTS + "for j in range(index * k, index * k + k):\n    y[j] = v[j] if counts else real(0)")
each("mask_of_rows", "n", _COUNTS + "m[index] = real(1) if counts else real(0)")
each("replace_masked", "n * k", "y[index] = x[index] if m[index] != 0 else value")
each(
    "masked_mean_forward", "n * c",
    """row, found, count = index // c, double(0), double(0)
for q in range(r):
    found += double(x[(row * r + q) * c + index % c]) if m[row * r + q] != 0 else double(0)
    count += double(m[row * r + q])
y[index] = real(found / count)""",
)  # fmt: skip
each(
    "masked_mean_backward", "n * c",
    """row, count = index // c, double(0)
for q in range(r):
    count += double(m[row * r + q])
for q in range(r):
    share = real(double(dy[index]) / count) if m[row * r + q] != 0 else real(0)
    dx[(row * r + q) * c + index % c] = share""",
)  # fmt: skip
