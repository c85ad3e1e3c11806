"""Hinge losses; a thread looks whether all targets of the batch are 0 and 1 before it computes."""

from __future__ import annotations

from pynn.kernels.cuda.forms import each
from pynn.kernels.cuda.losses import row_loss
from pynn.kernels.cuda.metrics_errors import BINARY
from pynn.kernels.scalar.losses import above


def _hinge(y: float, t: float, a: float) -> float:
    gap = 1.0 - t * y
    return 0.0 if gap < 0.0 else gap


def _hinge_slope(y: float, t: float, a: float) -> float:
    return -t * above(1.0 - t * y, 0.0)


def _squared(y: float, t: float, a: float) -> float:
    gap = _hinge(y, t, a)
    return gap * gap


def _squared_slope(y: float, t: float, a: float) -> float:
    return -2.0 * t * _hinge(y, t, a)


each("hinge_targets", "n * k", "sign[index] = t[index] + t[index] - real(1) if binary else t[index]", BINARY)
row_loss("hinge", "mean", "real(0)", _hinge, _hinge_slope)
row_loss("squared_hinge", "mean", "real(0)", _squared, _squared_slope)
each(
    "categorical_hinge", "n",
    """first, last = index * k, index * k + k
right, wrong, most = real(0), (real(1) - t[first]) * y[first], 0
for j in range(first, last):
    right += t[j] * y[j]
    other = (real(1) - t[j]) * y[j]
    wrong = other if other > wrong else wrong
for j in range(first, last):
    most += 1 if (real(1) - t[j]) * y[j] == wrong else 0
gap = wrong - right + real(1)
scale = above(gap, real(0)) * (w[index] / real(n))
loss[index] = w[index] * (real(0) if gap < 0 else gap)
for j in range(first, last):
    share = (real(1) - t[j]) / real(most) if (real(1) - t[j]) * y[j] == wrong else real(0)
    dy[j] = (share - t[j]) * scale""",
)  # fmt: skip
