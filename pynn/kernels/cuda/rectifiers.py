"""PReLU, whose slopes are learned; the other rectifiers: `elementwise`."""

from __future__ import annotations

from pynn.kernels.cuda.forms import each

_SLOPE = "slope = alpha[index // (k * b) % a * b + index % b]\n"
each("prelu_forward", "n * a * k * b", _SLOPE + "y[index] = slope * x[index] if x[index] < 0 else x[index]")
each(
    "prelu_backward", "n * a * k * b",
    _SLOPE + "slope = real(1) if x[index] > 0 else (slope if x[index] < 0 else real(0))\ndx[index] = slope * dy[index]",
)  # fmt: skip
each(
    "prelu_backward_alpha", "a * b",
    """found = double(0)
for r in range(n):
    for q in range(k):
        e = ((r * a + index // b) * k + q) * b + index % b
        found += double(x[e]) * double(dy[e]) if x[e] < 0 else double(0)
dalpha[index] = real(found)""",
)  # fmt: skip
