"""What every activation does with its argument, and which formula computes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from pynn import config, graph, recording
from pynn.activations import twins
from pynn.activations.formula import Backward, Formula
from pynn.entries import record
from pynn.operation import as_operand
from pynn.plan import Plan, Slot
from pynn.tensor import as_tensor, tracked_in

Function = TypeVar("Function", bound=Callable[..., Any])
# Function → its formula, or what makes it from the arguments after x.
FORMULAS: dict[Callable[..., Any], Formula | Callable[..., Formula]] = {}


def computed_by(formula: Formula | Callable[..., Formula]) -> Callable[[Function], Function]:
    """Say which formula computes the function that follows, for those who lower it."""

    def register(function: Function) -> Function:
        FORMULAS[function] = formula
        return function

    return register


class Applied:
    """An activation on symbolic tensors: what a node of a functional model names, lowers and computes."""

    def __init__(self, formula: Formula) -> None:
        self.formula, self.name = formula, formula.forward.removesuffix("_forward").removeprefix("own:")

    def __call__(self, x: Any) -> Any:
        return call(self.formula, x)

    def symbolic_outputs(self, x: graph.KerasTensor) -> graph.KerasTensor:
        """A KerasTensor like the result."""
        dtype = x.dtype if np.dtype(x.dtype).kind == "f" else config.floatx()
        return graph.KerasTensor(self.formula.output_shape(x.shape), dtype)

    def lower_call(self, plan: Plan, args: list[Slot], kwargs: dict[str, Any]) -> tuple[Slot, Backward]:
        """Emit the call."""
        return self.formula.lower(plan, args[0])


def call(formula: Formula, x: Any) -> Any:
    """The activation of whatever a user gives: arrays, numbers, lists; tensors that a tape follows, symbolic ones."""
    if graph.is_symbolic(x):
        return graph.record(Applied(formula), (x,))
    x = as_operand(x)
    found = np.asarray(x)
    if found.dtype not in (np.float32, np.float64):
        found = found.astype(config.floatx())
    followed = bool(recording.state.stack and tracked_in([x]))
    if followed and len(recording.state.stack) > 1 and (again := twins.twin(formula, x)) is not None:
        return again
    y = formula.apply(found)
    if not followed:
        return as_tensor(y)
    return record(Applied(formula), [x], y, lambda dy: [formula.pull(found, y, dy.astype(found.dtype, copy=False))])
