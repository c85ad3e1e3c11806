"""LAMB: Adam whose step for each variable is as long as the variable, for large batches."""

from __future__ import annotations

import functools
from typing import Any

from pynn.optimizers.optimizer import Optimizer
from pynn.optimizers.options import unit_interval
from pynn.optimizers.surroundings import Pair, Rule
from pynn.plan import Column, Plan


class Lamb(Optimizer):
    """u = (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε), m and v as in Adam; w -= η u |w| / |u|; norms of 0 count as 1.

    Parameters
    ----------
    learning_rate : float, schedule or callable, default 0.001
        η >= 0.
    beta_1, beta_2 : float in [0, 1], default 0.9 and 0.999
        How much of the past the running means of g and of g² keep.
    epsilon : float, default 1e-7
        Outside the root.
    weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, \
loss_scale_factor, gradient_accumulation_steps, name
        See `Optimizer`.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: You et al. 2020, "Large batch optimization for deep learning: training BERT in 76 minutes".

    Examples
    --------
    >>> Lamb(0.01).epsilon
    1e-07
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
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
        self.beta_1 = unit_interval("Lamb", "beta_1", beta_1)
        self.beta_2 = unit_interval("Lamb", "beta_2", beta_2)
        self.epsilon = epsilon

    def _slots(self) -> tuple[tuple[str, ...], ...]:
        return (("momentum", "velocity"),)

    def _op(self) -> str:
        return "lamb_direction"

    def _scalars(self) -> tuple[float | Column, ...]:
        rests = (Column(f"rest of {beta}", functools.partial(self._rest, beta)) for beta in (self.beta_1, self.beta_2))
        return (self.beta_1, self.beta_2, self.epsilon, *rests, self._rate_column())

    def lower_variable(self, plan: Plan, pair: Pair, rule: Rule, when: Column | None) -> None:
        w, m, v = (plan.parameter(s).view(pair.variable.size) for s in (pair.variable, *self._beside(pair.number)))
        u = plan.emit(rule.op, pair.gradient, m, v, scalars=rule.scalars[:-1], label="direction", when=when)
        norms = [plan.emit("sum_squares", slot, when=when) for slot in (u, w)]
        plan.emit("lamb_update", u, *norms, w, scalars=rule.scalars[-1:], when=when)

    def get_config(self) -> dict[str, Any]:
        own = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
        return super().get_config() | own
