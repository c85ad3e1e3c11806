"""Functions of `keras.ops` in a model: steps of the core where it has them, else Python steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pynn.layers import python
from pynn.plan import Plan, Slot
from pynn.structures import flatten, is_nested
from pynn.variables import Variable

# What knows steps of the core for functions; `core_ops`, which names layers, puts itself in.
TO_CORE: list[Callable[..., tuple[Any, Any] | None]] = []


def lower(plan: Plan, operation: Any, args: list[Any], kwargs: dict[str, Any]) -> tuple[Any, Any]:
    """Emit a function of `keras.ops`.

    Parameters
    ----------
    plan : Plan
    operation : Operation
        Called with tensors, it computes and records.
    args, kwargs
        Its arguments, with slots in the place of KerasTensors.
    """
    for to_core in TO_CORE:
        lowered = to_core(plan, operation, args, kwargs)
        if lowered is not None:
            return lowered
    leaves = flatten([args, kwargs])
    variables = [leaf for leaf in leaves if isinstance(leaf, Variable) and leaf.trainable]

    def call(given: Any, named: Any) -> Any:
        return operation(*given, **named)

    y, backward = python.lower(plan, call, [args, kwargs], variables, operation.name)
    many = sum(isinstance(leaf, Slot) for leaf in leaves) != 1

    def back(dy: Any) -> list[Any]:
        dx = backward(dy)
        return dx if many or is_nested(dx) else [dx]

    return y, back
