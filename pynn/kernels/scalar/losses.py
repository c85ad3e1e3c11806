"""What losses share: clipping with its derivative."""

from __future__ import annotations


def clip(x: float, low: float, high: float) -> float:
    """NaN passes."""
    lowered = high if x > high else x
    return low if x < low else lowered


def above(x: float, low: float) -> float:
    """Derivative of max(x, low): half where both meet, as JAX has it."""
    half = 0.5 if x == low else 0.0
    return 1.0 if x > low else half


def inside(x: float, low: float, high: float) -> float:
    """Derivative of `clip`."""
    return above(x, low) * above(high, x)


def side(x: float) -> float:
    """Derivative of |x|: -1 at 0, as JAX has it for |target - prediction|."""
    return 1.0 if x > 0.0 else -1.0
