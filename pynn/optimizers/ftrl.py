"""FTRL: follow the regularized leader, for sparse features; with L1 it makes weights exactly zero."""

from __future__ import annotations

from typing import Any

from pynn.optimizers.optimizer import Optimizer
from pynn.plan import Column


class Ftrl(Optimizer):
    """a' = a + g²; z += g + 2 s w - (a'^-p - a^-p) w / η; w = (clip(z, ±λ₁) - z) / (a'^-p / η + 2 λ₂ + β / η); a = a'.

    Parameters
    ----------
    learning_rate : float, schedule or callable, default 0.001
        η >= 0.
    learning_rate_power : float <= 0, default -0.5
        p; 0 for a constant learning rate.
    initial_accumulator_value : float >= 0, default 0.1
        What a starts with.
    l1_regularization_strength, l2_regularization_strength : float >= 0, default 0
        λ₁, λ₂.
    l2_shrinkage_regularization_strength : float >= 0, default 0
        s: an L2 penalty on the loss, as long as a weight is not zero.
    beta : float, default 0
        β of the paper.
    weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, \
loss_scale_factor, gradient_accumulation_steps, name
        See `Optimizer`.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: McMahan et al. 2013, "Ad click prediction: a view from the trenches", algorithm 1.

    Examples
    --------
    >>> Ftrl(0.1, l1_regularization_strength=0.01).learning_rate_power
    -0.5
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
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
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name, **kwargs,
        )  # fmt: skip
        if not (learning_rate_power <= 0 <= initial_accumulator_value):
            raise ValueError(
                "Ftrl: `learning_rate_power` must be <= 0 and `initial_accumulator_value` >= 0, "
                f"got {learning_rate_power} and {initial_accumulator_value}"
            )
        self.learning_rate_power, self.initial_accumulator_value = learning_rate_power, initial_accumulator_value
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta

    def _slots(self) -> tuple[tuple[str, ...], ...]:
        return (("accumulator", "linear"),)

    def _first_value(self, slot: str) -> float:
        return self.initial_accumulator_value if slot == "accumulator" else 0.0

    def _op(self) -> str:
        return "ftrl_update"

    def _scalars(self) -> tuple[float | Column, ...]:
        l2 = self._column("l2", lambda count: self.l2_regularization_strength + self.beta / (2 * self._rate(count)))
        fixed = (self.learning_rate_power, self.l1_regularization_strength)
        return (self._rate_column(), *fixed, l2, self.l2_shrinkage_regularization_strength)

    def get_config(self) -> dict[str, Any]:
        names = (
            "learning_rate_power", "initial_accumulator_value", "l1_regularization_strength",
            "l2_regularization_strength", "l2_shrinkage_regularization_strength", "beta",
        )  # fmt: skip
        return super().get_config() | {name: getattr(self, name) for name in names}
