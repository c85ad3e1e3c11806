"""Activations with a derivative everywhere that are no gate: exponentials, logarithms, roots."""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import positive

Array = np.ndarray


def _sigmoid(x: Array) -> Array:
    e = np.exp(-np.abs(x))
    value: Array = np.where(x < 0, e / (1 + e), 1 / (1 + e))
    return value


@op("x(n,k) -> y(n,k)")
def exponential_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = e^x."""
    y[lo:hi] = np.exp(x[lo:hi])


@op("y(n,k), dy(n,k) -> dx(n,k)", draws={"y": positive})
def exponential_backward(y: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy · y."""
    dx[lo:hi] = dy[lo:hi] * y[lo:hi]


@op("x(n,k) -> y(n,k)")
def softplus_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = ln(1 + e^x).

    Source: Dugas, Bengio, Bélisle, Nadeau & Garcia 2001, "Incorporating second-order functional knowledge for better
    option pricing", equation 4.
    """
    y[lo:hi] = np.logaddexp(x[lo:hi], 0)


@op("x(n,k), dy(n,k) -> dx(n,k)")
def softplus_backward(x: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy / (1 + e^-x)."""
    dx[lo:hi] = dy[lo:hi] * _sigmoid(x[lo:hi])


@op("x(n,k) -> y(n,k)")
def log_sigmoid_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = -ln(1 + e^-x), the logarithm of the sigmoid."""
    y[lo:hi] = -np.logaddexp(-x[lo:hi], 0)


@op("x(n,k), dy(n,k) -> dx(n,k)")
def log_sigmoid_backward(x: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy / (1 + e^x)."""
    dx[lo:hi] = dy[lo:hi] * _sigmoid(-x[lo:hi])


@op("x(n,k) -> y(n,k)")
def softsign_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = x / (1 + |x|).

    Source: Turian, Bergstra & Bengio 2009, "Quadratic features and deep architectures for chunking".
    """
    y[lo:hi] = x[lo:hi] / (1 + np.abs(x[lo:hi]))


@op("x(n,k), dy(n,k) -> dx(n,k)")
def softsign_backward(x: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy / (1 + |x|)²."""
    dx[lo:hi] = dy[lo:hi] / (1 + np.abs(x[lo:hi])) ** 2


@op("x(n,k) -> y(n,k); b", scalars=(4.0,))
def squareplus_forward(x: Array, y: Array, b: float, lo: int, hi: int) -> None:
    """y = (x + √(x² + b)) / 2.

    Source: Barron 2021, "Squareplus: a softplus-like algebraic rectifier", equation 1.
    """
    y[lo:hi] = (x[lo:hi] + np.sqrt(x[lo:hi] * x[lo:hi] + b)) / 2


@op("x(n,k), dy(n,k) -> dx(n,k); b", scalars=(4.0,))
def squareplus_backward(x: Array, dy: Array, dx: Array, b: float, lo: int, hi: int) -> None:
    """dx = dy · (1 + x / √(x² + b)) / 2."""
    dx[lo:hi] = dy[lo:hi] * (1 + x[lo:hi] / np.sqrt(x[lo:hi] * x[lo:hi] + b)) / 2


@op("x(n,k) -> y(n,k)")
def tanh_shrink_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = x - tanh x."""
    y[lo:hi] = x[lo:hi] - np.tanh(x[lo:hi])


@op("x(n,k), dy(n,k) -> dx(n,k)")
def tanh_shrink_backward(x: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy tanh² x."""
    dx[lo:hi] = dy[lo:hi] * np.tanh(x[lo:hi]) ** 2
