"""The activation that a layer was given: a function, or a layer that stands in for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pynn import activations
from pynn.layers.layer import Backward, Layer, Shape
from pynn.plan import Plan, Slot

Function = Callable[..., Any]


def output_shape(activation: Function, shape: Shape, owner: str) -> Shape:
    """The shape that an activation makes of a shape; a layer among them is built for it, as a part of `owner`."""
    if isinstance(activation, Layer):
        found: Shape = activation.ensure_built(shape, owner)
        return found
    return activations.output_shape(activation, shape)


def lower(activation: Function, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
    """Emit the activation of `x`; return its output and the function that emits the way back."""
    if isinstance(activation, Layer):
        return activation.lower_call(plan, [x], {})
    return activations.lower(activation, plan, x)
