"""Adafactor: second moments of a matrix from those of its rows and columns, which costs little memory."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pynn.optimizers.optimizer import Optimizer
from pynn.optimizers.surroundings import Pair, Rule
from pynn.plan import Column, Plan, Scalar, Slot
from pynn.variables import Variable


class Adafactor(Optimizer):
    """v = r cᵀ / mean(r) for matrices, with r, c the running means of g² + ε₁ over rows and columns; u = g / √v;
    w -= ρ max(ε₂, rms w) u / max(1, rms u / d), ρ = min(η, 1/√t) at step t.

    Parameters
    ----------
    learning_rate : float, schedule or callable, default 0.001
        η >= 0.
    beta_2_decay : float, default -0.8
        The running means keep 1 - t^beta_2_decay of the past.
    epsilon_1 : float, default 1e-30
        ε₁, beside g².
    epsilon_2 : float, default 1e-3
        ε₂, the least size of a variable.
    clip_threshold : float, default 1
        d: longer directions are shortened to it.
    relative_step : bool, default True
        Without effect, as in Keras: the learning rate is at most 1/√t either way.
    weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, \
loss_scale_factor, gradient_accumulation_steps, name
        See `Optimizer`.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Variables with fewer than two axes keep v whole; of those with more the last two are factored.
    Source: Shazeer & Stern 2018, "Adafactor: adaptive learning rates with sublinear memory cost".

    Examples
    --------
    >>> Adafactor().clip_threshold
    1.0
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_2_decay: float = -0.8,
        epsilon_1: float = 1e-30,
        epsilon_2: float = 1e-3,
        clip_threshold: float = 1.0,
        relative_step: bool = True,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            learning_rate,
            weight_decay,
            clipnorm,
            clipvalue,
            global_clipnorm,
            use_ema,
            ema_momentum,
            ema_overwrite_frequency,
            loss_scale_factor,
            gradient_accumulation_steps,
            name,
            **kwargs,
        )
        self.beta_2_decay, self.epsilon_1, self.epsilon_2 = beta_2_decay, epsilon_1, epsilon_2
        self.clip_threshold, self.relative_step = clip_threshold, relative_step

    def _build_state(self, variables: list[Variable]) -> None:
        super()._build_state(variables)
        self._state |= {"r": [], "c": [], "velocity": []}
        for variable in variables:
            shape, factored = variable.shape, variable.ndim >= 2
            for slot, own in (("r", shape[:-1]), ("c", (*shape[:-2], *shape[-1:]))):
                name = variable.name
                if factored:
                    self._state[slot].append(self.add_variable(own, dtype=variable.dtype, name=name))
                else:  # Keras keeps a number in its place, which counts among the variables
                    self._tracked(Variable(0, dtype="int32", trainable=False, name=name)).path = name
                    self._state[slot].append(None)
            self._state["velocity"].append(self.add_variable_from_reference(variable, "velocity"))

    def _operands(self) -> tuple[str, ...]:
        return ("velocity", "r", "c")

    def _op(self) -> str:
        return "adafactor_update"

    def _scalars(self) -> tuple[float | Column, ...]:
        beta = Column("beta_2", lambda count: 1 - (self._updates(count) + 1.0) ** self.beta_2_decay)
        rate = self._column("rate", lambda count: np.minimum(self._rate(count), (self._updates(count) + 1) ** -0.5))
        return (beta, self.epsilon_1, rate, self.epsilon_2, self.clip_threshold)

    def lower_variable(self, plan: Plan, pair: Pair, rule: Rule, when: Column | None) -> None:
        size, moments = pair.variable.size, rule.scalars[:2]
        v, *factors = map(plan.parameter, self._beside(pair.number))
        if factors:
            _lower_factors(plan, pair, (v, *factors), moments, when)
        else:
            plan.emit("adafactor_vector", pair.gradient, v.view(size), scalars=moments, when=when)
        w = plan.parameter(pair.variable).view(size)
        u = plan.emit("adafactor_direction", pair.gradient, v.view(size), label="direction", when=when)
        squares = [plan.emit("sum_squares", slot, when=when) for slot in (u, w)]
        plan.emit(rule.op, u, *squares, w, scalars=rule.scalars[2:], when=when)

    def get_config(self) -> dict[str, Any]:
        own = {
            "beta_2_decay": self.beta_2_decay,
            "epsilon_1": self.epsilon_1,
            "epsilon_2": self.epsilon_2,
            "clip_threshold": self.clip_threshold,
            "relative_step": self.relative_step,
        }
        return super().get_config() | own


def _lower_factors(
    plan: Plan, pair: Pair, state: tuple[Slot, ...], scalars: tuple[Scalar, ...], when: Column | None
) -> None:
    """Emit the moments of rows and columns, over the last two axes, and v made from them."""
    *before, i, o = pair.variable.shape
    b = math.prod(before)
    v, r, c = state
    plan.emit("adafactor_rows", pair.gradient.view(b * i, o), r.view(b * i), scalars=scalars, when=when)
    plan.emit("adafactor_columns", pair.gradient.view(b, i, o), c.view(b, o), scalars=scalars, when=when)
    plan.emit("adafactor_outer", r.view(b, i), c.view(b, o), v.view(b, i, o), when=when)
