"""Activations with a corner at 0 or at a threshold: ReLU and its relatives.

Derivatives at a corner are those that JAX takes, so that Keras's trainings are followed step by step.
"""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op

Array = np.ndarray


@op("x(n,k) -> y(n,k); slope", scalars=(0.2,))
def leaky_relu_forward(x: Array, y: Array, slope: float, lo: int, hi: int) -> None:
    """y = x where x >= 0, slope · x elsewhere.

    Source: Maas, Hannun & Ng 2013, "Rectifier nonlinearities improve neural network acoustic models".
    """
    y[lo:hi] = np.where(x[lo:hi] >= 0, x[lo:hi], slope * x[lo:hi])


@op("y(n,k), dy(n,k) -> dx(n,k); slope", scalars=(0.2,))
def leaky_relu_backward(y: Array, dy: Array, dx: Array, slope: float, lo: int, hi: int) -> None:
    """dx = dy where y >= 0, slope · dy elsewhere; for slope > 0, where y has the sign of x."""
    dx[lo:hi] = np.where(y[lo:hi] >= 0, dy[lo:hi], slope * dy[lo:hi])


@op("x(n,k), dy(n,k) -> dx(n,k); slope", scalars=(-0.2,))
def leaky_relu_backward_at(x: Array, dy: Array, dx: Array, slope: float, lo: int, hi: int) -> None:
    """dx = dy where x >= 0, slope · dy elsewhere."""
    dx[lo:hi] = np.where(x[lo:hi] >= 0, dy[lo:hi], slope * dy[lo:hi])


@op("y(n,k), dy(n,k) -> dx(n,k); scale", scalars=(1.25,))
def dropped_relu_backward(y: Array, dy: Array, dx: Array, scale: float, lo: int, hi: int) -> None:
    """dx = scale · dy where y > 0, 0 elsewhere, for the output y of ReLU and then dropout, scale = 1 / (1 - rate).

    An element that is dropped is 0 there, like one that was not positive: the mask need not be drawn again.
    """
    dx[lo:hi] = np.where(y[lo:hi] > 0, scale * dy[lo:hi], 0)


@op("x(n,k) -> y(n,k); alpha, scale", scalars=(1.5, 1.1))
def elu_forward(x: Array, y: Array, alpha: float, scale: float, lo: int, hi: int) -> None:
    """y = scale · x where x > 0, scale · alpha (e^x - 1) elsewhere.

    Source: Clevert, Unterthiner & Hochreiter 2016, "Fast and accurate deep network learning by exponential linear
    units"; with a scale: Klambauer et al. 2017, "Self-normalizing neural networks", equation 2.
    """
    below = alpha * np.expm1(np.minimum(x[lo:hi], 0))
    y[lo:hi] = scale * np.where(x[lo:hi] > 0, x[lo:hi], below)


@op("y(n,k), dy(n,k) -> dx(n,k); alpha, scale", scalars=(1.5, 1.1))
def elu_backward(y: Array, dy: Array, dx: Array, alpha: float, scale: float, lo: int, hi: int) -> None:
    """dx = scale · dy where y > 0, (y + alpha · scale) dy elsewhere; for alpha >= 0."""
    dx[lo:hi] = np.where(y[lo:hi] > 0, scale, y[lo:hi] + alpha * scale) * dy[lo:hi]


@op("x(n,k), dy(n,k) -> dx(n,k); alpha, scale", scalars=(-1.5, 1.1))
def elu_backward_at(x: Array, dy: Array, dx: Array, alpha: float, scale: float, lo: int, hi: int) -> None:
    """dx = scale · dy where x > 0, scale · alpha e^x · dy elsewhere."""
    below = alpha * np.exp(np.minimum(x[lo:hi], 0))
    dx[lo:hi] = scale * np.where(x[lo:hi] > 0, 1, below) * dy[lo:hi]


@op("x(n,k) -> y(n,k); alpha", scalars=(1.5,))
def celu_forward(x: Array, y: Array, alpha: float, lo: int, hi: int) -> None:
    """y = max(x, 0) + alpha (e^(min(x, 0) / alpha) - 1).

    Source: Barron 2017, "Continuously differentiable exponential linear units", equation 2.
    """
    y[lo:hi] = np.maximum(x[lo:hi], 0) + alpha * np.expm1(np.minimum(x[lo:hi], 0) / alpha)


@op("y(n,k), dy(n,k) -> dx(n,k); alpha", scalars=(1.5,))
def celu_backward(y: Array, dy: Array, dx: Array, alpha: float, lo: int, hi: int) -> None:
    """dx = dy where y > 0, (y / alpha + 1) dy elsewhere."""
    dx[lo:hi] = np.where(y[lo:hi] > 0, 1, y[lo:hi] / alpha + 1) * dy[lo:hi]


@op("x(n,k) -> y(n,k)")
def relu6_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = min(max(x, 0), 6).

    Source: Krizhevsky 2010, "Convolutional deep belief networks on CIFAR-10".
    """
    y[lo:hi] = np.minimum(np.maximum(x[lo:hi], 0), 6)


@op("y(n,k), dy(n,k) -> dx(n,k)")
def relu6_backward(y: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy where 0 < y < 6, 0 elsewhere."""
    dx[lo:hi] = np.where((y[lo:hi] > 0) & (y[lo:hi] < 6), dy[lo:hi], 0)


@op("x(n,k) -> y(n,k); threshold, value", scalars=(0.5, -2.0))
def threshold_forward(x: Array, y: Array, threshold: float, value: float, lo: int, hi: int) -> None:
    """y = x where x > threshold, `value` elsewhere."""
    y[lo:hi] = np.where(x[lo:hi] > threshold, x[lo:hi], value)


@op("x(n,k), dy(n,k) -> dx(n,k); threshold", scalars=(0.5,))
def threshold_backward(x: Array, dy: Array, dx: Array, threshold: float, lo: int, hi: int) -> None:
    """dx = dy where x > threshold, 0 elsewhere."""
    dx[lo:hi] = np.where(x[lo:hi] > threshold, dy[lo:hi], 0)


@op("x(n,k) -> y(n,k); slope, threshold, low, high, tie", scalars=(0.1, 0.25, 0.0, 1.5, 0.5))
def clipped_relu_forward(
    x: Array, y: Array, slope: float, threshold: float, low: float, high: float, tie: float, lo: int, hi: int
) -> None:
    """y = min(max(a, low), high) - slope · max(threshold - x, 0), a = x where x > threshold, 0 elsewhere.

    With a threshold of 0, a = max(x, 0), which lets NaN pass.  `tie` matters to the derivative only.
    """
    above = np.maximum(x[lo:hi], 0) if threshold == 0 else np.where(x[lo:hi] > threshold, x[lo:hi], 0)
    y[lo:hi] = np.minimum(np.maximum(above, low), high)
    if slope != 0:
        y[lo:hi] -= slope * np.maximum(threshold - x[lo:hi], 0)


@op("x(n,k), dy(n,k) -> dx(n,k); slope, threshold, low, high, tie", scalars=(0.1, 0.25, 0.0, 1.5, 0.5))
def clipped_relu_backward(
    x: Array,
    dy: Array,
    dx: Array,
    slope: float,
    threshold: float,
    low: float,
    high: float,
    tie: float,
    lo: int,
    hi: int,
) -> None:
    """dx = dy · (1 above the threshold and between low and high, `tie` on either; slope below the threshold)."""
    z = x[lo:hi]
    raised = np.maximum(z, low)
    at_low = np.where(z > low, 1, np.where(z == low, tie, 0))
    at_high = np.where(raised < high, 1, np.where(raised == high, tie, 0))
    dx[lo:hi] = (np.where(z > threshold, at_low * at_high, 0) + np.where(z < threshold, slope, 0)) * dy[lo:hi]


@op("x(n,a,k,b), alpha(a,b) -> y(n,a,k,b)")
def prelu_forward(x: Array, alpha: Array, y: Array, lo: int, hi: int) -> None:
    """y = x where x >= 0, alpha · x elsewhere; alpha has a number for each of a places and b features, k share it.

    Source: He, Zhang, Ren & Sun 2015, "Delving deep into rectifiers", equation 1.
    """
    y[lo:hi] = np.where(x[lo:hi] < 0, alpha[:, None, :] * x[lo:hi], x[lo:hi])


@op("x(n,a,k,b), alpha(a,b), dy(n,a,k,b) -> dx(n,a,k,b)")
def prelu_backward(x: Array, alpha: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy where x > 0, alpha · dy where x < 0, 0 where x is 0."""
    slope = np.where(x[lo:hi] > 0, 1, np.where(x[lo:hi] < 0, alpha[:, None, :], 0))
    dx[lo:hi] = slope * dy[lo:hi]


@op("x(n,a,k,b), dy(n,a,k,b) -> dalpha(a,b)", atol=1e-5)
def prelu_backward_alpha(x: Array, dy: Array, dalpha: Array, lo: int, hi: int) -> None:
    """dalpha = Σ min(x, 0) · dy over the rows and over the k that share it; He et al. 2015, equation 3."""
    dalpha[lo:hi] = (np.where(x < 0, x, 0)[:, lo:hi] * dy[:, lo:hi]).sum(axis=(0, 2), dtype=np.float64)
