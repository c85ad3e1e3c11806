"""A step of an optimizer whose `update_step` a user wrote: the order of `surroundings`, on arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pynn.plan import Plan
from pynn.variables import Variable

if TYPE_CHECKING:
    from pynn.optimizers.optimizer import Optimizer


def lower(optimizer: Optimizer, plan: Plan) -> None:
    """Emit one Python step that applies the plan's gradients."""
    variables = [v for v in optimizer._trainable_variables if id(v) in plan.gradients]

    def call(*arrays: np.ndarray) -> None:
        grads = [a.reshape(v.shape).copy() for a, v in zip(arrays, variables, strict=False)]
        optimizer.apply(grads, variables)

    weights = [plan.parameter(v) for v in variables]
    plan.python(optimizer.name, call, [plan.gradients[id(v)] for v in variables], updates=weights)


def step(optimizer: Optimizer, grads: list[np.ndarray], variables: list[Variable]) -> None:
    """Accumulate, clip, decay, update, average, overwrite and constrain; the caller counts."""
    steps = optimizer.gradient_accumulation_steps
    if steps:
        grads = _accumulated(optimizer, grads, variables, steps)
    if not steps or (int(optimizer._iterations) + 1) % steps == 0:
        grads = _clipped(optimizer, grads)
        rate = np.asarray(optimizer.learning_rate, variables[0].dtype)[()]
        for variable in variables:
            decay = optimizer._decay_of(variable)
            if decay is not None:
                variable.assign(variable.live - variable.live * variable.live.dtype.type(decay) * rate)
        for gradient, variable in zip(grads, variables, strict=True):
            optimizer.update_step(gradient, variable, rate)
    if optimizer.use_ema:
        _average(optimizer)
    for variable in variables:
        constraint: Any = getattr(variable, "constraint", None)
        if constraint is not None:
            variable.assign(constraint(variable.live))


def _accumulated(
    optimizer: Optimizer, grads: list[np.ndarray], variables: list[Variable], steps: int
) -> list[np.ndarray]:
    """Means over the batches since the last update; what they are sums of starts at zero again."""
    means, last = [], (int(optimizer._iterations) + 1) % steps == 0
    for gradient, variable in zip(grads, variables, strict=True):
        sums = optimizer._state["gradient_accumulator"][optimizer._get_variable_index(variable)]
        assert sums is not None
        sums.assign_add(gradient)
        means.append(sums.live / steps)
        if last:
            sums.assign(np.zeros_like(sums.live))
    return means


def _clipped(optimizer: Optimizer, grads: list[np.ndarray]) -> list[np.ndarray]:
    norms = [np.sqrt(np.square(g, dtype=np.float64).sum()) for g in grads]
    if (limit := optimizer.clipnorm) and limit > 0:
        return [(g * (limit / np.maximum(norm, limit))).astype(g.dtype) for g, norm in zip(grads, norms, strict=True)]
    if (limit := optimizer.global_clipnorm) and limit > 0:
        norm = np.sqrt(np.square(norms).sum())
        return [(g * (limit / np.maximum(norm, limit) + (norm - norm))).astype(g.dtype) for g in grads]
    if (limit := optimizer.clipvalue) and limit > 0:
        return [np.clip(g, -limit, limit) for g in grads]
    return grads


def _average(optimizer: Optimizer) -> None:
    done = int(optimizer.iterations)
    momentum = optimizer.ema_momentum if done else 0.0
    for variable, average in zip(optimizer._trainable_variables, optimizer._state["average"], strict=True):
        assert average is not None
        average.assign(momentum * average.live + (1 - momentum) * variable.live)
    every = optimizer.ema_overwrite_frequency
    if every and (done + 1) % every == 0:
        overwrite(optimizer, optimizer._trainable_variables)


def overwrite(optimizer: Optimizer, variables: list[Variable]) -> None:
    """Write the moving averages into the weights.

    Raises
    ------
    ValueError
        If there are not as many averages.
    """
    averages = optimizer._state.get("average", [])
    if len(variables) != len(averages):
        raise ValueError(
            f"The length of model variables ({len(variables)}) to override does not match the length of model "
            f"variables stored in the optimizer ({len(averages)}). Please check if the optimizer was called on your "
            "model."
        )
    for variable, average in zip(variables, averages, strict=True):
        if average is not None:
            variable.assign(average.live)
