"""Adagrad: a step for each weight, scaled by the size of all its gradients so far."""

from __future__ import annotations

from typing import Any

from pynn.optimizers.optimizer import Optimizer
from pynn.plan import Column


class Adagrad(Optimizer):
    """a += g²; w -= η g / √(a + ε).

    Parameters
    ----------
    learning_rate : float, schedule or callable, default 0.001
        η >= 0.
    initial_accumulator_value : float, default 0.1
        What a starts with, >= 0.
    epsilon : float, default 1e-7
        Inside the root.
    weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, \
loss_scale_factor, gradient_accumulation_steps, name
        See `Optimizer`.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: Duchi, Hazan & Singer 2011, "Adaptive subgradient methods for online learning and stochastic optimization".

    Examples
    --------
    >>> Adagrad(0.5).initial_accumulator_value
    0.1
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: float = 0.1,
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
        self.initial_accumulator_value, self.epsilon = initial_accumulator_value, epsilon

    def _slots(self) -> tuple[tuple[str, ...], ...]:
        return (("accumulator",),)

    def _first_value(self, slot: str) -> float:
        return self.initial_accumulator_value

    def _op(self) -> str:
        return "adagrad_update"

    def _scalars(self) -> tuple[float | Column, ...]:
        return (self._rate_column(), self.epsilon)

    def get_config(self) -> dict[str, Any]:
        own = {"initial_accumulator_value": self.initial_accumulator_value, "epsilon": self.epsilon}
        return super().get_config() | own
