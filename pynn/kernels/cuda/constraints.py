"""Constraints: what becomes of weights after an update, in place."""

from __future__ import annotations

from pynn.kernels.cuda.forms import each

each(
    "norm_range", "a * b",
    """first, found = index // b * m * b + index % b, double(0)
for q in range(m):
    found += double(w[first + q * b]) * double(w[first + q * b])
norm = sqrt(found)
kept = scalars[3] * min(max(norm, scalars[1]), scalars[2]) + (1 - scalars[3]) * norm
share = real(kept / (scalars[4] + norm))
for q in range(m):
    w[first + q * b] *= share""",
)  # fmt: skip
