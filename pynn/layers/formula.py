"""What layers that are one formula have in common, and the softmax among them."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.activations.formula import Formula
from pynn.activations.simplex import softmax_formula
from pynn.layers.layer import Backward, Layer, Shape
from pynn.plan import Plan, Slot


class FormulaLayer(Layer):
    """A layer that applies a formula of `pynn.activations`."""

    formula: Formula

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.built = True

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return self.formula.output_shape(input_shape)

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        return self.formula.lower(plan, x)


def at_least_zero(value: Any, message: str) -> None:
    """Raise ValueError unless it is a number that is not negative."""
    if not isinstance(value, int | float | np.number) or not value >= 0:
        raise ValueError(message)


class Softmax(FormulaLayer):
    """Turn scores into probabilities: f(x)_j = e^x_j / Σ_i e^x_i along an axis.

    Parameters
    ----------
    axis : int or tuple of int, default -1
        Several axes share one sum.  Not that of the batch.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If the input has no such axis.

    Notes
    -----
    A model that ends in it and is trained with a cross-entropy computes both in one step, without loss of precision.
    Source: Bridle 1990, "Probabilistic interpretation of feedforward classification network outputs".

    Examples
    --------
    >>> Softmax()(np.array([[1.0, 1.0]])).tolist()
    [[0.5, 0.5]]
    """

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis
        self.formula = softmax_formula(axis)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"axis": self.axis}
