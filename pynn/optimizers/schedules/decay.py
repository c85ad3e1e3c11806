"""Schedules that fall steadily: exponentially, hyperbolically, as a polynomial."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.optimizers.schedules.schedule import LearningRateSchedule, check_positive, real


class _Falling(LearningRateSchedule):
    # What ExponentialDecay and InverseTimeDecay have in common: their arguments.
    def __init__(
        self, initial_learning_rate: float, decay_steps: int, decay_rate: float, staircase: bool, name: str
    ) -> None:
        check_positive(self, "decay_steps", decay_steps)
        self.initial_learning_rate, self.decay_steps = initial_learning_rate, decay_steps
        self.decay_rate, self.staircase, self.name = decay_rate, staircase, name

    def _periods(self, step: Any) -> Any:
        """How often `decay_steps` went by."""
        periods = real(step) / real(self.decay_steps)
        return np.floor(periods) if self.staircase else periods

    def get_config(self) -> dict[str, Any]:
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "decay_rate": self.decay_rate,
            "staircase": self.staircase,
            "name": self.name,
        }


class ExponentialDecay(_Falling):
    """η = η₀ · decay_rate^(step / decay_steps).

    Parameters
    ----------
    initial_learning_rate : float
        η₀.
    decay_steps : int
        > 0.
    decay_rate : float
        What is left after `decay_steps`.
    staircase : bool, default False
        Fall once after each `decay_steps`, not at every step.
    name : str

    Raises
    ------
    ValueError
        If `decay_steps` is not positive.

    Examples
    --------
    >>> schedule = ExponentialDecay(0.1, decay_steps=100, decay_rate=0.5)
    >>> [round(float(schedule(step)), 4) for step in (0, 100, 200)]
    [0.1, 0.05, 0.025]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ) -> None:
        super().__init__(initial_learning_rate, decay_steps, decay_rate, staircase, name)

    def __call__(self, step: Any) -> Any:
        return real(self.initial_learning_rate) * np.power(real(self.decay_rate), self._periods(step))


class InverseTimeDecay(_Falling):
    """η = η₀ / (1 + decay_rate · step / decay_steps).

    Parameters
    ----------
    initial_learning_rate : float
        η₀.
    decay_steps : int
        > 0.
    decay_rate : float
    staircase : bool, default False
        Fall once after each `decay_steps`, not at every step.
    name : str

    Raises
    ------
    ValueError
        If `decay_steps` is not positive.

    Examples
    --------
    >>> schedule = InverseTimeDecay(0.1, decay_steps=1, decay_rate=0.5)
    >>> [round(float(schedule(step)), 4) for step in (0, 2, 8)]
    [0.1, 0.05, 0.02]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "InverseTimeDecay",
    ) -> None:
        super().__init__(initial_learning_rate, decay_steps, decay_rate, staircase, name)

    def __call__(self, step: Any) -> Any:
        return real(self.initial_learning_rate) / (1 + real(self.decay_rate) * self._periods(step))


class PolynomialDecay(LearningRateSchedule):
    """η = (η₀ - η₁) (1 - p)^power + η₁, where p = step / decay_steps, at most 1.

    Parameters
    ----------
    initial_learning_rate : float
        η₀.
    decay_steps : int
        > 0.
    end_learning_rate : float, default 0.0001
        η₁.
    power : float, default 1
        1: a straight line.
    cycle : bool, default False
        At the end start again from where the line is, with `decay_steps` as much longer as needed.
    name : str

    Raises
    ------
    ValueError
        If `decay_steps` is not positive.

    Examples
    --------
    >>> schedule = PolynomialDecay(0.1, decay_steps=100, end_learning_rate=0.0)
    >>> [round(float(schedule(step)), 4) for step in (0, 50, 100, 150)]
    [0.1, 0.05, 0.0, 0.0]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        check_positive(self, "decay_steps", decay_steps)
        self.initial_learning_rate, self.decay_steps = initial_learning_rate, decay_steps
        self.end_learning_rate, self.power, self.cycle, self.name = end_learning_rate, power, cycle, name

    def __call__(self, step: Any) -> Any:
        first, last, step, steps = map(
            real, (self.initial_learning_rate, self.end_learning_rate, step, self.decay_steps)
        )
        if self.cycle:
            steps = steps * np.maximum(np.ceil(step / steps), real(1))
        else:
            step = np.minimum(step, steps)
        return (first - last) * np.power(1 - step / steps, real(self.power)) + last

    def get_config(self) -> dict[str, Any]:
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "end_learning_rate": self.end_learning_rate,
            "power": self.power,
            "cycle": self.cycle,
            "name": self.name,
        }
