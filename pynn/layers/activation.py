"""An activation as a layer of its own."""

from __future__ import annotations

from typing import Any

from pynn import activations
from pynn.layers import activating
from pynn.layers.layer import Backward, Layer, Shape
from pynn.plan import Plan, Slot


class Activation(Layer):
    """Apply an activation to every element (softmax: to every row).

    Parameters
    ----------
    activation : str, function or Layer
        A name such as "relu", a function of `keras.activations`, or one of your own, written with `keras.ops`.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If there is no such activation.

    Examples
    --------
    >>> Activation("relu")([[-1.0, 2.0]]).tolist()
    [[0.0, 2.0]]
    """

    _passes_mask = True

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activations.get(activation)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return activating.output_shape(self.activation, input_shape)

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        return activating.lower(self.activation, plan, x, self.name)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"activation": activations.serialize(self.activation)}
