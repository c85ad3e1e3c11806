"""GLU, whose gate is half of the input; the other gates: `elementwise`."""

from __future__ import annotations

from pynn.kernels.cuda.forms import each
from pynn.kernels.scalar.activations import sigmoid_forward

_HALVES = "e = index // k * 2 * k + index % k\ngate = sigmoid(x[e + k])\n"
each("glu_forward", "n * k", _HALVES + "y[index] = x[e] * gate", sigmoid=sigmoid_forward)
each(
    "glu_backward", "n * k",
    _HALVES + "dx[e] = dy[index] * gate\ndx[e + k] = dy[index] * x[e] * gate * (real(1) - gate)",
    sigmoid=sigmoid_forward,
)  # fmt: skip
