"""Lion: steps of one size, in the direction of the sign of the momentum."""

from __future__ import annotations

from typing import Any

from pynn.optimizers.optimizer import Optimizer
from pynn.optimizers.options import unit_interval
from pynn.plan import Column


class Lion(Optimizer):
    """w -= η sign(β₁ m + (1 - β₁) g); m = β₂ m + (1 - β₂) g.

    Parameters
    ----------
    learning_rate : float, schedule or callable, default 0.001
        η >= 0.
    beta_1 : float in (0, 1], default 0.9
        How much of the past the direction keeps.
    beta_2 : float in [0, 1], default 0.99
        How much of the past the momentum keeps.
    weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, \
loss_scale_factor, gradient_accumulation_steps, name
        See `Optimizer`.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    A good learning rate is 3 to 10 times smaller than Adam's, a good weight decay as much larger.
    Source: Chen et al. 2023, "Symbolic discovery of optimization algorithms".

    Examples
    --------
    >>> Lion(1e-4).beta_2
    0.99
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
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
            raise ValueError(
                "Argument `beta_1` must be in the [0, 1] range. Otherwise, the optimizer degenerates to SignSGD. "
                f"Received: beta_1={beta_1}."
            )
        self.beta_1, self.beta_2 = beta_1, unit_interval("Lion", "beta_2", beta_2)

    def _slots(self) -> tuple[tuple[str, ...], ...]:
        return (("momentum",),)

    def _op(self) -> str:
        return "lion_update"

    def _scalars(self) -> tuple[float | Column, ...]:
        return (self._rate_column(), self._cast(self.beta_1), self._cast(self.beta_2))

    def get_config(self) -> dict[str, Any]:
        own = {"beta_1": self.beta_1, "beta_2": self.beta_2}
        return super().get_config() | own
