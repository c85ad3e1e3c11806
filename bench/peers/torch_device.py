"""PyTorch on the device, in the ways its manual has for small networks: eager, compiled, and a captured CUDA graph."""

from __future__ import annotations

import numpy as np
import torch
from arrays import Rows
from torch.nn.functional import cross_entropy, mse_loss
from workloads import Workload

from peers.torch_loop import OPTIMIZERS, TorchLoop

WAYS = ("eager", "compiled", "graph")


class TorchOnDevice:
    """A training loop whose data stay on the device.

    Parameters
    ----------
    workload : Workload
    rows : Rows
    weights : list of ndarray
    way : {"eager", "compiled", "graph"}
        "compiled": ``torch.compile(mode="reduce-overhead")``; "graph": a step captured by hand and replayed.
    """

    def __init__(self, workload: Workload, rows: Rows, weights: list[np.ndarray], way: str) -> None:
        if not torch.cuda.is_available():
            raise RuntimeError("PyTorch sees no device")
        torch.manual_seed(0)
        self.way, self.batch, self.device = way, workload.batch, torch.device("cuda")
        self.x = torch.from_numpy(rows.x).to(self.device)
        self.y = TorchLoop._targets(rows.y).to(self.device)
        self.held = None
        if len(rows.held_x):
            self.held = torch.from_numpy(rows.held_x).to(self.device), TorchLoop._targets(rows.held_y).to(self.device)
        self.model = TorchLoop._network(workload, rows.x.shape[1], weights).to(self.device)
        self.measure = cross_entropy if workload.dense[-1].activation == "softmax" else mse_loss
        kind, settings = OPTIMIZERS[workload.optimizer]
        settings = dict(settings) | ({"capturable": True} if way == "graph" and workload.optimizer != "SGD" else {})
        self.optimizer = kind(self.model.parameters(), lr=workload.rate, **settings)
        self.loss = torch.compile(self._loss, mode="reduce-overhead") if way == "compiled" else self._loss
        self.graph: torch.cuda.CUDAGraph | None = None

    def _loss(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return self.measure(self.model(x), y)

    def _step(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        self.optimizer.zero_grad(set_to_none=self.way != "graph")
        loss = self.loss(x, y)
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def _capture(self) -> None:
        """As in "CUDA semantics" of PyTorch's manual: some steps on a stream of their own, then the capture."""
        self.static_x, self.static_y = self.x[: self.batch].clone(), self.y[: self.batch].clone()
        beside = torch.cuda.Stream()
        beside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(beside):
            for _ in range(3):
                self._step(self.static_x, self.static_y)
        torch.cuda.current_stream().wait_stream(beside)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.static_loss = self._step(self.static_x, self.static_y)

    def fit(self, epochs: int) -> float:
        """So many epochs in shuffled order; the mean loss of the last."""
        if self.way == "graph" and self.graph is None:
            self._capture()
        for _ in range(epochs):
            found = self._epoch()
        torch.cuda.synchronize()
        return found

    def _epoch(self) -> float:
        order = torch.randperm(len(self.x), device=self.device)
        x, y = self.x[order], self.y[order]
        self.model.train()
        total = torch.zeros((), device=self.device)
        for lo in range(0, len(x), self.batch):
            xb, yb = x[lo : lo + self.batch], y[lo : lo + self.batch]
            if self.graph is not None and len(xb) == self.batch:
                self.static_x.copy_(xb)
                self.static_y.copy_(yb)
                self.graph.replay()
                total += self.static_loss * len(xb)
            else:
                total += self._step(xb, yb) * len(xb)
        if self.held:
            self.model.eval()
            with torch.inference_mode():
                self._loss(*self.held)
        return float(total) / len(x)
