"""Activations, losses and optimizers of the NumPy loop: float32, in place, no pass more than needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from kernel_numpy import sigmoid_forward

Array = np.ndarray
Real = np.float32
ONE, ZERO = Real(1), Real(0)


class Hidden:
    """A hidden layer's outputs for one batch size, beside them a column of ones, and their gradient."""

    def __init__(self, rows: int, units: int) -> None:
        self.h = np.ones((rows, units + 1), Real)
        self.dh, self.scratch = np.empty_like(self.h), np.empty_like(self.h)
        self.mask = np.empty(self.h.shape, bool)
        self.drawn = np.empty((rows, units), Real)
        # Views, made once: without the ones' column.
        self.z, self.dz, self.transposed, self.ones = self.h[:, :-1], self.dh[:, :-1], self.h.T, self.h[:, -1]


def sigmoid(s: Hidden) -> None:
    """h = 1 / (1 + e^-h), the column of ones kept."""
    sigmoid_forward(s.h, s.h)
    s.ones.fill(ONE)


def sigmoid_slope(s: Hidden) -> None:
    """dh *= h (1 - h)."""
    np.multiply(s.dh, s.h, out=s.dh)
    np.subtract(ONE, s.h, out=s.h)
    np.multiply(s.dh, s.h, out=s.dh)
    s.ones.fill(ONE)


def relu(s: Hidden) -> None:
    """h = max(h, 0): leaves the ones as they are."""
    np.maximum(s.h, ZERO, out=s.h)


def relu_slope(s: Hidden) -> None:
    """dh *= sign(h), which is 0 or 1: twice as fast as a mask of booleans."""
    np.sign(s.h, out=s.h)
    np.multiply(s.dh, s.h, out=s.dh)


# λ and λα of Klambauer et al. 2017, "Self-normalizing neural networks", equation 14.
SELU_SCALE, SELU_BOTTOM = Real(1.0507009873554805), Real(1.0507009873554805 * 1.6732632423543772)


def selu(s: Hidden) -> None:
    """h = λ h where h > 0, λα (e^h - 1) elsewhere."""
    np.minimum(s.h, ZERO, out=s.scratch)
    np.exp(s.scratch, out=s.scratch)
    np.subtract(s.scratch, ONE, out=s.scratch)
    np.multiply(s.scratch, SELU_BOTTOM, out=s.scratch)
    np.maximum(s.h, ZERO, out=s.h)
    np.multiply(s.h, SELU_SCALE, out=s.h)
    np.add(s.h, s.scratch, out=s.h)
    s.ones.fill(ONE)


def selu_slope(s: Hidden) -> None:
    """dh *= λ where h > 0, h + λα elsewhere."""
    np.greater(s.h, ZERO, out=s.mask)
    np.add(s.h, SELU_BOTTOM, out=s.h)
    np.copyto(s.h, SELU_SCALE, where=s.mask)
    np.multiply(s.dh, s.h, out=s.dh)
    s.ones.fill(ONE)


ACTIVATIONS: dict[str, tuple[Callable[[Hidden], None], Callable[[Hidden], None]]] = {
    "sigmoid": (sigmoid, sigmoid_slope),
    "relu": (relu, relu_slope),
    "selu": (selu, selu_slope),
}


class Output:
    """The last layer's outputs for one batch size, which become their gradient in place."""

    def __init__(self, rows: int, units: int) -> None:
        self.p, self.row = np.empty((rows, units), Real), np.empty((rows, 1), Real)
        self.flat, self.first = self.p.reshape(-1), np.arange(rows) * units

    def softmax(self) -> None:
        """p = e^p / Σ e^p; `row` keeps the sum, `p` was lowered by its greatest."""
        np.maximum.reduce(self.p, 1, None, self.row, True)
        np.subtract(self.p, self.row, out=self.p)

    def divide(self) -> None:
        np.exp(self.p, out=self.p)
        np.add.reduce(self.p, 1, None, self.row, True)
        np.divide(self.p, self.row, out=self.p)


def crossentropy(s: Output, y: Array, scale: Real) -> float:
    """p = scale (softmax p - y); the sum of -ln softmax(p)[class] over the rows; y one-hot."""
    s.softmax()
    chosen = np.vdot(s.flat, y)
    s.divide()
    np.subtract(s.p, y, out=s.p)
    return _finish(s, scale) - float(chosen)


def sparse_crossentropy(s: Output, y: Array, scale: Real) -> float:
    """The same with class numbers."""
    s.softmax()
    places = s.first + y
    chosen = s.flat.take(places).sum()
    s.divide()
    s.flat[places] -= ONE
    return _finish(s, scale) - float(chosen)


def _finish(s: Output, scale: Real) -> float:
    np.multiply(s.p, scale, out=s.p)
    np.log(s.row, out=s.row)
    return float(np.add.reduce(s.row, None))


def squared_error(s: Output, y: Array, scale: Real) -> float:
    """p = 2 scale / k · (p - y); the sum over the rows of the mean of (p - y)² over their k outputs."""
    k = s.p.shape[1]
    np.subtract(s.p, y, out=s.p)
    total = np.vdot(s.flat, s.flat)
    np.multiply(s.p, Real(2 / k) * scale, out=s.p)
    return float(total) / k


LOSSES: dict[tuple[str, str], Callable[[Output, Array, Real], float]] = {
    ("softmax", "categorical_crossentropy"): crossentropy,
    ("softmax", "sparse_categorical_crossentropy"): sparse_crossentropy,
    ("linear", "mean_squared_error"): squared_error,
}

# Elements that an optimizer takes at a time: five arrays of them stay in a level-2 cache through all its passes.
CHUNK = 32_768
# 0.9^128 = 1e-6: what was 1e-30 or more at one flush is still 1e-36 or more, a normal float32, at the next.
FLUSH_STEPS, FLUSH_BELOW = 128, Real(1e-30)


def _chunks(*arrays: Array) -> list[tuple[Array, ...]]:
    return [tuple(a[lo : lo + CHUNK] for a in arrays) for lo in range(0, arrays[0].size, CHUNK)]


def _flush(m: Array) -> None:
    for lo in range(0, m.size, CHUNK):
        part = m[lo : lo + CHUNK]
        part[np.abs(part) < FLUSH_BELOW] = ZERO


class Sgd:
    """w -= g, where g already holds the learning rate."""

    def __init__(self, w: Array, g: Array, learning_rate: float = 0.01) -> None:
        self.parts, self.factor = _chunks(w, g), learning_rate

    def update(self) -> None:
        for w, g in self.parts:
            np.subtract(w, g, out=w)


class Adam:
    """Adam in ten passes: M = m / (1 - β₁) and V = v / (1 - β₂) are kept in place of m and v.

    w -= α m / (√v + ε) = α (1 - β₁) / √(1 - β₂) · M / (√V + ε / √(1 - β₂)), with α = η √(1 - β₂ᵗ) / (1 - β₁ᵗ).
    Source: Kingma & Ba 2015, algorithm 1, in the order of section 2.
    """

    factor = 1.0

    def __init__(self, w: Array, g: Array, learning_rate: float = 0.001) -> None:
        self.t, self.m = 0, np.zeros_like(w)
        self.parts, self.scratch = _chunks(w, g, self.m, np.zeros_like(w)), np.empty(CHUNK, Real)
        self.beta_1, self.beta_2 = Real(0.9), Real(0.999)
        self.epsilon = Real(1e-7 / np.sqrt(1 - 0.999))
        self.fold = learning_rate * (1 - 0.9) / (1 - 0.999) ** 0.5

    def update(self) -> None:
        self.t += 1
        alpha = Real(self.fold * (1 - 0.999**self.t) ** 0.5 / (1 - 0.9**self.t))
        for w, g, m, v in self.parts:
            s = self.scratch[: w.size]
            np.multiply(m, self.beta_1, out=m)
            np.add(m, g, out=m)
            np.multiply(v, self.beta_2, out=v)
            np.multiply(g, g, out=s)
            np.add(v, s, out=v)
            np.sqrt(v, out=s)
            np.add(s, self.epsilon, out=s)
            np.divide(m, s, out=s)
            np.multiply(s, alpha, out=s)
            np.subtract(w, s, out=w)
        if self.t % FLUSH_STEPS == 0:
            _flush(self.m)


class RmsProp:
    """RMSprop in eight passes: V = v / (1 - ρ) is kept in place of v.

    w -= η g / √(v + ε) = η / √(1 - ρ) · g / √(V + ε / (1 - ρ)).
    Source: Hinton 2012, "Neural networks for machine learning", lecture 6e; ε stands under the root, as in Keras.
    """

    factor = 1.0

    def __init__(self, w: Array, g: Array, learning_rate: float = 0.001) -> None:
        self.t, self.v = 0, np.zeros_like(w)
        self.parts, self.scratch = _chunks(w, g, self.v), np.empty(CHUNK, Real)
        self.rho, self.epsilon = Real(0.9), Real(1e-7 / (1 - 0.9))
        self.rate = Real(learning_rate / (1 - 0.9) ** 0.5)

    def update(self) -> None:
        self.t += 1
        for w, g, v in self.parts:
            s = self.scratch[: w.size]
            np.multiply(v, self.rho, out=v)
            np.multiply(g, g, out=s)
            np.add(v, s, out=v)
            np.add(v, self.epsilon, out=s)
            np.sqrt(s, out=s)
            np.divide(g, s, out=s)
            np.multiply(s, self.rate, out=s)
            np.subtract(w, s, out=w)
        if self.t % FLUSH_STEPS == 0:
            _flush(self.v)


OPTIMIZERS: dict[str, Any] = {"SGD": Sgd, "Adam": Adam, "RMSprop": RmsProp}
