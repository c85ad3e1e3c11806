"""What layers that are one formula have in common, and the softmax among them."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.activations.formula import Formula
from pynn.activations.simplex import softmax_formula
from pynn.layers import axes, masks
from pynn.layers.layer import Backward, Layer, Shape
from pynn.plan import Plan, Slot


class FormulaLayer(Layer):
    """A layer that applies a formula of `pynn.activations`."""

    _passes_mask = True

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


# A score whose exponential is 0 beside any other; where none counts, all outputs become 0 afterwards.
_HIDDEN = -1e9


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
    ``layer(x, mask=m)``, m of the shape of x, leaves out elements where m is 0: they give 0.

    A model that ends in it and is trained with a cross-entropy computes both in one step, without loss of precision.
    Source: Bridle 1990, "Probabilistic interpretation of feedforward classification network outputs".

    Examples
    --------
    >>> Softmax()(np.array([[1.0, 1.0]])).tolist()
    [[0.5, 0.5]]
    """

    _takes_mask = True

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis
        self.formula = softmax_formula(axis)

    def mask_shape(self, input_shape: Any) -> Any:
        """Shape of the mask of an input: that of the input."""
        return input_shape

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        if x.mask is None:
            return super().lower(plan, x)
        mask = axes.flat(masks.of_shape(self, x))

        def kept(slot: Slot, otherwise: float) -> Slot:
            y: Slot = plan.emit("replace_masked", axes.flat(slot), mask, scalars=(otherwise,), label=self.name)
            return y.view(*x.shape)

        y, back = super().lower(plan, kept(x, _HIDDEN))
        return kept(y, 0.0), lambda dy: kept(back(kept(dy, 0.0)), 0.0)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"axis": self.axis}
