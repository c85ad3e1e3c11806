"""The largest along an axis."""

from __future__ import annotations

from pynn.kernels.cuda.forms import each

_FIRST = "first = index // c * r * c + index % c\n"
each(
    "max_axis_forward", "n * c",
    _FIRST + """top = x[first]
for q in range(r):
    top = x[first + q * c] if not x[first + q * c] <= top else top
y[index] = top""",
)  # fmt: skip
each(
    "max_axis_backward", "n * c",
    _FIRST + """count = 0
for q in range(r):
    count += 1 if x[first + q * c] == y[index] else 0
for q in range(r):
    dx[first + q * c] = dy[index] / real(count) if x[first + q * c] == y[index] else real(0)""",
)  # fmt: skip
