"""Activations that multiply x with a gate between 0 and 1."""

from __future__ import annotations

from math import erfc, exp, tanh

from pynn.kernels.scalar.activations import sigmoid_forward

_SQRT_2_PI = 0.79788456080286535588  # √(2/π)
_SQRT_HALF = 0.70710678118654752440
_DENSITY = 0.39894228040143267794  # 1 / √(2π)
_CUBIC = 0.044715


def silu_forward(x: float) -> float:
    """x · σ(x)."""
    return sigmoid_forward(x) * x


def silu_backward(x: float, dy: float) -> float:
    """dy · (σ + x σ (1 - σ))."""
    gate = sigmoid_forward(x)
    return (gate + x * gate * (1.0 - gate)) * dy


def _hard_gate(x: float) -> float:
    raised = 0.0 if x + 3.0 < 0.0 else x + 3.0
    return (6.0 if raised > 6.0 else raised) / 6.0


def hard_silu_forward(x: float) -> float:
    """x · min(max(x + 3, 0), 6) / 6."""
    return _hard_gate(x) * x


def hard_silu_backward(x: float, dy: float) -> float:
    """The gate alone on and beyond both corners."""
    part = x / 6.0 if x + 3.0 > 0.0 else 0.0
    return (_hard_gate(x) + (part if x + 3.0 < 6.0 else 0.0)) * dy


def _mish_parts(x: float) -> tuple[float, float]:
    """tanh(ln(1 + e^x)) as `above` over `below`, polynomials in e^-|x| that neither overflow nor cancel."""
    v = exp(x if x < 0.0 else -x)
    p = v if x < 0.0 else 1.0
    q = 1.0 if x < 0.0 else v
    above = 2.0 * v + p * p
    return above, above + 2.0 * (q * q)


def mish_forward(x: float) -> float:
    """x · gate."""
    above, below = _mish_parts(x)
    return x * (above / below)


def mish_backward(x: float, dy: float) -> float:
    """dy · (gate + x (1 - gate²) σ(x))."""
    above, below = _mish_parts(x)
    slope = (below - above) * (above + below) / (below * below)
    return (above / below + x * slope * sigmoid_forward(x)) * dy


def gelu_forward(x: float) -> float:
    """x · erfc(-x / √2) / 2."""
    return x * (0.5 * erfc(-x * _SQRT_HALF))


def gelu_backward(x: float, dy: float) -> float:
    """dy · (Φ(x) + x φ(x))."""
    return (0.5 * erfc(-x * _SQRT_HALF) + x * (_DENSITY * exp(-0.5 * x * x))) * dy


def gelu_tanh_forward(x: float) -> float:
    """x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2."""
    return x * (0.5 * (1.0 + tanh(_SQRT_2_PI * (x + _CUBIC * (x * x * x)))))


def gelu_tanh_backward(x: float, dy: float) -> float:
    """The derivative of that."""
    t = tanh(_SQRT_2_PI * (x + _CUBIC * (x * x * x)))
    inner = _SQRT_2_PI * (1.0 + 3.0 * _CUBIC * (x * x))
    return (0.5 * (1.0 + t) + x * (0.5 * (1.0 - t * t) * inner)) * dy
