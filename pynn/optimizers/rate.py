"""The learning rate of an optimizer: a number that can be assigned, a schedule, or a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pynn.optimizers.schedules import LearningRateSchedule
from pynn.plan import Column
from pynn.saving import serialize_keras_object
from pynn.variables import Variable

# How far a user's schedule is asked ahead: calls that a change of the schedule, or an early stop, makes useless.
_LOOK_AHEAD = 64


class Rate:
    """The part of an optimizer that knows its learning rate."""

    name: str
    _iterations: Variable
    _variables: list[Variable]

    if TYPE_CHECKING:  # given by Optimizer and State

        def _tracked(self, variable: Variable) -> Variable: ...
        def _batches(self, count: int) -> np.ndarray: ...

    def _start_rate(self, rate: Any) -> None:
        if callable(rate):
            self._learning_rate: Any = rate
        else:
            first = _checked(self.name, rate)
            self._learning_rate = self._tracked(Variable(first, trainable=False, name="learning_rate"))

    @property
    def learning_rate(self) -> Any:
        """Size of a step: a Variable, or what the schedule gives now.  Assign a number or a schedule to change it.

        Raises
        ------
        TypeError
            If a number is assigned while a schedule sets the rate.
        """
        if isinstance(self._learning_rate, LearningRateSchedule):
            return self._learning_rate(self._iterations)
        return self._learning_rate if isinstance(self._learning_rate, Variable) else self._learning_rate()

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        if callable(value):
            self._variables[:] = [v for v in self._variables if v is not self._learning_rate]
            self._learning_rate = value
        elif isinstance(self._learning_rate, Variable):
            self._learning_rate.assign(_checked(self.name, value))
        else:
            raise TypeError(
                "This optimizer was created with a `LearningRateSchedule` object (or a function) as its "
                "`learning_rate` constructor argument, hence its learning rate is not settable. If you need the "
                "learning rate to be settable, you should instantiate the optimizer with a float `learning_rate` "
                "argument."
            )

    @property
    def lr(self) -> Any:
        """`learning_rate`, as Keras 1 and 2 called it."""
        from pynn import legacy

        legacy.warn("optimizer.lr", "optimizer.learning_rate")
        return self.learning_rate

    @lr.setter
    def lr(self, value: Any) -> None:
        from pynn import legacy

        legacy.warn("optimizer.lr", "optimizer.learning_rate")
        self.learning_rate = value

    def _rate(self, count: int) -> np.ndarray:
        """The learning rate of the next `count` batches; a schedule reads how many are done before each."""
        rate = self._learning_rate
        if isinstance(rate, Variable):
            return np.full(count, float(rate.value))
        if not isinstance(rate, LearningRateSchedule):
            return np.array([float(rate()) for _ in range(count)])
        steps = self._batches(count)
        if _is_own(rate):
            return np.asarray(rate(steps), np.float64)
        return np.array([float(rate(step)) for step in steps.astype(np.int32)])

    def _column(self, name: str, values: Any) -> Column:
        """A scalar of each batch that depends on the learning rate."""
        rate = self._learning_rate
        return Column(name, values, None if isinstance(rate, Variable) or _is_own(rate) else _LOOK_AHEAD)

    def _rate_column(self) -> Column:
        return self._column("learning_rate", self._rate)

    def _rate_config(self) -> Any:
        rate = self._learning_rate
        return float(rate.value) if isinstance(rate, Variable) else serialize_keras_object(rate)


def _is_own(rate: Any) -> bool:
    """Whether a learning rate is a schedule of pynn's, which takes an array of steps."""
    return isinstance(rate, LearningRateSchedule) and type(rate).__call__.__module__.startswith("pynn.")


def _checked(name: str, rate: Any) -> float:
    try:
        value = float("") if isinstance(rate, str | bytes) else float(rate)  # Keras refuses "0.01" as well
    except (TypeError, ValueError):
        raise ValueError(
            f"{name}: learning_rate must be a number, a LearningRateSchedule or a function, got {rate!r}"
        ) from None
    if not 0 <= value < float("inf"):
        raise ValueError(f"{name}: learning_rate must be a finite number >= 0, got {rate}")
    return value
