"""From activations to steps of a plan: built-in functions, and layers that stand in for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pynn.activations import written
from pynn.activations.calls import FORMULAS
from pynn.activations.formula import Backward, Formula
from pynn.activations.names import NAMES
from pynn.operation import Operation
from pynn.plan import Plan, Slot


def formula_of(activation: Callable[..., Any]) -> Formula | None:
    """The formula of a built-in function, or its twin in `keras.ops`, with its default arguments; None for others."""
    if isinstance(activation, Operation):
        activation = NAMES.get(activation.name, activation)
    if isinstance(found := getattr(activation, "formula", None), Formula):  # of `pynn.kernels.activation`
        return found
    found = FORMULAS.get(activation) if getattr(activation, "__hash__", None) else None
    return found() if callable(found) else found


def output_shape(activation: Callable[..., Any], shape: tuple[Any, ...]) -> tuple[Any, ...]:
    """The shape that an activation makes of a shape; all but `glu` keep it."""
    formula = formula_of(activation)
    if formula is not None:
        return formula.output_shape(shape)
    return shape if hasattr(activation, "lower") else written.output_shape(activation, shape)


def lower(activation: Callable[..., Any], plan: Plan, x: Slot) -> tuple[Slot, Backward]:
    """Emit the activation of `x`; return its output and the function that emits the way back."""
    formula = formula_of(activation)
    if formula is not None:
        return formula.lower(plan, x)
    if hasattr(activation, "lower"):  # a layer such as LeakyReLU given for an activation
        return activation.lower(plan, x)  # type: ignore[no-any-return]
    return written.lower(activation, plan, x)
