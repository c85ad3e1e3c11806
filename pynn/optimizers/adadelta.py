"""Adadelta: steps in the unit of the weights, scaled by the sizes of recent gradients and of recent steps."""

from __future__ import annotations

from typing import Any

from pynn.optimizers.optimizer import Optimizer
from pynn.optimizers.options import unit_interval
from pynn.plan import Column


class Adadelta(Optimizer):
    """a = ρ a + (1 - ρ) g²; s = √(e + ε) g / √(a + ε); e = ρ e + (1 - ρ) s²; w -= η s.

    Parameters
    ----------
    learning_rate : float, schedule or callable, default 0.001
        η >= 0.
    rho : float in [0, 1], default 0.95
        How much of the past the running means keep.
    epsilon : float, default 1e-7
        Inside both roots.
    weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, \
loss_scale_factor, gradient_accumulation_steps, name
        See `Optimizer`.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    The paper has no learning rate: ``learning_rate=1.0`` is its form.
    Source: Zeiler 2012, "ADADELTA: an adaptive learning rate method".

    Examples
    --------
    >>> Adadelta(1.0).rho
    0.95
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.95,
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
        self.rho, self.epsilon = unit_interval("Adadelta", "rho", rho), epsilon

    def _slots(self) -> tuple[tuple[str, ...], ...]:
        return (("accumulated_grad", "accumulated_delta_var"),)

    def _op(self) -> str:
        return "adadelta_update"

    def _scalars(self) -> tuple[float | Column, ...]:
        return (self._rate_column(), self.rho, self.epsilon)

    def get_config(self) -> dict[str, Any]:
        own = {"rho": self.rho, "epsilon": self.epsilon}
        return super().get_config() | own
