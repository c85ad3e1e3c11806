"""Activations with a derivative everywhere that are no gate: exponentials, logarithms, roots."""

from __future__ import annotations

from math import exp, log1p, sqrt, tanh

from pynn.kernels.scalar.activations import sigmoid_forward


def exponential_forward(x: float) -> float:
    """e^x."""
    return exp(x)


def exponential_backward(y: float, dy: float) -> float:
    """At the output."""
    return dy * y


def softplus_forward(x: float) -> float:
    """max(x, 0) + ln(1 + e^-|x|)."""
    return (0.0 if x < 0.0 else x) + log1p(exp(x if x < 0.0 else -x))


def softplus_backward(x: float, dy: float) -> float:
    """dy · σ(x)."""
    return sigmoid_forward(x) * dy


def log_sigmoid_forward(x: float) -> float:
    """-softplus(-x)."""
    return -softplus_forward(-x)


def log_sigmoid_backward(x: float, dy: float) -> float:
    """dy · σ(-x)."""
    return sigmoid_forward(-x) * dy


def softsign_forward(x: float) -> float:
    """x / (1 + |x|)."""
    return x / (1.0 + abs(x))


def softsign_backward(x: float, dy: float) -> float:
    """dy / (1 + |x|)²."""
    size = 1.0 + abs(x)
    return dy / (size * size)


def squareplus_forward(x: float, b: float) -> float:
    """(x + √(x² + b)) / 2."""
    return (x + sqrt(x * x + b)) / 2.0


def squareplus_backward(x: float, dy: float, b: float) -> float:
    """dy · (1 + x / √(x² + b)) / 2."""
    return (1.0 + x / sqrt(x * x + b)) / 2.0 * dy


def tanh_shrink_forward(x: float) -> float:
    """x - tanh x."""
    return x - tanh(x)


def tanh_shrink_backward(x: float, dy: float) -> float:
    """dy · tanh² x."""
    t = tanh(x)
    return t * t * dy
