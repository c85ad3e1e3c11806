"""Activations with a corner at 0 or at a threshold; derivatives there are those that JAX takes."""

from __future__ import annotations

from math import expm1

from pynn.kernels.scalar.activations import relu_forward


def leaky_relu_forward(x: float, slope: float) -> float:
    """NaN takes the slope."""
    return x if x >= 0.0 else slope * x


def leaky_relu_backward(y: float, dy: float, slope: float) -> float:
    """At the output, whose sign is that of x for a positive slope only."""
    return (1.0 if y >= 0.0 else slope) * dy


def leaky_relu_backward_at(x: float, dy: float, slope: float) -> float:
    """At the input."""
    return (1.0 if x >= 0.0 else slope) * dy


def dropped_relu_backward(y: float, dy: float, scale: float) -> float:
    """At the output of ReLU and then dropout."""
    return scale * dy if y > 0.0 else 0.0


def elu_forward(x: float, alpha: float, scale: float) -> float:
    """scale · (x or alpha (e^x - 1))."""
    below = alpha * expm1(x)
    return scale * (x if x > 0.0 else below)


def elu_backward(y: float, dy: float, alpha: float, scale: float) -> float:
    """At the output, whose sign is that of x for a positive alpha only."""
    below = y + alpha * scale
    return (scale if y > 0.0 else below) * dy


def elu_backward_at(x: float, dy: float, alpha: float, scale: float) -> float:
    """At the input."""
    below = alpha * expm1(x) + alpha
    return scale * (1.0 if x > 0.0 else below) * dy


def celu_forward(x: float, alpha: float) -> float:
    """max(x, 0) + alpha (e^(min(x, 0) / alpha) - 1)."""
    return (x if x > 0.0 else 0.0) + alpha * expm1((0.0 if x > 0.0 else x) / alpha)


def celu_backward(y: float, dy: float, alpha: float) -> float:
    """At the output."""
    below = dy * (y / alpha + 1.0)
    return dy if y > 0.0 else below


def relu6_forward(x: float) -> float:
    """NaN passes."""
    raised = 0.0 if x < 0.0 else x
    return 6.0 if raised > 6.0 else raised


def relu6_backward(y: float, dy: float) -> float:
    """0 on both corners."""
    kept = dy if y > 0.0 else 0.0
    return kept if y < 6.0 else 0.0


def threshold_forward(x: float, threshold: float, value: float) -> float:
    """x above the threshold."""
    return x if x > threshold else value


def threshold_backward(x: float, dy: float, threshold: float) -> float:
    """dy above the threshold."""
    return dy if x > threshold else 0.0


def clipped_relu_forward(x: float, slope: float, threshold: float, low: float, high: float, tie: float) -> float:
    """NaN passes where the threshold is 0; infinity and NaN times a slope of 0 do not count."""
    kept = x if x > threshold else 0.0
    above = relu_forward(x) if threshold == 0.0 else kept
    raised = low if above < low else above
    below = slope * relu_forward(threshold - x)
    return (high if raised > high else raised) - (0.0 if slope == 0.0 else below)


def clipped_relu_backward(
    x: float, dy: float, slope: float, threshold: float, low: float, high: float, tie: float
) -> float:
    """`tie` on either limit."""
    raised = low if x < low else x
    on_low = tie if x == low else 0.0
    on_high = tie if raised == high else 0.0
    within = (1.0 if x > low else on_low) * (1.0 if raised < high else on_high)
    return ((within if x > threshold else 0.0) + (slope if threshold - x > 0.0 else 0.0)) * dy
