"""Activations made of straight pieces and parabolas: cheap stand-ins for smooth ones, and shrinkage."""

from __future__ import annotations


def _between(x: float, low: float, high: float) -> float:
    raised = low if x < low else x
    return high if raised > high else raised


def hard_sigmoid_forward(x: float) -> float:
    """NaN passes."""
    return _between(x + 3.0, 0.0, 6.0) / 6.0


def hard_sigmoid_backward(x: float, dy: float) -> float:
    """0 on both corners."""
    kept = dy / 6.0 if x + 3.0 > 0.0 else 0.0
    return kept if x + 3.0 < 6.0 else 0.0


def hard_tanh_forward(x: float) -> float:
    """NaN passes."""
    return _between(x, -1.0, 1.0)


def hard_tanh_backward(x: float, dy: float) -> float:
    """dy on both corners."""
    kept = 0.0 if x > 1.0 else dy
    return 0.0 if x < -1.0 else kept


def hard_shrink_forward(x: float, threshold: float) -> float:
    """x where |x| exceeds the threshold."""
    return x if abs(x) > threshold else 0.0


def hard_shrink_backward(x: float, dy: float, threshold: float) -> float:
    """dy where |x| exceeds the threshold."""
    return dy if abs(x) > threshold else 0.0


def soft_shrink_forward(x: float, threshold: float) -> float:
    """x, nearer to 0 by the threshold."""
    below = x + threshold if x < -threshold else 0.0
    return x - threshold if x > threshold else below


def soft_shrink_backward(x: float, dy: float, threshold: float) -> float:
    """dy beyond the threshold on either side."""
    below = dy if x < -threshold else 0.0
    return dy if x > threshold else below


def sparse_plus_forward(x: float) -> float:
    """(x + 1)² / 4 between -1 and 1."""
    middle = (x + 1.0) * (x + 1.0) / 4.0
    above = x if x >= 1.0 else middle
    return 0.0 if x <= -1.0 else above


def sparse_plus_backward(x: float, dy: float) -> float:
    """dy (x + 1) / 2 between -1 and 1."""
    middle = (x + 1.0) / 2.0 * dy
    above = dy if x >= 1.0 else middle
    return 0.0 if x <= -1.0 else above


def sparse_sigmoid_forward(x: float) -> float:
    """NaN passes."""
    return _between(x + 1.0, 0.0, 2.0) / 2.0


def sparse_sigmoid_backward(x: float, dy: float) -> float:
    """On both corners half the slope, as the derivative of a clipped number has it in JAX."""
    raised = x + 1.0
    at_low = 0.5 if raised == 0.0 else 0.0
    at_high = 0.5 if raised == 2.0 else 0.0
    low = 1.0 if raised > 0.0 else at_low
    high = 1.0 if raised < 2.0 else at_high
    return dy / 2.0 * (low * high)
