"""Schedule-free AdamW: an average of the weights takes the place of a falling learning rate."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.optimizers.optimizer import Optimizer
from pynn.optimizers.options import unit_interval
from pynn.plan import Column
from pynn.variables import Variable


class ScheduleFreeAdamW(Optimizer):
    """x = (w - (1 - β₁) z) / β₁; z -= η g / (√(v / (1 - β₂ᵗ)) + ε); x += (z - x) / t; w = (1 - β₁) z + β₁ x at step t.

    Parameters
    ----------
    learning_rate : float, schedule or callable, default 0.0025
        η >= 0.
    beta_1 : float in (0, 1], default 0.9
        Where the gradient is taken, between z and the average x.
    beta_2 : float in [0, 1], default 0.999
        How much of the past the running mean v of g² keeps.
    epsilon : float, default 1e-8
        Outside the root.
    warmup_steps : int, default 0
        The learning rate rises to η over so many steps.
    weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, \
loss_scale_factor, gradient_accumulation_steps, name
        See `Optimizer`.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    z starts as the weights are when the optimizer is built.
    Source: Defazio et al. 2024, "The road less scheduled".

    Examples
    --------
    >>> ScheduleFreeAdamW().warmup_steps
    0
    """

    def __init__(
        self,
        learning_rate: Any = 0.0025,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        warmup_steps: int = 0,
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
        if not 0 < beta_1 <= 1:
            raise ValueError(f"ScheduleFreeAdamW: `beta_1` must be a number in (0, 1], got {beta_1}")
        self.beta_1, self.beta_2 = beta_1, unit_interval("ScheduleFreeAdamW", "beta_2", beta_2)
        self.epsilon, self.warmup_steps = epsilon, warmup_steps

    def _slots(self) -> tuple[tuple[str, ...], ...]:
        return (("momentum", "velocity"),)

    def _build_state(self, variables: list[Variable]) -> None:
        super()._build_state(variables)
        for variable, z in zip(variables, self._state["momentum"], strict=True):
            if z is not None:
                z.assign(variable.live)

    def _op(self) -> str:
        return "schedule_free_update"

    def _scalars(self) -> tuple[float | Column, ...]:
        columns = (
            self._column("warm rate", self._warm_rate),
            Column("correction", lambda count: 1 / (1 - self._cast(self.beta_2) ** self._t(count))),
            Column("share", lambda count: 1 / self._t(count)),
        )
        return (*columns, self._cast(self.beta_1), self._cast(self.beta_2), self.epsilon)

    def _t(self, count: int) -> np.ndarray:
        return self._updates(count) + 1.0

    def _warm_rate(self, count: int) -> np.ndarray:
        rate = self._rate(count)
        return rate * np.minimum(self._t(count) / self.warmup_steps, 1.0) if self.warmup_steps > 0 else rate

    def get_config(self) -> dict[str, Any]:
        own = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon, "warmup_steps": self.warmup_steps}
        return super().get_config() | own
