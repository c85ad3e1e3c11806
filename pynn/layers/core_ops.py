"""Functions of `keras.ops` that are steps of the core, so that no Python runs for them between batches.

Each rule takes the plan and the arguments, with slots in the place of tensors, and gives the output and the way back,
which gives a gradient for each slot; or None where the core has no step for such arguments.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from pynn import activations
from pynn.activations.calls import FORMULAS
from pynn.activations.names import NAMES
from pynn.layers import axes, merging, operation
from pynn.layers.concatenation import Concatenate
from pynn.plan import Batch, Plan, Slot
from pynn.structures import flatten
from pynn.variables import Variable

Lowered = tuple[Slot, Callable[[Slot], list[Slot | None]]]
Rule = Callable[[Plan, dict[str, Any]], Lowered | None]
RULES: dict[str, Rule] = {}


def lower(plan: Plan, applied: Any, args: list[Any], kwargs: dict[str, Any]) -> Lowered | None:
    """Emit a function of `keras.ops` as steps of the core, if there are any.

    Parameters
    ----------
    plan : Plan
    applied : Operation, or one with its settings
    args, kwargs
        Its arguments, with slots in the place of KerasTensors.
    """
    inner = getattr(applied, "operation", applied)
    rule = RULES.get(inner.name) or (_activation(inner.name) if inner.name in NAMES else None)
    slots = [leaf for leaf in flatten([args, kwargs]) if isinstance(leaf, Slot)]
    if rule is None or not slots or not all(_is_batch(slot, plan) for slot in slots):
        return None  # without slots: a function of weights alone
    bound = inspect.signature(inner.function).bind(*args, **(getattr(applied, "settings", {}) | kwargs))
    bound.apply_defaults()
    return rule(plan, bound.arguments)


def _is_batch(slot: Slot, plan: Plan) -> bool:
    """Whether it has a row for each row of the batch, and the plan's type."""
    return bool(slot.shape) and slot.shape[0] == Batch() and slot.dtype == plan.dtype


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Say which functions a rule is for."""

    def register(function: Rule) -> Rule:
        RULES.update(dict.fromkeys(names, function))
        return function

    return register


def _activation(name: str) -> Rule:
    def lowered(plan: Plan, given: dict[str, Any]) -> Lowered | None:
        x, *settings = given.values()
        found = FORMULAS[NAMES[name]]
        formula = found(*settings) if callable(found) else found
        if any(axis % len(x.shape) == 0 for axis in formula.axes):
            return None
        y, backward = formula.lower(plan, x)
        return y, lambda dy: [backward(dy)]

    return lowered


def _affine(plan: Plan, x: Slot, scale: float, shift: float) -> Lowered:
    y = plan.emit("affine", x.rows(), scalars=(scale, shift)).view(*x.shape)
    if scale == 1:
        return y, lambda dy: [dy]
    return y, lambda dy: [plan.emit("affine", dy.rows(), scalars=(scale, 0.0)).view(*dy.shape)]


def _number(value: Any) -> float | None:
    """The number that it is, if it is one."""
    single = isinstance(value, int | float | np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0)
    return float(value) if single and not isinstance(value, Variable) else None


_MERGES = {
    "add": merging.Add,
    "subtract": merging.Subtract,
    "multiply": merging.Multiply,
    "maximum": merging.Maximum,
    "minimum": merging.Minimum,
}
# What becomes of x and a number c: (scale, shift) of x op c, and of c op x.
_SCALED: dict[str, Callable[[float], tuple[tuple[float, float] | None, tuple[float, float] | None]]] = {
    "add": lambda c: ((1.0, c), (1.0, c)),
    "subtract": lambda c: ((1.0, -c), (-1.0, c)),
    "multiply": lambda c: ((c, 0.0), (c, 0.0)),
    "divide": lambda c: ((1 / c, 0.0) if c else None, None),
}


def _pair(name: str) -> Rule:
    def lowered(plan: Plan, given: dict[str, Any]) -> Lowered | None:
        a, b = given["x1"], given["x2"]
        if isinstance(a, Slot) and isinstance(b, Slot):
            return _merged(plan, name, a, b)
        x, other = (a, b) if isinstance(a, Slot) else (b, a)
        number = _number(other)
        if number is not None and name in _SCALED:
            settings = _SCALED[name](number)[x is b]
            return None if settings is None else _affine(plan, x, *settings)
        return _biased(plan, x, other) if name == "add" and isinstance(other, Variable) else None

    return lowered


RULES.update({name: _pair(name) for name in (*_MERGES, "divide")})


def _merged(plan: Plan, name: str, a: Slot, b: Slot) -> Lowered | None:
    fit = len(a.shape) == len(b.shape)
    if (
        name not in _MERGES
        or not fit
        or any(m != n and 1 not in (m, n) for m, n in zip(a.features, b.features, strict=True))
    ):
        return None
    y, backward = _MERGES[name](name=name).lower(plan, [a, b])
    return y, lambda dy: list(backward(dy))


def _biased(plan: Plan, x: Slot, bias: Variable) -> Lowered | None:
    """x + b for a vector b."""
    if len(x.shape) < 2 or bias.shape != x.features[-1:]:
        return None
    y = plan.emit("bias_forward", x.rows(), plan.parameter(bias)).view(*x.shape)

    def backward(dy: Slot) -> list[Slot | None]:
        if bias.trainable:
            plan.add_gradient(bias, plan.emit("bias_backward", dy.rows()))
        return [dy]

    return y, backward


@rule("matmul", "dot")
def _product(plan: Plan, given: dict[str, Any]) -> Lowered | None:
    """x w for a matrix w of weights."""
    x, w = given["x1"], given["x2"]
    if not isinstance(x, Slot) or not isinstance(w, Variable) or len(w.shape) != 2 or len(x.shape) < 2:
        return None
    rows, matrix = x.rows(), plan.parameter(w)
    y = plan.emit("matmul_nn", rows, matrix).view(*x.shape[:-1], w.shape[1])

    def backward(dy: Slot) -> list[Slot | None]:
        if w.trainable:
            plan.add_gradient(w, plan.emit("dense_backward_weights", rows, dy.rows()))
        return [plan.emit("dense_backward_input", dy.rows(), matrix).view(*x.shape)]

    return y, backward


@rule("square")
def _square(plan: Plan, given: dict[str, Any]) -> Lowered | None:
    x = given["x"]
    y = plan.emit("multiply_forward", x.rows(), x.rows()).view(*x.shape)

    def backward(dy: Slot) -> list[Slot | None]:
        twice = plan.emit("affine", dy.rows(), scalars=(2.0, 0.0))
        return [plan.emit("multiply_forward", twice, x.rows()).view(*x.shape)]

    return y, backward


@rule("power")
def _power(plan: Plan, given: dict[str, Any]) -> Lowered | None:
    return _square(plan, {"x": given["x1"]}) if isinstance(given["x1"], Slot) and _number(given["x2"]) == 2 else None


@rule("negative")
def _negative(plan: Plan, given: dict[str, Any]) -> Lowered | None:
    return _affine(plan, given["x"], -1.0, 0.0)


@rule("exp")
def _exp(plan: Plan, given: dict[str, Any]) -> Lowered | None:
    y, backward = activations.lower(activations.exponential, plan, given["x"])
    return y, lambda dy: [backward(dy)]


@rule("sum")
def _sum(plan: Plan, given: dict[str, Any]) -> Lowered | None:
    return _reduced(plan, given, False)


@rule("mean")
def _mean(plan: Plan, given: dict[str, Any]) -> Lowered | None:
    return _reduced(plan, given, True)


def _reduced(plan: Plan, given: dict[str, Any], mean: bool) -> Lowered | None:
    """Over the last axes, not that of the batch."""
    x, axis = given["x"], given["axis"]
    rank = len(x.shape)
    listed = axis if isinstance(axis, list | tuple) else [] if axis is None else [axis]
    gone = sorted(int(i) % rank for i in listed)
    if not gone or gone[0] == 0 or gone != list(range(gone[0], rank)):
        return None
    terms = axes.split(x, gone[0])
    count = terms.features[0]
    scale = 1 / count if mean else 1.0
    kept = (*x.shape[: gone[0]], *(1,) * len(gone)) if given["keepdims"] else x.shape[: gone[0]]
    y = plan.emit("sum_axis", terms.view(terms.shape[0], count, 1), scalars=(scale,)).view(*kept)

    def backward(dy: Slot) -> list[Slot | None]:
        return [plan.emit("repeat_axis", dy.view(terms.shape[0], 1), scalars=(scale,), r=count).view(*x.shape)]

    return y, backward


def _viewed(x: Slot, features: list[int]) -> Lowered:
    """Another shape of each row: no step at all."""
    return x.view(x.shape[0], *features), lambda dy: [dy.view(*x.shape)]


@rule("reshape")
def _reshaped(plan: Plan, given: dict[str, Any]) -> Lowered | None:
    x, shape = given["x"], given["newshape"]
    if (
        not isinstance(shape, list | tuple)
        or not all(isinstance(s, int) for s in shape[1:])
        or shape[0] not in (-1, None)
    ):
        return None
    return _viewed(x, list(shape[1:])) if math.prod(shape[1:]) == math.prod(x.features) else None


@rule("expand_dims")
def _expanded(plan: Plan, given: dict[str, Any]) -> Lowered | None:
    x, axis = given["x"], given["axis"]
    place = axis % (len(x.shape) + 1) if isinstance(axis, int) else 0
    return _viewed(x, [*x.features[: place - 1], 1, *x.features[place - 1 :]]) if place else None


@rule("squeeze")
def _squeezed(plan: Plan, given: dict[str, Any]) -> Lowered | None:
    x, axis = given["x"], given["axis"]
    place = axis % len(x.shape) if isinstance(axis, int) else 0
    return _viewed(x, [*x.features[: place - 1], *x.features[place:]]) if place and x.shape[place] == 1 else None


@rule("concatenate")
def _joined(plan: Plan, given: dict[str, Any]) -> Lowered | None:
    parts, axis = given["xs"], given["axis"]
    if not all(isinstance(part, Slot) and len(part.shape) > 1 for part in parts) or axis % len(parts[0].shape) == 0:
        return None
    if len({len(part.shape) for part in parts}) > 1:
        return None
    y, backward = Concatenate(axis, name="concatenate").lower(plan, parts)
    return y, lambda dy: list(backward(dy))


@rule("stop_gradient")
def _stopped(plan: Plan, given: dict[str, Any]) -> Lowered | None:
    return _affine(plan, given["variable"], 1.0, 0.0)[0], lambda dy: [None]


operation.TO_CORE.append(lower)
