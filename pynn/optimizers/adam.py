"""Adam: momentum, and a step for each weight scaled by the size of its recent gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.optimizers.optimizer import Optimizer
from pynn.optimizers.options import unit_interval
from pynn.plan import Column
from pynn.variables import Variable

# Batches for which rates are computed at a time.
_AHEAD = 1024


class Adam(Optimizer):
    """m += (1 - β₁)(g - m); v += (1 - β₂)(g² - v); w -= α m / (√v + ε), α = η √(1 - β₂ᵗ) / (1 - β₁ᵗ) at step t.

    With AMSGrad, √v is replaced by the root of the largest v so far.

    Parameters
    ----------
    learning_rate : float, schedule or callable, default 0.001
        η >= 0.
    beta_1, beta_2 : float in [0, 1), default 0.9 and 0.999
        How much of the past the running means of g and of g² keep.
    epsilon : float, default 1e-7
        Outside the root.
    amsgrad : bool, default False
    weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, \
loss_scale_factor, gradient_accumulation_steps, name
        See `Optimizer`.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Sources: Kingma & Ba 2015, "Adam: a method for stochastic optimization", in the order of section 2; Reddi, Kale &
    Kumar 2018 for AMSGrad.

    Examples
    --------
    >>> Adam(0.01).beta_2
    0.999
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
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
        self.beta_1 = unit_interval("Adam", "beta_1", beta_1)
        self.beta_2 = unit_interval("Adam", "beta_2", beta_2)
        self.epsilon, self.amsgrad = epsilon, amsgrad
        self._ahead: tuple[tuple[Any, ...], int, np.ndarray] = ((), 0, np.empty(0))  # for what, from which batch on

    def _slots(self) -> tuple[tuple[str, ...], ...]:
        moments = ("momentum", "velocity")
        return (moments, ("velocity_hat",)) if self.amsgrad else (moments,)

    def _op(self) -> str:
        return "amsgrad_update" if self.amsgrad else "adam_update"

    def _decaying_op(self) -> str:
        return "" if self.amsgrad else "adamw_update"

    def _scalars(self) -> tuple[float | Column, ...]:
        return (self._column("alpha", self._alpha), self.beta_1, self.beta_2, self.epsilon)

    def _alpha(self, count: int) -> np.ndarray:
        """The bias-corrected rate of the next `count` batches, computed many at a time: small networks take few."""
        rate = self._learning_rate
        if self.gradient_accumulation_steps or not isinstance(rate, Variable):
            return self._corrected(count)
        made_for = rate.live.item(), self.beta_1, self.beta_2, self._real
        done, (known, first, alpha) = self._iterations.live.item(), self._ahead
        if known != made_for or not first <= done <= done + count <= first + len(alpha):
            alpha = self._corrected(max(count, _AHEAD))
            self._ahead, first = (made_for, done, alpha), done
        return alpha[done - first : done - first + count]

    def _corrected(self, count: int) -> np.ndarray:
        """η √(1 - β₂ᵗ) / (1 - β₁ᵗ) of the next `count` batches; t counts updates from 1."""
        alpha: np.ndarray = self._rate(count) * np.sqrt(self._rest(self.beta_2, count)) / self._rest(self.beta_1, count)
        return alpha

    def get_config(self) -> dict[str, Any]:
        own = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon, "amsgrad": self.amsgrad}
        return super().get_config() | own
