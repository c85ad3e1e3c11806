"""One step outside of `fit`: the same ops, in a small plan whose gradients are streams."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn import backends
from pynn.arena import Arena
from pynn.kernels.tables import table
from pynn.optimizers import by_hand
from pynn.optimizers.surroundings import Pair, Rule
from pynn.plan import Plan
from pynn.runners import runner
from pynn.variables import Variable

if TYPE_CHECKING:
    from pynn.optimizers.optimizer import Optimizer

# Plans that an optimizer keeps: one for each set of variables and of settings.  More than a loop uses.
_MOST_UPDATES = 16


def apply(optimizer: Optimizer, grads: Sequence[Any], variables: Iterable[Variable] | None) -> None:
    """See `Optimizer.apply`."""
    grads = list(grads)
    if not grads:
        return
    pairs = _with_gradient(grads, _variables_of(optimizer, grads, variables))
    given = [np.asarray(g, v.dtype) for g, v in pairs]
    if optimizer.loss_scale_factor is not None:
        given = [g / np.asarray(optimizer.loss_scale_factor, g.dtype) for g in given]
    if optimizer.exchange is not None:
        given = optimizer.exchange.averaged(given)
    changed = [v for _, v in pairs]
    if optimizer.is_builtin:
        _update_of(optimizer, changed).run(given)
    else:
        by_hand.step(optimizer, given, changed)
    optimizer._iterations.assign_add(1)


def _variables_of(optimizer: Optimizer, grads: list[Any], given: Iterable[Variable] | None) -> list[Variable]:
    """The variables of the gradients, known to the optimizer."""
    if given is not None:
        variables = list(given)
        if not optimizer.built:
            optimizer.build(variables)
            optimizer.built = True  # where a subclass's `build` does not call ours
        for variable in variables:
            optimizer._get_variable_index(variable)
        if len(variables) != len(grads):
            raise ValueError(f"apply: {len(grads)} gradients for {len(variables)} variables")
        return variables
    if not optimizer.built:
        raise ValueError(
            "When passing `grads` without `variables`, the optimizer must already be built on a list of variables. "
            "Call `optimizer.build(trainable_variables)` first."
        )
    if len(grads) != len(optimizer._trainable_variables):
        raise ValueError(
            "When passing `grads` as a list of gradient tensors, the gradients must match `optimizer.variables` "
            f"one-to-one. Received a list of {len(grads)} gradients, but the optimizer is tracking "
            f"{len(optimizer._trainable_variables)} trainable variables."
        )
    return list(optimizer._trainable_variables)


def _with_gradient(grads: list[Any], variables: list[Variable]) -> list[tuple[Any, Variable]]:
    pairs = [(g, v) for g, v in zip(grads, variables, strict=True) if g is not None]
    missing = [v.path for g, v in zip(grads, variables, strict=True) if g is None]
    if not pairs:
        raise ValueError("No gradients provided for any variable.")
    for g, v in pairs:
        _check_shape("apply", g, v)
    if missing:
        warnings.warn(
            f"Gradients do not exist for variables {missing} when minimizing the loss. If using `model.compile()`, "
            "did you forget to provide a `loss` argument?",
            stacklevel=4,
        )
    return pairs


def _check_shape(what: str, gradient: Any, variable: Variable) -> None:
    if np.shape(gradient) != variable.shape:
        raise ValueError(
            f"{what}: variable {variable.path} has shape {variable.shape}, its gradient has shape {np.shape(gradient)}"
        )


class Update:
    """A plan of one step, frozen: gradients go in as streams."""

    def __init__(self, optimizer: Optimizer, variables: list[Variable]) -> None:
        if len({v.dtype for v in variables}) > 1:
            raise ValueError(
                f"{optimizer.name}: variables of one step need one type, got {[v.dtype for v in variables]}"
            )
        plan = Plan(variables[0].dtype, training=True)
        self._variables = variables  # kept alive: an update is found by their ids
        self._names = [f"gradient.{number}" for number in range(len(variables))]
        for name, variable in zip(self._names, variables, strict=True):
            plan.add_gradient(variable, plan.stream(name, (variable.size,)))
        optimizer.lower(plan, optimizer._trainable_variables)
        plan.layout()
        self._runner = runner(plan, table(), Arena(plan, 1), 1, 1)

    def run(self, grads: list[np.ndarray]) -> None:
        """Do the step; the counter of batches is the caller's."""
        for name, gradient in zip(self._names, grads, strict=True):
            self._runner.bind(name, np.ascontiguousarray(gradient).reshape(-1))
        try:
            self._runner.run(0, 1, 0.0)
        finally:
            self._runner.unbind()


def _update_of(optimizer: Optimizer, variables: list[Variable]) -> Update:
    """The update for these variables with the settings of now, made at first use."""
    settings = tuple(v for v in vars(optimizer).values() if v is None or isinstance(v, bool | int | float | str))
    key = (backends.get_backend(), settings, id(optimizer._learning_rate), *map(id, variables))
    if key not in optimizer._applied:
        while len(optimizer._applied) >= _MOST_UPDATES:
            del optimizer._applied[next(iter(optimizer._applied))]
        optimizer._applied[key] = Update(optimizer, variables)
    return optimizer._applied[key]


def update_step(optimizer: Optimizer, gradient: Any, variable: Variable, learning_rate: Any) -> None:
    """The update of one variable alone with a learning rate of the caller's: no clipping, decay or averages."""
    _check_shape("update_step", gradient, variable)
    plan = Plan(variable.dtype, training=True)
    pair = Pair(optimizer._get_variable_index(variable), variable, plan.stream("gradient", (variable.size,)))
    optimizer._real = plan.dtype
    before, optimizer._learning_rate = optimizer._learning_rate, lambda: learning_rate
    try:
        optimizer.lower_variable(plan, pair, Rule(optimizer._op(), optimizer._scalars()), None)
        update = runner(plan, table(), Arena(plan, 1), 1, 1)
        update.bind("gradient", np.ascontiguousarray(gradient, variable.dtype).reshape(-1))
        update.run(0, 1, 0.0)
    finally:
        optimizer._learning_rate = before
