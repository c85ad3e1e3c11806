"""The activation that a layer was given: one of pynn's, a layer that stands in for one, or a function of the user's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pynn import activations
from pynn.layers.lambda_layer import applied
from pynn.layers.layer import Backward, Layer, Shape
from pynn.plan import Plan, Slot

Function = Callable[..., Any]


def output_shape(activation: Function, shape: Shape, owner: str) -> Shape:
    """The shape that an activation makes of a shape; a layer among them is built for it."""
    if isinstance(activation, Layer):
        found: Shape = activation.ensure_built(shape, owner)
        return found
    if activations.formula_of(activation) is not None:
        return activations.output_shape(activation, shape)
    return applied(activation, owner).compute_output_shape(shape)  # type: ignore[no-any-return]


def lower(activation: Function, plan: Plan, x: Slot, owner: str) -> tuple[Slot, Backward]:
    """Emit the activation of `x`; return its output and the function that emits the way back."""
    if not isinstance(activation, Layer) and activations.formula_of(activation) is not None:
        return activations.lower(activation, plan, x)
    layer = activation if isinstance(activation, Layer) else applied(activation, owner)
    return layer.lower_call(plan, [x], {})
