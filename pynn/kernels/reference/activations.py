"""Activations and their derivatives, on rows.

A backward op takes the *output* y of its forward op: each derivative below is a function of y alone, so the
pre-activation z need not be kept (LeCun, Bottou, Orr & Müller 1998, "Efficient BackProp", section 4.4).
"""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import distribution, positive

Array = np.ndarray


@op("x(n,k) -> y(n,k)")
def sigmoid_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = 1 / (1 + e^-x).

    Computed from e^-|x|, which cannot overflow.
    """
    e = np.exp(-np.abs(x[lo:hi]))
    y[lo:hi] = np.where(x[lo:hi] >= 0, 1 / (1 + e), e / (1 + e))


@op("y(n,k), dy(n,k) -> dx(n,k)", draws={"y": positive})
def sigmoid_backward(y: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy · y (1 - y)."""
    dx[lo:hi] = dy[lo:hi] * y[lo:hi] * (1 - y[lo:hi])


@op("x(n,k) -> y(n,k)")
def tanh_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = tanh x."""
    y[lo:hi] = np.tanh(x[lo:hi])


@op("y(n,k), dy(n,k) -> dx(n,k)", draws={"y": positive})
def tanh_backward(y: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy · (1 - y²)."""
    dx[lo:hi] = dy[lo:hi] * (1 - y[lo:hi] * y[lo:hi])


@op("x(n,k) -> y(n,k)")
def relu_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = max(x, 0).

    Source: Nair & Hinton 2010, "Rectified linear units improve restricted Boltzmann machines".
    """
    y[lo:hi] = np.maximum(x[lo:hi], 0)


@op("y(n,k), dy(n,k) -> dx(n,k)")
def relu_backward(y: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy where y > 0, 0 elsewhere (the derivative at 0 is taken as 0)."""
    dx[lo:hi] = np.where(y[lo:hi] > 0, dy[lo:hi], 0)


@op("x(n,k) -> y(n,k)")
def step_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = 1 where x >= 0, 0 elsewhere: the perceptron's Heaviside step.

    Source: Rosenblatt 1958, "The perceptron: a probabilistic model for information storage".
    """
    y[lo:hi] = x[lo:hi] >= 0


@op("y(n,k), dy(n,k) -> dx(n,k)")
def step_backward(y: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = 0: the step is flat wherever it has a derivative, so gradient descent cannot train through it."""
    dx[lo:hi] = 0


@op("x(n,k) -> y(n,k)")
def softmax_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y_j = e^(x_j - max x) / Σ_i e^(x_i - max x), row by row.

    Source: Bridle 1990, "Probabilistic interpretation of feedforward classification network outputs".
    """
    e = np.exp(x[lo:hi] - x[lo:hi].max(axis=1, keepdims=True))
    y[lo:hi] = e / e.sum(axis=1, keepdims=True)


@op("y(n,k), dy(n,k) -> dx(n,k)", draws={"y": distribution})
def softmax_backward(y: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx_j = y_j (dy_j - Σ_i dy_i y_i), row by row."""
    inner = (dy[lo:hi] * y[lo:hi]).sum(axis=1, keepdims=True)
    dx[lo:hi] = y[lo:hi] * (dy[lo:hi] - inner)
