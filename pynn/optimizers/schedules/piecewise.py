"""A schedule of constant pieces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pynn.optimizers.schedules.schedule import LearningRateSchedule, real


class PiecewiseConstantDecay(LearningRateSchedule):
    """The first value up to and with the first boundary, then the next, and so on.

    Parameters
    ----------
    boundaries : list of int
        Steps, in ascending order.
    values : list of float
        One more than boundaries.
    name : str

    Raises
    ------
    ValueError
        If the lengths do not fit.

    Examples
    --------
    >>> schedule = PiecewiseConstantDecay([10, 20], [1.0, 0.5, 0.1])
    >>> [round(float(schedule(step)), 1) for step in (0, 10, 11, 20, 21)]
    [1.0, 1.0, 0.5, 0.5, 0.1]
    """

    def __init__(self, boundaries: Sequence[float], values: Sequence[float], name: str = "PiecewiseConstant") -> None:
        if len(boundaries) != len(values) - 1:
            raise ValueError(
                "The length of boundaries should be 1 less than the length of values. "
                f"Received: boundaries={boundaries} of length {len(boundaries)}, and values={values} of length "
                f"{len(values)}."
            )
        self.boundaries, self.values, self.name = boundaries, values, name

    def __call__(self, step: Any) -> Any:
        step = np.asarray(step)
        boundaries = np.asarray(self.boundaries, step.dtype)  # Keras compares in the type of the step
        return real(self.values)[np.searchsorted(boundaries, step, side="left")]

    def get_config(self) -> dict[str, Any]:
        return {"boundaries": self.boundaries, "values": self.values, "name": self.name}
