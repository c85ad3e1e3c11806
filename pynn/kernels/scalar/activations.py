"""Activations and their derivatives, which are functions of the output y."""

from __future__ import annotations

from math import exp, tanh


def sigmoid_forward(x: float) -> float:
    """From e^-|x|, which cannot overflow."""
    e = exp(x if x < 0.0 else -x)
    y = 1.0 / (1.0 + e)
    return e * y if x < 0.0 else y


def sigmoid_backward(y: float, dy: float) -> float:
    """dy · y (1 - y)."""
    return y * (1.0 - y) * dy


def tanh_forward(x: float) -> float:
    """Tanh x."""
    return tanh(x)


def tanh_backward(y: float, dy: float) -> float:
    """dy · (1 - y²)."""
    return (1.0 - y * y) * dy


def relu_forward(x: float) -> float:
    """NaN passes, as in NumPy's maximum."""
    return 0.0 if x < 0.0 else x


def relu_backward(y: float, dy: float) -> float:
    """0 at 0."""
    return dy if y > 0.0 else 0.0


def step_forward(x: float) -> float:
    """1 at 0."""
    return 1.0 if x >= 0.0 else 0.0


def step_backward(y: float, dy: float) -> float:
    """0, of NaN too."""
    return 0.0
