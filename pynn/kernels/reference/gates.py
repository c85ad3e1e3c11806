"""Activations that multiply x with a gate between 0 and 1."""

from __future__ import annotations

import math

import numpy as np

from pynn.kernels.contract import op

Array = np.ndarray
_SQRT_2_PI = math.sqrt(2 / math.pi)
_CUBIC = 0.044715


def _sigmoid(x: Array) -> Array:
    e = np.exp(-np.abs(x))
    value: Array = np.where(x < 0, e / (1 + e), 1 / (1 + e))
    return value


def _normal(x: Array) -> Array:
    """Φ(x) = erfc(-x / √2) / 2, in double."""
    twice: Array = np.asarray(np.frompyfunc(math.erfc, 1, 1)(-x.astype(np.float64) / math.sqrt(2)), np.float64)
    return twice / 2


@op("x(n,k) -> y(n,k)")
def silu_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = x / (1 + e^-x).

    Source: Elfwing, Uchibe & Doya 2018, "Sigmoid-weighted linear units", equation 1; "swish" in Ramachandran, Zoph & Le
    2017, "Searching for activation functions".
    """
    y[lo:hi] = x[lo:hi] * _sigmoid(x[lo:hi])


@op("x(n,k), dy(n,k) -> dx(n,k)")
def silu_backward(x: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy · (σ + x σ (1 - σ)), σ = 1 / (1 + e^-x)."""
    gate = _sigmoid(x[lo:hi])
    dx[lo:hi] = dy[lo:hi] * (gate + x[lo:hi] * gate * (1 - gate))


@op("x(n,k) -> y(n,k)")
def hard_silu_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = x · min(max(x + 3, 0), 6) / 6.

    Source: Howard et al. 2019, "Searching for MobileNetV3", section 5.2.
    """
    y[lo:hi] = x[lo:hi] * (np.minimum(np.maximum(x[lo:hi] + 3, 0), 6) / 6)


@op("x(n,k), dy(n,k) -> dx(n,k)")
def hard_silu_backward(x: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy · (gate + x/6 where -3 < x < 3); the gate min(max(x + 3, 0), 6) / 6 alone on and beyond both corners."""
    z = x[lo:hi]
    gate = np.minimum(np.maximum(z + 3, 0), 6) / 6
    dx[lo:hi] = dy[lo:hi] * (gate + np.where((z + 3 > 0) & (z + 3 < 6), z / 6, 0))


@op("x(n,k) -> y(n,k)")
def mish_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = x tanh(ln(1 + e^x)).

    Source: Misra 2019, "Mish: a self regularized non-monotonic activation function", equation 1.
    """
    y[lo:hi] = x[lo:hi] * np.tanh(np.logaddexp(x[lo:hi], 0))


@op("x(n,k), dy(n,k) -> dx(n,k)")
def mish_backward(x: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy · (t + x (1 - t²) / (1 + e^-x)), t = tanh(ln(1 + e^x))."""
    t = np.tanh(np.logaddexp(x[lo:hi], 0))
    dx[lo:hi] = dy[lo:hi] * (t + x[lo:hi] * (1 - t * t) * _sigmoid(x[lo:hi]))


@op("x(n,k) -> y(n,k)")
def gelu_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = x Φ(x), Φ the distribution function of the standard normal distribution.

    Source: Hendrycks & Gimpel 2016, "Gaussian error linear units", section 2.
    """
    y[lo:hi] = x[lo:hi] * _normal(x[lo:hi])


@op("x(n,k), dy(n,k) -> dx(n,k)")
def gelu_backward(x: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy · (Φ(x) + x e^(-x²/2) / √(2π))."""
    density = np.exp(-x[lo:hi] * x[lo:hi] / 2) / math.sqrt(2 * math.pi)
    dx[lo:hi] = dy[lo:hi] * (_normal(x[lo:hi]) + x[lo:hi] * density)


@op("x(n,k) -> y(n,k)")
def gelu_tanh_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.

    Source: Hendrycks & Gimpel 2016, section 2, the approximation.
    """
    z = x[lo:hi]
    y[lo:hi] = z * (1 + np.tanh(_SQRT_2_PI * (z + _CUBIC * z**3))) / 2


@op("x(n,k), dy(n,k) -> dx(n,k)")
def gelu_tanh_backward(x: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy · ((1 + t) / 2 + x (1 - t²) √(2/π) (1 + 3 · 0.044715 x²) / 2), t the tanh above."""
    z = x[lo:hi]
    t = np.tanh(_SQRT_2_PI * (z + _CUBIC * z**3))
    inner = _SQRT_2_PI * (1 + 3 * _CUBIC * z * z)
    dx[lo:hi] = dy[lo:hi] * ((1 + t) / 2 + z * (1 - t * t) * inner / 2)


@op("x(n,2,k) -> y(n,k)")
def glu_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = a / (1 + e^-b), a and b the halves of x.

    Source: Dauphin, Fan, Auli & Grangier 2017, "Language modeling with gated convolutional networks", equation 1.
    """
    y[lo:hi] = x[lo:hi, 0] * _sigmoid(x[lo:hi, 1])


@op("x(n,2,k), dy(n,k) -> dx(n,2,k)")
def glu_backward(x: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """da = dy σ(b), db = dy · a σ(b) (1 - σ(b))."""
    gate = _sigmoid(x[lo:hi, 1])
    dx[lo:hi, 0] = dy[lo:hi] * gate
    dx[lo:hi, 1] = dy[lo:hi] * x[lo:hi, 0] * gate * (1 - gate)
