"""RMSprop: a step for each weight, scaled by the size of its recent gradients."""

from __future__ import annotations

from typing import Any

from pynn.optimizers.optimizer import Optimizer
from pynn.optimizers.options import unit_interval
from pynn.plan import Column


class RMSprop(Optimizer):
    """v = ρ v + (1 - ρ) g²; w -= η g / √(v + ε).

    Centred: a = ρ a + (1 - ρ) g, and √(v - a² + ε).  With momentum μ: m = μ m + η g / √(…); w -= m.

    Parameters
    ----------
    learning_rate : float, schedule or callable, default 0.001
        η >= 0.
    rho : float in [0, 1], default 0.9
        How much of the past the running means keep.
    momentum : float in [0, 1], default 0
    epsilon : float, default 1e-7
        Inside the root.
    centered : bool, default False
        Divide by the gradient's standard deviation instead of its root mean square.
    weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, \
loss_scale_factor, gradient_accumulation_steps, name
        See `Optimizer`.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Sources: Tieleman & Hinton 2012, lecture 6.5; Graves 2013 for the centred form.

    Examples
    --------
    >>> RMSprop().rho
    0.9
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
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
        self.rho = unit_interval("RMSprop", "rho", rho)
        self.momentum = unit_interval("RMSprop", "momentum", momentum)
        self.epsilon, self.centered = epsilon, centered

    def _slots(self) -> tuple[tuple[str, ...], ...]:
        further = {"momentum": self.momentum, "average_gradient": self.centered}
        return (("velocity",), *((name,) for name, wanted in further.items() if wanted))

    def _operands(self) -> tuple[str, ...]:
        own = {name for group in self._slots() for name in group}
        return tuple(name for name in ("velocity", "average_gradient", "momentum") if name in own)

    def _op(self) -> str:
        return f"rmsprop{'_centered' if self.centered else ''}{'_momentum' if self.momentum else ''}_update"

    def _scalars(self) -> tuple[float | Column, ...]:
        scalars = (self._rate_column(), self.rho, self.epsilon)
        return (*scalars, self.momentum) if self.momentum else scalars

    def get_config(self) -> dict[str, Any]:
        own = {"rho": self.rho, "momentum": self.momentum, "epsilon": self.epsilon, "centered": self.centered}
        return super().get_config() | own
