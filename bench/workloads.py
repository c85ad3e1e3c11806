"""The training tasks that bench/epoch.py times, as data: a further one is a further entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Dense:
    """A fully connected layer: `units` outputs and the Keras name of the activation."""

    units: int
    activation: str


@dataclass(frozen=True)
class Workload:
    """One network, its data and its training, in Keras's words.

    Attributes
    ----------
    name : str
    data : str
        Name of the function in `arrays` that makes the rows.
    layers : tuple of Dense
    loss : str
        A key of `arrays.LOSSES`.
    optimizer : str
        Name of the class in ``keras.optimizers``.
    settings : mapping
        Arguments of that class.
    batch : int
        Rows per step.
    rounds : int
        Timed epochs of each peer.
    agreement : float
        Largest relative difference to the baseline's loss over all rows, after one epoch in file order.
    floor : float
        Least score (accuracy, or R² of a regression) after the timed epochs.
    """

    name: str
    data: str
    layers: tuple[Dense, ...]
    loss: str
    optimizer: str
    rounds: int
    agreement: float
    floor: float
    batch: int = 32
    settings: Mapping[str, Any] = field(default_factory=dict)

    def initial_weights(self, inputs: int) -> list[np.ndarray]:
        """Kernels and biases that every peer starts from: [w(i,o), b(o), ...], float32.

        Uniform in ±√(6 / (i + o)), biases zero.  Source: Glorot & Bengio 2010, equation 16.
        """
        rng, weights = np.random.default_rng(2024), []
        for layer in self.layers:
            limit = np.sqrt(6 / (inputs + layer.units))
            weights.append(rng.uniform(-limit, limit, (inputs, layer.units)).astype(np.float32))
            weights.append(np.zeros(layer.units, np.float32))
            inputs = layer.units
        return weights

    def describe(self, inputs: int) -> str:
        """The network in one line."""
        shape = "-".join([str(inputs), *(f"{layer.units} {layer.activation}" for layer in self.layers)])
        settings = ", ".join(f"{k}={v}" for k, v in self.settings.items())
        return f"{shape}, {self.loss}, {self.optimizer}({settings}), batch {self.batch}"


WORKLOADS: dict[str, Workload] = {
    w.name: w
    for w in (
        Workload(
            name="digits",  # the lecture's network
            data="digits",
            layers=(Dense(100, "sigmoid"), Dense(10, "softmax")),
            loss="categorical_crossentropy",
            optimizer="Adam",
            rounds=7,
            agreement=1e-4,
            floor=0.88,  # the shipped 10,000 rows pass it after two epochs, MNIST by far
        ),
        Workload(
            name="housing",
            data="housing",
            layers=(Dense(30, "relu"), Dense(1, "linear")),
            loss="mean_squared_error",
            optimizer="SGD",
            settings={"learning_rate": 0.01},
            rounds=15,
            agreement=1e-4,
            floor=0.7,
        ),
    )
}
