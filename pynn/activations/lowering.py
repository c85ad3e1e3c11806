"""From activations to steps of a plan: built-in functions, and layers that stand in for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pynn.activations.calls import FORMULAS
from pynn.activations.formula import Backward, Formula
from pynn.plan import Plan, Slot


def formula_of(activation: Callable[..., Any]) -> Formula | None:
    """The formula of a built-in function, with its default arguments; None for any other function."""
    found = FORMULAS.get(activation) if getattr(activation, "__hash__", None) else None
    return found() if callable(found) else found


def output_shape(activation: Callable[..., Any], shape: tuple[Any, ...]) -> tuple[Any, ...]:
    """The shape that an activation makes of a shape; all but `glu` keep it."""
    formula = formula_of(activation)
    return formula.output_shape(shape) if formula else shape


def lower(activation: Callable[..., Any], plan: Plan, x: Slot) -> tuple[Slot, Backward]:
    """Emit the activation of `x`; return its output and the function that emits the way back.

    Raises
    ------
    ValueError
        If the activation is neither built in nor a layer.
    """
    formula = formula_of(activation)
    if formula is not None:
        return formula.lower(plan, x)
    if hasattr(activation, "lower"):  # a layer such as LeakyReLU given for an activation
        return activation.lower(plan, x)  # type: ignore[no-any-return]
    raise ValueError(f"activation {activation!r} is not one of keras.activations: its code cannot be lowered to a plan")
