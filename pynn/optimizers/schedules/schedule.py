"""What every schedule is: a function of the number of batches done, with settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from pynn import config


class LearningRateSchedule:
    """A learning rate for each step; to write one, define `__call__`, and `get_config` to store it.

    Notes
    -----
    `fit` asks a schedule that a user wrote for the rates of the next few dozen batches at a time.

    Examples
    --------
    >>> class Sqrt(keras.optimizers.schedules.LearningRateSchedule):
    ...     def __call__(self, step):
    ...         return 0.1 / (1 + step) ** 0.5
    >>> optimizer = keras.optimizers.SGD(Sqrt())
    >>> round(float(optimizer.learning_rate), 6)
    0.1
    """

    name: str

    def __call__(self, step: Any) -> Any:
        """The learning rate of a step, counted from 0.

        Parameters
        ----------
        step : int or array of int

        Raises
        ------
        NotImplementedError
            If a subclass does not define it.
        """
        raise NotImplementedError(
            f"Learning rate schedule '{type(self).__name__}' must override `__call__(self, step)`."
        )

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal schedule.

        Raises
        ------
        NotImplementedError
            If a subclass does not define it.
        """
        raise NotImplementedError(
            f"Learning rate schedule '{type(self).__name__}' must override `get_config()` in order to be serializable."
        )

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Make a schedule from what `get_config` returned.

        Parameters
        ----------
        config : dict
        """
        return cls(**config)


def real(value: Any) -> Any:
    """A number or array in the type in which Keras computes schedules; a step may be a Variable."""
    return np.asarray(value, config.floatx())[()]


def check_positive(owner: LearningRateSchedule, argument: str, value: Any) -> None:
    """Raise ValueError unless a number of steps is positive."""
    if not value > 0:
        raise ValueError(
            f"Argument `{argument}` must be > 0. Received: {argument}={value} (schedule {type(owner).__name__})"
        )
