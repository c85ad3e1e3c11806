"""The activation that a layer was given: a function, or a layer that stands in for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pynn import activations
from pynn.layers.layer import Backward, Layer, Shape
from pynn.plan import Plan, Slot

Function = Callable[..., Any]


def output_shape(activation: Function, shape: Shape) -> Shape:
    """The shape that an activation makes of a shape."""
    if isinstance(activation, Layer):
        activation.check_input(shape)
        found: Shape = activation.compute_output_shape(shape)
        return found
    return activations.output_shape(activation, shape)


def lower(activation: Function, plan: Plan, x: Slot, owner: str) -> tuple[Slot, Backward]:
    """Emit the activation of `x`; return its output and the function that emits the way back.

    A layer among them is built now, as a part of `owner`: as in Keras, its weights are there from the first batch on.
    """
    if isinstance(activation, Layer):
        activation.ensure_built((None, *x.features), owner)
        return activation.lower_call(plan, [x], {})
    return activations.lower(activation, plan, x)
