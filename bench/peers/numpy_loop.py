"""One hidden layer trained by hand in NumPy: what an expert writes who knows where NumPy loses time.

- float32 throughout; every buffer is allocated once, every ufunc writes in place or to `out`;
- the bias is the last row of the kernel, and the inputs and the hidden layer carry a column of ones: adding the bias
  and summing its gradient are part of the matrix products (24.6 instead of 27.0 µs per step of the housing network);
- all parameters lie in one vector, so that an optimizer is a few passes over it, whatever the layers are;
- constants (1 / batch, SGD's learning rate, Adam's 1 - β) are folded into factors that are multiplied anyway;
- rows are gathered for many batches at once where they are small (`GATHER_BYTES`), into a buffer that is kept;
- the gradient of the input is not computed;
- Adam's momentum of a pixel that is rarely lit decays by 0.9 per step until it is denormal, on which arithmetic is up
  to a hundred times slower (an epoch took 54 s instead of 0.8): such values are set to 0 now and then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from arrays import Rows
from kernel_numpy import sigmoid_forward
from workloads import Workload

Array = np.ndarray
Real = np.float32
ONE, ZERO = Real(1), Real(0)
# One `take` fills about this much: many small batches, or a single batch of images; both stay in a level-2 cache.
GATHER_BYTES = 128 * 1024


class Buffers:
    """Scratch for one batch size (the last batch may be shorter)."""

    def __init__(self, rows: int, hidden: int, outputs: int) -> None:
        self.h = np.ones((rows, hidden + 1), Real)
        self.dh = np.empty_like(self.h)
        self.p = np.empty((rows, outputs), Real)
        self.row = np.empty((rows, 1), Real)
        # Views, made once: h without its ones, the gradient without the ones' column, flat p.
        self.h_z, self.dh_z, self.h_t = self.h[:, :-1], self.dh[:, :-1], self.h.T
        self.ones, self.p_flat = self.h[:, -1], self.p.reshape(-1)


def sigmoid(s: Buffers) -> None:
    """h = 1 / (1 + e^-h), the column of ones kept."""
    sigmoid_forward(s.h, s.h)
    s.ones.fill(ONE)


def sigmoid_gradient(s: Buffers) -> None:
    """dh *= h (1 - h)."""
    np.multiply(s.dh, s.h, out=s.dh)
    np.subtract(ONE, s.h, out=s.h)
    np.multiply(s.dh, s.h, out=s.dh)
    s.ones.fill(ONE)


def relu(s: Buffers) -> None:
    """h = max(h, 0): leaves the ones as they are."""
    np.maximum(s.h, ZERO, out=s.h)


def relu_gradient(s: Buffers) -> None:
    """dh *= sign(h), which is 0 or 1: twice as fast as a mask of booleans."""
    np.sign(s.h, out=s.h)
    np.multiply(s.dh, s.h, out=s.dh)


def softmax_crossentropy(s: Buffers, y: Array, scale: Real) -> float:
    """p = scale (softmax p - y); the sum of -ln softmax(p)[class] over the rows."""
    p, row = s.p, s.row
    np.maximum.reduce(p, 1, None, row, True)
    np.subtract(p, row, out=p)
    chosen = np.vdot(s.p_flat, y)
    np.exp(p, out=p)
    np.add.reduce(p, 1, None, row, True)
    np.divide(p, row, out=p)
    np.subtract(p, y, out=p)
    np.multiply(p, scale, out=p)
    np.log(row, out=row)
    return float(np.add.reduce(row, None) - chosen)


def squared_error(s: Buffers, y: Array, scale: Real) -> float:
    """p = 2 scale / k · (p - y); the sum over the rows of the mean of (p - y)² over their k outputs."""
    k = s.p.shape[1]
    np.subtract(s.p, y, out=s.p)
    total = np.vdot(s.p_flat, s.p_flat)
    np.multiply(s.p, Real(2 / k) * scale, out=s.p)
    return float(total) / k


class Sgd:
    """w -= g, where g already holds the learning rate."""

    def __init__(self, w: Array, g: Array, learning_rate: float = 0.01) -> None:
        self.w, self.g, self.factor = w, g, learning_rate

    def update(self) -> None:
        np.subtract(self.w, self.g, out=self.w)


# 0.9^128 = 1e-6: what was 1e-30 or more at one flush is still 1e-36 or more, a normal float32, at the next.
FLUSH_STEPS, FLUSH_BELOW = 128, Real(1e-30)


class Adam:
    """Adam in ten passes: M = m / (1 - β₁) and V = v / (1 - β₂) are kept in place of m and v.

    w -= α m / (√v + ε) = α (1 - β₁) / √(1 - β₂) · M / (√V + ε / √(1 - β₂)), with α = η √(1 - β₂ᵗ) / (1 - β₁ᵗ).
    Source: Kingma & Ba 2015, algorithm 1, in the order of section 2.
    """

    factor = 1.0

    def __init__(self, w: Array, g: Array, learning_rate: float = 0.001) -> None:
        self.w, self.g, self.rate, self.t = w, g, learning_rate, 0
        self.m, self.v, self.scratch = np.zeros_like(w), np.zeros_like(w), np.empty_like(w)
        self.beta_1, self.beta_2 = Real(0.9), Real(0.999)
        self.epsilon = Real(1e-7 / np.sqrt(1 - 0.999))
        self.fold = learning_rate * (1 - 0.9) / (1 - 0.999) ** 0.5

    def update(self) -> None:
        self.t += 1
        alpha = Real(self.fold * (1 - 0.999**self.t) ** 0.5 / (1 - 0.9**self.t))
        g, m, v, s = self.g, self.m, self.v, self.scratch
        np.multiply(m, self.beta_1, out=m)
        np.add(m, g, out=m)
        np.multiply(v, self.beta_2, out=v)
        np.multiply(g, g, out=s)
        np.add(v, s, out=v)
        np.sqrt(v, out=s)
        np.add(s, self.epsilon, out=s)
        np.divide(m, s, out=s)
        np.multiply(s, alpha, out=s)
        np.subtract(self.w, s, out=self.w)
        if self.t % FLUSH_STEPS == 0:
            np.abs(m, out=s)
            m[s < FLUSH_BELOW] = ZERO


ACTIVATIONS: dict[str, tuple[Callable[[Buffers], None], Callable[[Buffers], None]]] = {
    "sigmoid": (sigmoid, sigmoid_gradient),
    "relu": (relu, relu_gradient),
}
LOSSES = {
    ("softmax", "categorical_crossentropy"): softmax_crossentropy,
    ("linear", "mean_squared_error"): squared_error,
}
OPTIMIZERS: dict[str, Any] = {"SGD": Sgd, "Adam": Adam}


class NumpyLoop:
    """The loop itself.

    Raises
    ------
    NotImplementedError
        For a network that this loop was not written for.
    """

    def __init__(self, workload: Workload, rows: Rows, weights: list[np.ndarray]) -> None:
        try:
            hidden, output = workload.layers
            self.activate, self.activation_gradient = ACTIVATIONS[hidden.activation]
            self.loss = LOSSES[output.activation, workload.loss]
            optimizer = OPTIMIZERS[workload.optimizer]
        except (KeyError, ValueError) as error:
            raise NotImplementedError(f"no NumPy loop for workload {workload.name!r}") from error
        self.x = np.hstack([rows.x, np.ones((len(rows.x), 1), Real)])
        self.y, self.batch, self.rng = rows.y, workload.batch, np.random.default_rng(0)
        self._lay_out(weights)
        self.optimizer = optimizer(self.w, self.g, **workload.settings)
        sizes = {min(self.batch, len(self.x)), len(self.x) % self.batch} - {0}
        self.buffers = {n: Buffers(n, hidden.units, output.units) for n in sizes}
        self.scales = {n: Real(self.optimizer.factor / n) for n in sizes}

    def _lay_out(self, weights: list[np.ndarray]) -> None:
        blocks = [np.vstack([w, b]) for w, b in zip(weights[::2], weights[1::2], strict=True)]
        self.w = np.concatenate([block.ravel() for block in blocks])
        self.g = np.zeros_like(self.w)
        cut = blocks[0].size
        self.w1, self.g1 = (v[:cut].reshape(blocks[0].shape) for v in (self.w, self.g))
        self.w2, self.g2 = (v[cut:].reshape(blocks[1].shape) for v in (self.w, self.g))
        self.w2_t = self.w2.T
        row_bytes = self.x.itemsize * (self.x.shape[1] + self.y.shape[1])
        self.block = self.batch * max(1, GATHER_BYTES // (row_bytes * self.batch))
        self.x_block = np.empty((self.block, self.x.shape[1]), Real)
        self.y_block = np.empty((self.block, self.y.shape[1]), Real)

    def step(self, x: Array, y: Array) -> float:
        """Forward, backward, update; the batch's summed loss."""
        s = self.buffers[len(x)]
        np.matmul(x, self.w1, out=s.h_z)
        self.activate(s)
        np.matmul(s.h, self.w2, out=s.p)
        loss = self.loss(s, y, self.scales[len(x)])
        np.matmul(s.h_t, s.p, out=self.g2)
        np.matmul(s.p, self.w2_t, out=s.dh)
        self.activation_gradient(s)
        np.matmul(x.T, s.dh_z, out=self.g1)
        self.optimizer.update()
        return loss

    def epoch(self, shuffle: bool) -> float:
        """All rows once; the mean loss."""
        n, total = len(self.x), 0.0
        order = self.rng.permutation(n) if shuffle else np.arange(n)
        for start in range(0, n, self.block):
            rows = order[start : start + self.block]
            # mode="clip": with the default, `take` copies `out` first.
            x = self.x.take(rows, 0, self.x_block[: len(rows)], "clip")
            y = self.y.take(rows, 0, self.y_block[: len(rows)], "clip")
            for lo in range(0, len(rows), self.batch):
                total += self.step(x[lo : lo + self.batch], y[lo : lo + self.batch])
        return total / n

    def predict(self) -> np.ndarray:
        """Outputs for all rows."""
        s = Buffers(len(self.x), self.w1.shape[1], self.w2.shape[1])
        np.matmul(self.x, self.w1, out=s.h_z)
        self.activate(s)
        p = s.h @ self.w2
        if self.loss is softmax_crossentropy:
            p = np.exp(p - p.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
        return p
