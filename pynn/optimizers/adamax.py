"""Adamax: Adam with the largest recent gradient instead of their mean square."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.optimizers.optimizer import Optimizer
from pynn.optimizers.options import unit_interval
from pynn.plan import Column


class Adamax(Optimizer):
    """m += (1 - β₁)(g - m); u = max(β₂ u, |g|); w -= η m / ((1 - β₁ᵗ) (u + ε)) at step t.

    Parameters
    ----------
    learning_rate : float, schedule or callable, default 0.001
        η >= 0.
    beta_1, beta_2 : float in [0, 1], default 0.9 and 0.999
        How much of the past the running means of g and of |g| keep.
    epsilon : float, default 1e-7
        Beside u.
    weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, \
loss_scale_factor, gradient_accumulation_steps, name
        See `Optimizer`.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: Kingma & Ba 2015, "Adam: a method for stochastic optimization", section 7.1.

    Examples
    --------
    >>> Adamax(0.01).beta_2
    0.999
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
        self.beta_1 = unit_interval("Adamax", "beta_1", beta_1)
        self.beta_2 = unit_interval("Adamax", "beta_2", beta_2)
        self.epsilon = epsilon

    def _slots(self) -> tuple[tuple[str, ...], ...]:
        return (("momentum", "norm"),)

    def _op(self) -> str:
        return "adamax_update"

    def _scalars(self) -> tuple[float | Column, ...]:
        return (self._column("alpha", self._alpha), self.beta_1, self.beta_2, self.epsilon)

    def _alpha(self, count: int) -> np.ndarray:
        """The bias-corrected rate of the next `count` batches; t counts from 1."""
        alpha: np.ndarray = self._rate(count) / self._rest(self.beta_1, count)
        return alpha

    def get_config(self) -> dict[str, Any]:
        own = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
        return super().get_config() | own
