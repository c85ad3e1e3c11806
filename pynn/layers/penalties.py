"""Penalties in a plan: of weights and of outputs, by pynn's regularizers or by a user's function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn.layers import python
from pynn.plan import Batch, Plan, Slot
from pynn.regularizers import is_lowered
from pynn.variables import Variable

if TYPE_CHECKING:
    from pynn.layers.layer import Layer


def lower_activity(plan: Plan, layer: Layer, y: Slot) -> Callable[[Slot | None], Slot]:
    """Emit the penalty of an output, divided by the rows of the batch; returns what adds its slope to a gradient."""
    regularizer = layer.activity_regularizer
    if is_lowered(regularizer) and plan.added is None:
        if plan.penalties is not None:
            regularizer.lower_activity(plan, y, plan.ones(Batch()), plan.penalties)
        return lambda dy: regularizer.lower_activity_gradient(plan, y, dy)

    def penalty(value: Any) -> Any:
        return regularizer(value) / len(value)

    loss, backward = python.lower(plan, penalty, [y], [], f"{layer.name}.activity_regularizer")
    slope = plan.penalize(loss, layer)

    def add(dy: Slot | None) -> Slot:
        own: Slot = backward(slope)
        return own if dy is None else plan.sum(dy, own)

    return add


def lower_weights(plan: Plan, variables: Sequence[Variable], training: bool) -> None:
    """Emit the penalties of all regularized weights, and in training their slopes.

    Parameters
    ----------
    plan : Plan
        Has the gradients of the loss already.
    variables : sequence of Variable
    training : bool
    """
    total, rows = plan.penalties, plan.ones(Batch())
    for variable in variables:
        regularizer = variable.regularizer
        if regularizer is None or total is None:
            continue
        w, gradient = plan.parameter(variable), plan.gradients.get(id(variable)) if training else None
        if is_lowered(regularizer):
            if training and gradient is None:
                gradient = _zero_gradient(plan, variable)
            regularizer.lower(plan, w, rows, total, gradient)
        else:
            _lower_user(plan, variable, training)


def _zero_gradient(plan: Plan, variable: Variable) -> Slot:
    """A gradient of zeros, for a weight that the loss does not depend on."""
    ones = plan.ones(variable.size).view(1, variable.size)
    zeros: Slot = plan.emit("affine", ones, scalars=(0.0, 0.0), label=f"{variable.path}.gradient")
    plan.add_gradient(variable, zeros.view(*variable.shape) if variable.shape else zeros.view(1))
    return plan.gradients[id(variable)]


def _lower_user(plan: Plan, variable: Variable, training: bool) -> None:
    def penalty() -> Any:
        return variable.regularizer(variable)

    def count(rows: np.ndarray, w: np.ndarray, total: np.ndarray) -> None:
        total += len(rows) * float(np.sum(np.asarray(penalty()), dtype=np.float64))

    reads = [plan.ones(Batch()), plan.parameter(variable)]
    assert plan.penalties is not None
    plan.python(f"{variable.path}.regularizer", count, reads, updates=[plan.penalties])
    if training:
        loss, backward = python.lower(plan, penalty, [], [variable], f"{variable.path}.regularizer")
        backward(plan.ones(1).view(*loss.shape))
