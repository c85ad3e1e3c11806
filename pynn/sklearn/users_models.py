"""A model that the user's function builds, trained as an estimator's own network is."""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable
from typing import Any

import numpy as np

from pynn.models import Model
from pynn.plan import Plan, Slot
from pynn.sklearn.networks import Lossy
from pynn.variables import Variable

# What an output is called in scikit-learn → the activation with which the model must end, and its loss.
_LOSSES = {
    "softmax": ("softmax", "sparse_categorical_crossentropy"),
    "logistic": ("sigmoid", "binary_crossentropy"),
    "identity": ("", "half_squared_error"),
    "exp": ("exponential", "poisson"),
}
_EPSILON = 1e-7  # Keras's


def build(function: Callable[..., Any], inputs: int, outputs: int, seed: int, name: str) -> Model:
    """The model for so many numbers in and out; its weights and dropout are drawn from `seed`.

    Raises
    ------
    ValueError
        If the function gives no model, a compiled one, or one of another number of outputs.
    """
    before = random.getstate()
    random.seed(seed)
    try:
        takes = inspect.signature(function).parameters
        known = {"n_features": inputs, "n_outputs": outputs}
        model = function(**{key: value for key, value in known.items() if key in takes})
        if not isinstance(model, Model):
            raise ValueError(f"{name}: model= must be a function that returns a Sequential, got {type(model).__name__}")
        model.build_for((None, inputs))
    finally:
        random.setstate(before)
    if model.compiled:
        raise ValueError(
            f"{name}: model= returned a compiled model, but solver, learning_rate_init and alpha of {name} say how it "
            "is trained. Leave compile() out, or take keras.wrappers.SKLearnClassifier or SKLearnRegressor."
        )
    if tuple(model.output_shape[1:]) != (outputs,):
        raise ValueError(
            f"{name}: model= ends with outputs of shape {tuple(model.output_shape[1:])}, but y needs {outputs}: let "
            f"the last layer be Dense({outputs}). The function is told that number if it takes n_outputs."
        )
    return model


class UsersModel:
    """A built model as a `Network`.

    Parameters
    ----------
    model : Model
    output : str
        What the estimator needs: see `pynn.sklearn.networks.OUTPUTS`.
    """

    def __init__(self, model: Model, output: str) -> None:
        self.model, self.output, self.real = model, output, np.dtype(model.real)

    @property
    def trained(self) -> list[Variable]:
        """See `Network`."""
        return list(self.model.trainable_weights)

    @property
    def penalized(self) -> list[Variable]:
        """See `Network`: matrices, which is what layers call kernels."""
        return [variable for variable in self.model.trainable_weights if len(variable.shape) > 1]

    @property
    def kept(self) -> list[Variable]:
        """See `Network`."""
        return list(self.model.weights)

    def lower(self, plan: Plan, x: Slot, target: Slot, weights: Slot) -> Lossy:
        """See `Network`."""
        y, backward = self.model.lower_call(plan, [x], {})
        wanted, loss = _LOSSES[self.output]
        writer = next((step for step in reversed(plan.steps) if any(s is y.root for s in step.writes())), None)
        if wanted and (writer is None or not writer.op.name.endswith(f"{wanted}_forward")):
            raise ValueError(
                f"model=: the last layer must have activation={wanted!r} for these targets, so that its outputs are "
                f"{'rates' if wanted == 'exponential' else 'probabilities'}"
            )
        plan.phase = "loss"
        scalars = () if loss == "half_squared_error" else (_EPSILON,)
        per_row, dy = plan.emit(loss, y, target, weights, scalars=scalars, label="loss")
        return per_row, dy, lambda: backward(dy)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """See `Network`."""
        return np.asarray(self.model.predict(x, verbose=0))
