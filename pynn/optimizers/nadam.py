"""Nadam: Adam that looks ahead as Nesterov's momentum does."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.optimizers.optimizer import Optimizer
from pynn.optimizers.options import unit_interval
from pynn.plan import Column, Plan
from pynn.variables import Variable


class Nadam(Optimizer):
    """m, v as in Adam; w -= η (μ₊ m / (1 - M₊) + (1 - μ) g / (1 - M)) / (√(v / (1 - β₂ᵗ)) + ε) at step t.

    μ = β₁ (1 - ½ 0.96ᵗ), μ₊ the same at t + 1; M is the product of all μ so far, M₊ = M μ₊.

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
    The product M is kept in a variable of the optimizer.
    Source: Dozat 2016, "Incorporating Nesterov momentum into Adam".

    Examples
    --------
    >>> Nadam(0.01).beta_1
    0.9
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
        self.beta_1 = unit_interval("Nadam", "beta_1", beta_1)
        self.beta_2 = unit_interval("Nadam", "beta_2", beta_2)
        self.epsilon = epsilon

    def _slots(self) -> tuple[tuple[str, ...], ...]:
        return (("momentum", "velocity"),)

    def _build_state(self, variables: list[Variable]) -> None:
        super()._build_state(variables)
        product = Variable(1.0, dtype=variables[0].dtype if variables else None, trainable=False)
        self._u_product = self._tracked(product)
        product.path = product.name

    def _op(self) -> str:
        return "nadam_update"

    def _scalars(self) -> tuple[float | Column, ...]:
        columns = (
            self._column("of m", lambda count: self._factors(count)[0]),
            self._column("of g", lambda count: self._factors(count)[1]),
            Column("correction", self._correction),
        )
        return (*columns, self._cast(self.beta_1), self._cast(self.beta_2), self.epsilon)

    def _lower_shared(self, plan: Plan, when: Column | None) -> None:
        mu = Column("mu", lambda count: self._mu(self._updates(count) + 1))
        plan.emit("multiply_by", plan.parameter(self._u_product).view(1), scalars=(mu,), when=when)

    def _mu(self, t: np.ndarray) -> np.ndarray:
        mu: np.ndarray = self._cast(self.beta_1) * (1 - 0.5 * self._cast(0.96) ** t)
        return mu

    def _factors(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """What m and g are multiplied by in the next `count` batches."""
        t, steps = self._updates(count) + 1.0, self.gradient_accumulation_steps or 1
        mu, following = self._mu(t), self._mu(t + 1)
        updated = (self._batches(count) + 1) % steps == 0
        products = float(self._u_product.value) * np.cumprod(np.where(updated, mu, 1.0))
        product = np.where(updated, products, 0.0)  # nobody reads the others, and 1 at the start would divide by 0
        rate = self._rate(count)
        return rate * following / (1 - product * following), rate * (1 - mu) / (1 - product)

    def _correction(self, count: int) -> np.ndarray:
        correction: np.ndarray = 1 / self._rest(self.beta_2, count)
        return correction

    def get_config(self) -> dict[str, Any]:
        own = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
        return super().get_config() | own
