"""The steps around the updates: accumulation, clipping and decay before, averages and constraints after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pynn.constraints import is_lowered
from pynn.plan import Column, Plan, Scalar, Slot
from pynn.variables import Variable

if TYPE_CHECKING:
    from pynn.optimizers.optimizer import Optimizer


class Pair(NamedTuple):
    """A variable, its place among the trainable ones, and its gradient, flat."""

    number: int
    variable: Variable
    gradient: Slot


class Rule(NamedTuple):
    """The op that updates a variable, and its scalars."""

    op: str
    scalars: tuple[Scalar, ...]


def lower(optimizer: Optimizer, plan: Plan) -> None:
    """Emit one step of a built optimizer, for the variables that have a gradient in the plan."""
    pairs = [
        Pair(number, variable, plan.gradients[id(variable)].view(variable.size))
        for number, variable in enumerate(optimizer._trainable_variables)
        if id(variable) in plan.gradients
    ]
    pairs, when = _accumulated(optimizer, plan, pairs)
    pairs = _clipped(optimizer, plan, pairs, when)
    optimizer._lower_shared(plan, when)
    _updates(optimizer, plan, pairs, when)
    if optimizer.use_ema:
        _averages(optimizer, plan)
    for pair in pairs:
        constrain(plan, pair.variable)


def _accumulated(optimizer: Optimizer, plan: Plan, pairs: list[Pair]) -> tuple[list[Pair], Column | None]:
    """Gradients that are means over several batches, and the column that says in which batches they are ready."""
    steps = optimizer.gradient_accumulation_steps
    if not steps:
        return pairs, None
    when = Column("every so many", lambda count: (optimizer._batches(count) + 1) % steps == 0)
    means = []
    for pair in pairs:
        sums = optimizer._state["gradient_accumulator"][pair.number]
        assert sums is not None
        slot = plan.parameter(sums).view(pair.variable.size)
        plan.emit("gradient_add", pair.gradient, slot)
        mean = plan.emit("gradient_mean", slot, scalars=(float(steps),), label="gradient", when=when)
        means.append(pair._replace(gradient=mean))
    return means, when


def _clipped(optimizer: Optimizer, plan: Plan, pairs: list[Pair], when: Column | None) -> list[Pair]:
    """The gradients, clipped as asked for.  A limit of 0 or less clips nothing, as in Keras."""

    def clip(name: str, limit: float, *given: Slot) -> Slot:
        clipped: Slot = plan.emit(name, *given, scalars=(limit,), label="clipped", when=when)
        return clipped

    if (limit := optimizer.clipnorm) and limit > 0:
        totals = [plan.emit("sum_squares", pair.gradient, when=when) for pair in pairs]
        cut = [clip("clip_norm", limit, pair.gradient, total) for pair, total in zip(pairs, totals, strict=True)]
    elif (limit := optimizer.global_clipnorm) and limit > 0 and pairs:
        total = plan.emit("sum_squares", pairs[0].gradient, when=when)
        for pair in pairs[1:]:
            plan.emit("add_squares", pair.gradient, total, when=when)
        cut = [clip("clip_global_norm", limit, pair.gradient, total) for pair in pairs]
    elif (limit := optimizer.clipvalue) and limit > 0:
        cut = [clip("clip_value", limit, pair.gradient) for pair in pairs]
    else:
        return pairs
    return [pair._replace(gradient=gradient) for pair, gradient in zip(pairs, cut, strict=True)]


def _updates(optimizer: Optimizer, plan: Plan, pairs: list[Pair], when: Column | None) -> None:
    plain, shrinks = Rule(optimizer._op(), optimizer._scalars()), _Shrinks(optimizer)
    for pair in pairs:
        rule, decay = plain, optimizer._decay_of(pair.variable)
        if decay is not None and (inside := optimizer._decaying_op()):
            rule = Rule(inside, (*plain.scalars, shrinks.column(decay)))
        elif decay is not None:
            w = plan.parameter(pair.variable).view(pair.variable.size)
            plan.emit("weight_decay", w, scalars=(shrinks.column(decay),), when=when)
        optimizer.lower_variable(plan, pair, rule, when)


class _Shrinks:
    """Columns of learning rate times weight decay: one for each decay."""

    def __init__(self, optimizer: Optimizer) -> None:
        self._optimizer, self._made = optimizer, dict[float, Column]()

    def column(self, decay: float) -> Column:
        if decay not in self._made:
            rate = self._optimizer._rate
            self._made[decay] = self._optimizer._column("shrink", lambda count: decay * rate(count))
        return self._made[decay]


def _averages(optimizer: Optimizer, plan: Plan) -> None:
    """Move the averages on, and write them into the weights where it is time."""
    every = optimizer.ema_overwrite_frequency
    momentum = Column("momentum", lambda count: np.where(optimizer._updates(count) == 0, 0, optimizer.ema_momentum))
    when = Column("overwrite", lambda count: (optimizer._updates(count) + 1) % every == 0) if every else None
    for variable, average in zip(optimizer._trainable_variables, optimizer._state["average"], strict=True):
        assert average is not None
        w, a = (plan.parameter(v).view(variable.size) for v in (variable, average))
        plan.emit("moving_average", w, a, scalars=(momentum,))
        if when is not None:
            plan.emit("overwrite", a, w, when=when)


def constrain(plan: Plan, variable: Variable) -> None:
    constraint: Any = getattr(variable, "constraint", None)
    if constraint is None:
        return
    w = plan.parameter(variable)
    if is_lowered(constraint):
        constraint.lower(plan, w)
    else:
        plan.python("constraint", lambda value: _constrain(constraint, value), updates=[w])


def _constrain(constraint: Any, value: np.ndarray) -> None:
    value[...] = np.asarray(constraint(value.copy()))
