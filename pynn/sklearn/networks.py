"""What an estimator trains: a chain of dense layers, or a model that the user's function builds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from pynn import activations
from pynn.backends import get_backend
from pynn.kernels.tables import Table, table
from pynn.layers import Dense
from pynn.models.works import Work
from pynn.plan import Batch, Plan, Slot
from pynn.variables import Variable

# scikit-learn's names of activations, and those of Keras.
NAMES = {"identity": "linear", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu"}
# What an output is called in scikit-learn → the name of its activation, and of the loss that belongs to it.
OUTPUTS = {
    "softmax": ("softmax", "softmax_log_loss"),
    "logistic": ("sigmoid", "logistic_log_loss"),
    "identity": ("linear", "half_squared_error"),
    "exp": ("exponential", "half_poisson_deviance"),
}
# Rows of a batch when predicting: a power of two, so that few plans serve all numbers of rows.
ROWS_AT_ONCE = 256


def on_the_cpu() -> Table:
    """The table of the backend that was chosen; that of the compiled core in place of a device's.

    Tables of a few hundred rows are not worth the way to a device, and processes of a search would share one.
    """
    return table("cython" if get_backend() == "cuda" else None)


Backward = Callable[[Any], Any]
Lossy = tuple[Slot, Slot, Callable[[], None]]


class Network(Protocol):
    """What a training needs to know of what it trains."""

    real: np.dtype[Any]

    @property
    def trained(self) -> list[Variable]:
        """The weights that training changes."""

    @property
    def penalized(self) -> list[Variable]:
        """Those of them whose squares are part of the loss."""

    @property
    def kept(self) -> list[Variable]:
        """All that is put back when an earlier state was better."""

    def lower(self, plan: Plan, x: Slot, target: Slot, weights: Slot) -> Lossy:
        """Emit output and loss; returns each row's loss, the output's gradient, and what emits the way back."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """The output for each row."""


class Chain:
    """Dense layers one after another.

    Parameters
    ----------
    sizes : sequence of int
        Inputs, neurons of each hidden layer, outputs.
    activation : str or callable
        Of the hidden layers: scikit-learn's or Keras's name.
    output : str
        A key of `OUTPUTS`.
    real : dtype
    """

    def __init__(self, sizes: Sequence[int], activation: Any, output: str, real: Any) -> None:
        self.real, self.output = np.dtype(real), output
        name = NAMES.get(activation, activation) if isinstance(activation, str) else activation
        self.layers = []
        for number, (inputs, units) in enumerate(pairwise(sizes)):
            last = number == len(sizes) - 2
            layer = Dense(
                units,
                None if last else name,
                kernel_initializer="zeros",
                name=f"layer_{number}",
                dtype=self.real.name,
            )
            layer.build((None, inputs))
            self.layers.append(layer)
        self.trainings: dict[Any, Any] = {}  # plans that train it, by what they were made for
        self._forward: Work | None = None

    @property
    def trained(self) -> list[Variable]:
        """See `Network`."""
        return [v for layer in self.layers for v in (layer.kernel, layer.bias) if v is not None]

    @property
    def penalized(self) -> list[Variable]:
        """See `Network`."""
        return [layer.kernel for layer in self.layers]

    @property
    def kept(self) -> list[Variable]:
        """See `Network`."""
        return self.trained

    def set(self, coefs: Sequence[np.ndarray], intercepts: Sequence[np.ndarray]) -> None:
        """Write the weights."""
        for layer, w, b in zip(self.layers, coefs, intercepts, strict=True):
            assert layer.bias is not None
            layer.kernel.live[...], layer.bias.live[...] = w, b

    def get(self) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Copies of the weights: matrices, vectors."""
        biases = [layer.bias.live.copy() for layer in self.layers if layer.bias is not None]
        return [layer.kernel.live.copy() for layer in self.layers], biases

    def _lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        backwards = []
        for layer in self.layers:
            x, backward = layer.lower(plan, x)
            backwards.append(backward)

        def back(dx: Slot) -> None:
            for backward in reversed(backwards):
                dx = backward(dx)

        return x, back

    def lower(self, plan: Plan, x: Slot, target: Slot, weights: Slot) -> Lossy:
        """See `Network`."""
        z, back = self._lower(plan, x)
        plan.phase = "loss"
        # A probability is kept away from 0 and 1 by the distance of 1 to the next number, as in scikit-learn.
        scalars = (float(np.finfo(self.real).eps),) if self.output in ("softmax", "logistic") else ()
        per_row, dz = plan.emit(OUTPUTS[self.output][1], z, target, weights, scalars=scalars, label="loss")
        return per_row, dz, lambda: back(dz)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """See `Network`."""
        if self._forward is None:
            plan = Plan(self.real, training=False)
            z, _ = self._lower(plan, plan.stream("x", (Batch(), x.shape[1])))
            y, _ = activations.lower(activations.get(OUTPUTS[self.output][0]), plan, z)
            self._forward = walking(plan, y)
        out = np.empty((len(x), self.layers[-1].units), self.real)
        walk(self._forward, x, out)
        return out


def walking(plan: Plan, y: Slot) -> Work:
    """A plan that takes rows "x" forward to rows "y", ready to walk."""
    from pynn import fusion

    plan.keep(y)
    plan.into_stream(y, "y")
    plan.layout()
    fusion.fuse(plan)
    return Work(plan, on_the_cpu(), ROWS_AT_ONCE)


def walk(work: Work, x: np.ndarray, out: np.ndarray) -> None:
    """Fill `out` with what the plan makes of the rows of x."""
    runner, done, last = work.over(len(x)), 0, -(-len(x) // work.batch)
    with work.lock:
        runner.bind("x", x)
        runner.bind("y", out)
        while done < last:
            done = runner.run(done, last, 0.15)
        runner.unbind()
