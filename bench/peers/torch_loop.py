"""PyTorch as one writes a fast training loop with it: eager, batches are slices of rows that were shuffled once."""

from __future__ import annotations

import numpy as np
import torch
from arrays import Rows
from torch import nn
from workloads import Dense, Workload

ACTIVATIONS = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU, "selu": nn.SELU}
# Keras's defaults: torch's own for RMSprop are α 0.99, and ε beside the root.
OPTIMIZERS = {
    "SGD": (torch.optim.SGD, {}),
    "Adam": (torch.optim.Adam, {"eps": 1e-7}),
    "RMSprop": (torch.optim.RMSprop, {"alpha": 0.9, "eps": 1e-7}),
}


class TorchLoop:
    """The loop itself, with torch's default number of threads."""

    def __init__(self, workload: Workload, rows: Rows, weights: list[np.ndarray]) -> None:
        torch.manual_seed(0)
        torch.set_flush_denormal(True)  # as an expert does: decayed momentum is denormal
        self.rows, self.batch = rows, workload.batch
        self.x, self.y = torch.from_numpy(rows.x), self._targets(rows.y)
        self.held = (torch.from_numpy(rows.held_x), self._targets(rows.held_y)) if len(rows.held_x) else None
        self.model = self._network(workload, rows.x.shape[1], weights)
        self.softmax = workload.dense[-1].activation == "softmax"
        self.loss = nn.CrossEntropyLoss() if self.softmax else nn.MSELoss()
        kind, settings = OPTIMIZERS[workload.optimizer]
        self.optimizer = kind(self.model.parameters(), lr=workload.rate, **settings)

    @staticmethod
    def _targets(y: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(y).long() if y.ndim == 1 else torch.from_numpy(y)

    @staticmethod
    def _network(workload: Workload, inputs: int, weights: list[np.ndarray]) -> nn.Module:
        made: list[nn.Module] = []
        given = iter(weights)
        for layer in workload.layers:
            if not isinstance(layer, Dense):
                made.append(nn.Dropout(layer.rate))
                continue
            linear = nn.Linear(inputs, layer.units)
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(next(given).T.copy()))
                linear.bias.copy_(torch.from_numpy(next(given)))
            made.append(linear)
            if layer.activation in ACTIVATIONS:
                made.append(ACTIVATIONS[layer.activation]())
            inputs = layer.units
        return nn.Sequential(*made)

    def fit(self, epochs: int, shuffle: bool) -> list[float]:
        """So many epochs; the mean loss of the last, and that of the rows held back."""
        for _ in range(epochs):
            losses = [self._epoch(shuffle)]
            if self.held:
                losses.append(self._held(*self.held))
        return losses

    def _epoch(self, shuffle: bool) -> float:
        x, y = self.x, self.y
        if shuffle:
            order = torch.randperm(len(x))
            x, y = x[order], y[order]
        self.model.train()
        total = torch.zeros(())
        for lo in range(0, len(x), self.batch):
            xb, yb = x[lo : lo + self.batch], y[lo : lo + self.batch]
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.loss(self.model(xb), yb)
            loss.backward()
            self.optimizer.step()
            total += loss.detach() * len(xb)
        return float(total) / len(x)

    def _held(self, x: torch.Tensor, y: torch.Tensor) -> float:
        self.model.eval()
        with torch.inference_mode():
            return float(self.loss(self.model(x), y))

    def predict(self, x: np.ndarray, batch: int) -> np.ndarray:
        """Outputs for rows, a batch at a time."""
        return np.concatenate([self.call(x[lo : lo + batch]) for lo in range(0, len(x), batch)])

    def call(self, x: np.ndarray) -> np.ndarray:
        """Outputs for few rows."""
        self.model.eval()
        with torch.inference_mode():
            y = self.model(torch.from_numpy(x))
            return (torch.softmax(y, 1) if self.softmax else y).numpy()
