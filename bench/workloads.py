"""The training tasks that bench/epoch.py times, as data: a further one is a further entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Dense:
    """A fully connected layer: `units` outputs and the Keras name of the activation."""

    units: int
    activation: str

    def __str__(self) -> str:
        return f"{self.units} {self.activation}"


@dataclass(frozen=True)
class Dropout:
    """Sets a share `rate` of its inputs to 0 in training and scales the others by 1 / (1 - rate)."""

    rate: float

    def __str__(self) -> str:
        return f"dropout {self.rate}"


@dataclass(frozen=True)
class Workload:
    """One network, its data and its training, in Keras's words.

    Attributes
    ----------
    name : str
    data : str
        Name of the function in `arrays` that makes the rows.
    layers : tuple of Dense or Dropout
    loss : str
        A key of `arrays.LOSSES`.
    optimizer : str
        Name of the class in ``keras.optimizers``.
    settings : mapping
        Arguments of that class; what is not there has Keras's default.
    batch : int
        Rows per step.
    rounds : int
        Timed rounds of each peer.
    epochs : int
        Epochs of a round, run by one call of `fit`: enough that a round is no shorter than a few milliseconds.
    agreement : float
        Largest relative difference to the baseline's loss over all rows, after one epoch in file order.
    drift : float
        The same after the timed epochs, which every peer runs in random orders of its own.
    floor : float
        Least score (accuracy, or R² of a regression) after the timed epochs.
    note : str
        What a reader of the table must know.
    """

    name: str
    data: str
    layers: tuple[Dense | Dropout, ...]
    loss: str
    optimizer: str
    rounds: int
    agreement: float
    floor: float
    drift: float = 0.25
    batch: int = 32
    epochs: int = 1
    settings: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def dense(self) -> list[Dense]:
        """The layers that have weights."""
        return [layer for layer in self.layers if isinstance(layer, Dense)]

    @property
    def rate(self) -> float:
        """The learning rate: given, or Keras's default."""
        return float(self.settings.get("learning_rate", 0.01 if self.optimizer == "SGD" else 0.001))

    def drops(self) -> list[float]:
        """For each dense layer the rate of the dropout behind it, 0 if there is none."""
        rates: list[float] = []
        for layer in self.layers:
            if isinstance(layer, Dense):
                rates.append(0.0)
            else:
                rates[-1] = layer.rate
        return rates

    def initial_weights(self, inputs: int) -> list[np.ndarray]:
        """Kernels and biases that every peer starts from: [w(i,o), b(o), ...], float32.

        Biases are zero.  Kernels are uniform in ±√(6 / (i + o)) (Glorot & Bengio 2010, equation 16), before selu normal
        with variance 1 / i (Klambauer et al. 2017, "Self-normalizing neural networks", section 2).
        """
        rng, weights = np.random.default_rng(2024), []
        for layer in self.dense:
            shape = inputs, layer.units
            if layer.activation == "selu":
                kernel = rng.normal(0, inputs**-0.5, shape)
            else:
                limit = np.sqrt(6 / sum(shape))
                kernel = rng.uniform(-limit, limit, shape)
            weights += [kernel.astype(np.float32), np.zeros(layer.units, np.float32)]
            inputs = layer.units
        return weights

    def flops(self, inputs: int, rows: int, held: int = 0) -> int:
        """Additions and multiplications of the matrix products of an epoch.

        Forward, the gradient of the weights, and the gradient of the inputs but for the first layer; rows that are
        held back for evaluation are taken forward only.
        """
        sizes = [inputs, *(layer.units for layer in self.dense)]
        products = [2 * i * o for i, o in pairwise(sizes)]
        return rows * (3 * sum(products) - products[0]) + held * sum(products)

    def describe(self, inputs: int) -> str:
        """The network in one line."""
        settings = ", ".join(f"{k}={v}" for k, v in self.settings.items())
        return f"{_chain(inputs, self.layers)}, {self.loss}, {self.optimizer}({settings}), batch {self.batch}"


def _chain(inputs: int, layers: Sequence[Dense | Dropout]) -> str:
    """The layers joined by dashes, equal neighbours counted."""
    groups: list[list[Any]] = []
    for layer in layers:
        if groups and groups[-1][1] == layer:
            groups[-1][0] += 1
        else:
            groups.append([1, layer])
    return "-".join([str(inputs), *(f"{n} × ({layer})" if n > 1 else str(layer) for n, layer in groups)])


SOFTMAX = Dense(10, "softmax")

WORKLOADS: dict[str, Workload] = {
    w.name: w
    for w in (
        Workload(
            name="W1",  # the lecture's network
            data="digits",
            layers=(Dense(100, "sigmoid"), SOFTMAX),
            loss="categorical_crossentropy",
            optimizer="Adam",
            rounds=7,
            agreement=1e-4,
            floor=0.88,  # the shipped 10,000 rows pass it after two epochs, MNIST by far
        ),
        Workload(
            name="W2",
            data="fashion",
            layers=(Dense(300, "relu"), Dense(100, "relu"), SOFTMAX),
            loss="sparse_categorical_crossentropy",
            optimizer="SGD",
            settings={"learning_rate": 0.01},
            rounds=5,
            agreement=1e-3,  # 1,719 steps through relu's corner
            floor=0.75,
            note="an epoch holds the evaluation of the 5,000 rows that are not trained on",
        ),
        Workload(
            name="W3",
            data="digits",
            layers=(Dense(512, "relu"), Dropout(0.2), Dense(512, "relu"), Dropout(0.2), SOFTMAX),
            loss="categorical_crossentropy",
            optimizer="RMSprop",
            batch=128,
            rounds=3,
            agreement=0.4,  # every peer drops other units: two seeds of one peer differ by 30 % after 10,000 rows
            drift=0.8,  # a loss that is nearly 0 by then
            floor=0.9,
            note="dropout: every peer draws its own masks, so losses agree within 40 % only",
        ),
        Workload(
            name="W4",
            data="wide",
            layers=(Dense(4096, "relu"), Dense(4096, "relu"), SOFTMAX),
            loss="categorical_crossentropy",
            optimizer="Adam",
            settings={"learning_rate": 1e-4},
            batch=256,
            rounds=2,
            agreement=0.02,  # Adam divides by gradients that are nearly 0: rounding grows
            drift=1.0,
            floor=0.9,
            note="2 rounds, since an epoch is 1.3 TFLOP; 20,000 rows, or as --rows says",
        ),
        Workload(
            name="W5",
            data="housing",
            layers=(Dense(30, "relu"), Dense(1, "linear")),
            loss="mean_squared_error",
            optimizer="SGD",
            settings={"learning_rate": 0.01},
            rounds=9,
            epochs=5,
            agreement=1e-4,
            floor=0.7,
            note="a round is fit(epochs=5)",
        ),
        Workload(
            name="W6",
            data="small_digits",
            layers=(Dense(32, "relu"), SOFTMAX),
            loss="categorical_crossentropy",
            optimizer="Adam",
            rounds=9,
            epochs=20,
            agreement=1e-4,
            drift=1.0,  # all rows are known by heart after so many epochs
            floor=0.9,
            note="a round is fit(epochs=20)",
        ),
        Workload(
            name="W7",
            data="digits",
            layers=(*(Dense(100, "selu") for _ in range(20)), SOFTMAX),
            loss="categorical_crossentropy",
            optimizer="SGD",
            settings={"learning_rate": 0.001},
            rounds=3,
            agreement=0.05,  # 21 layers make 1e-7 of rounding 1 % in 200 steps, between any two peers
            floor=0.7,
        ),
    )
}
