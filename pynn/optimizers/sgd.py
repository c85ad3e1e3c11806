"""Gradient descent, with momentum and Nesterov's look-ahead."""

from __future__ import annotations

from typing import Any

from pynn.optimizers.optimizer import Optimizer
from pynn.optimizers.options import unit_interval
from pynn.plan import Column


class SGD(Optimizer):
    """Gradient descent: w -= η g.

    With momentum μ: m = μ m - η g; w += m.  With Nesterov's look-ahead: w += μ m - η g.

    Parameters
    ----------
    learning_rate : float, schedule or callable, default 0.01
        η >= 0.
    momentum : float in [0, 1], default 0
    nesterov : bool, default False
    weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, \
loss_scale_factor, gradient_accumulation_steps, name
        See `Optimizer`.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Sources: Robbins & Monro 1951; Polyak 1964; Sutskever, Martens, Dahl & Hinton 2013.

    Examples
    --------
    >>> SGD(0.1, momentum=0.9).momentum
    0.9
    """

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
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
        self.momentum = unit_interval("SGD", "momentum", momentum)
        self.nesterov = nesterov

    def _slots(self) -> tuple[tuple[str, ...], ...]:
        return (("momentum",),) if self.momentum else ()

    def _op(self) -> str:
        return "momentum_update" if self.momentum else "sgd_update"

    def _scalars(self) -> tuple[float | Column, ...]:
        rate = self._rate_column()
        return (rate, self.momentum, float(self.nesterov)) if self.momentum else (rate,)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"momentum": self.momentum, "nesterov": self.nesterov}
