"""A network of dense layers trained by hand in NumPy: what an expert writes who knows where NumPy loses time.

- float32 throughout; every buffer is allocated once, every ufunc writes in place or to `out`;
- a bias is the last row of its kernel, and what goes into a layer carries a column of ones: adding the bias and
  summing its gradient are part of the matrix products (24.6 instead of 27.0 µs per step of the housing network);
- all parameters lie in one vector, which an optimizer takes in pieces that stay in cache, whatever the layers are;
- constants (1 / batch, SGD's learning rate, Adam's 1 - β) are folded into factors that are multiplied anyway;
- rows are gathered for many batches at once where they are small (`GATHER_BYTES`), into a buffer that is kept;
- the gradient of the input is not computed;
- the momentum of a pixel that is rarely lit decays by 0.9 per step until it is denormal, on which arithmetic is up
  to a hundred times slower (an epoch took 54 s instead of 0.8): such values are set to 0 now and then.
"""

from __future__ import annotations

import numpy as np
from arrays import Rows
from workloads import Workload

from peers import numpy_parts as parts
from peers.numpy_parts import Array, Hidden, Output, Real

# One `take` fills about this much: many small batches, or a single batch of images; both stay in a level-2 cache.
GATHER_BYTES = 128 * 1024


class Buffers:
    """What a batch of so many rows is computed in."""

    def __init__(self, rows: int, units: list[int]) -> None:
        self.hidden = [Hidden(rows, count) for count in units[:-1]]
        self.output = Output(rows, units[-1])


class NumpyLoop:
    """The loop itself.

    Raises
    ------
    NotImplementedError
        For a network that this loop was not written for.
    """

    def __init__(self, workload: Workload, rows: Rows, weights: list[Array]) -> None:
        *hidden, last = workload.dense
        try:
            self.activations = [parts.ACTIVATIONS[layer.activation] for layer in hidden]
            self.loss = parts.LOSSES[last.activation, workload.loss]
            optimizer = parts.OPTIMIZERS[workload.optimizer]
        except KeyError as error:
            raise NotImplementedError(f"no NumPy loop for workload {workload.name!r}") from error
        self.drops = workload.drops()
        if any(rate and layer.activation != "relu" for rate, layer in zip(self.drops, workload.dense, strict=True)):
            raise NotImplementedError("the NumPy loop drops outputs of relu only")
        self.rows, self.batch, self.units = rows, workload.batch, [layer.units for layer in workload.dense]
        self.x = np.hstack([rows.x, np.ones((len(rows.x), 1), Real)])
        self.rng = np.random.Generator(np.random.SFC64(0))
        self._lay_out(weights)
        self.optimizer = optimizer(self.w, self.g, **workload.settings)
        self.buffers: dict[int, Buffers] = {}
        self._blocks()

    def _lay_out(self, weights: list[Array]) -> None:
        blocks = [np.vstack([w, b]) for w, b in zip(weights[::2], weights[1::2], strict=True)]
        self.w = np.concatenate([block.ravel() for block in blocks])
        self.g = np.zeros_like(self.w)
        ends = np.cumsum([block.size for block in blocks])
        self.ws, self.gs = (
            [v[end - b.size : end].reshape(b.shape) for b, end in zip(blocks, ends, strict=True)]
            for v in (self.w, self.g)
        )
        self.transposed = [w.T for w in self.ws]

    def _blocks(self) -> None:
        row_bytes = self.x.strides[0] + self.rows.y.strides[0]
        self.block = self.batch * max(1, GATHER_BYTES // (row_bytes * self.batch))
        self.x_block = np.empty((self.block, self.x.shape[1]), Real)
        self.y_block = np.empty((self.block, *self.rows.y.shape[1:]), self.rows.y.dtype)

    def _buffers(self, rows: int) -> Buffers:
        if rows not in self.buffers:
            self.buffers[rows] = Buffers(rows, self.units)
        return self.buffers[rows]

    def forward(self, x: Array, training: bool) -> Buffers:
        """The outputs, before softmax, of rows with or without the column of ones."""
        s = self._buffers(len(x))
        outs = [*(layer.z for layer in s.hidden), s.output.p]
        if x.shape[1] == len(self.ws[0]):
            np.matmul(x, self.ws[0], out=outs[0])
        else:
            np.matmul(x, self.ws[0][:-1], out=outs[0])
            np.add(outs[0], self.ws[0][-1], out=outs[0])
        for i, layer in enumerate(s.hidden):
            self.activations[i][0](layer)
            if training and self.drops[i]:
                self._drop(layer, Real(self.drops[i]))
            np.matmul(layer.h, self.ws[i + 1], out=outs[i + 1])
        return s

    def _drop(self, layer: Hidden, rate: Real) -> None:
        self.rng.random(dtype=Real, out=layer.drawn)
        np.greater_equal(layer.drawn, rate, out=layer.drawn, casting="unsafe")
        np.multiply(layer.drawn, 1 / (1 - rate), out=layer.drawn)
        np.multiply(layer.z, layer.drawn, out=layer.z)

    def step(self, x: Array, y: Array) -> float:
        """Forward, backward, update; the batch's summed loss."""
        s = self.forward(x, True)
        loss = self.loss(s.output, y, Real(self.optimizer.factor / len(x)))
        dy = s.output.p
        for i in range(len(s.hidden), 0, -1):
            below = s.hidden[i - 1]
            np.matmul(below.transposed, dy, out=self.gs[i])
            np.matmul(dy, self.transposed[i], out=below.dh)
            self.activations[i - 1][1](below)  # 0 where relu's output was dropped
            if self.drops[i - 1]:
                np.multiply(below.dh, Real(1 / (1 - self.drops[i - 1])), out=below.dh)
            dy = below.dz
        np.matmul(x.T, dy, out=self.gs[0])
        self.optimizer.update()
        return loss

    def fit(self, epochs: int, shuffle: bool) -> list[float]:
        """So many epochs; the mean loss of the last, and that of the rows held back."""
        for _ in range(epochs):
            losses = [self._epoch(shuffle)]
            if len(self.rows.held_x):
                losses.append(self._held())
        return losses

    def _epoch(self, shuffle: bool) -> float:
        n, total = len(self.x), 0.0
        order = self.rng.permutation(n) if shuffle else np.arange(n)
        for start in range(0, n, self.block):
            rows = order[start : start + self.block]
            # mode="clip": with the default, `take` copies `out` first.
            x = self.x.take(rows, 0, self.x_block[: len(rows)], "clip")
            y = self.rows.y.take(rows, 0, self.y_block[: len(rows)], "clip")
            for lo in range(0, len(rows), self.batch):
                total += self.step(x[lo : lo + self.batch], y[lo : lo + self.batch])
        return total / n

    def _held(self, batch: int = 1000) -> float:
        total = 0.0
        for lo in range(0, len(self.rows.held_x), batch):
            x, y = self.rows.held_x[lo : lo + batch], self.rows.held_y[lo : lo + batch]
            total += self.loss(self.forward(x, False).output, y, parts.ONE)
        return total / len(self.rows.held_x)

    def predict(self, x: Array, batch: int) -> Array:
        """Outputs for rows, a batch at a time."""
        out = np.empty((len(x), self.units[-1]), Real)
        for lo in range(0, len(x), batch):
            out[lo : lo + batch] = self.call(x[lo : lo + batch])
        return out

    def call(self, x: Array) -> Array:
        """Outputs for rows, in a buffer that the next call overwrites."""
        output = self.forward(x, False).output
        if self.loss is not parts.squared_error:
            output.softmax()
            output.divide()
        return output.p
