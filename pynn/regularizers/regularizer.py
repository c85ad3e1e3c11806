"""What every regularizer is: a penalty computed from an array, and its place in a plan."""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np

from pynn.plan import Plan, Slot


class Regularizer:
    """A penalty that training adds to the loss: on weights, or on the output of a layer.

    Subclass it and define ``__call__`` with functions of `keras.ops`, and ``get_config`` for saving; or pass any
    function of an array where a regularizer is wanted.  Such a penalty is computed in Python at each batch.

    Notes
    -----
    The penalty of weights is added to the loss as it is; that of an output is divided by the rows of the batch.

    Examples
    --------
    >>> class Sum(Regularizer):
    ...     def __call__(self, x):
    ...         return 0.5 * np.sum(x)
    >>> float(Sum()(np.ones((2, 2))))
    2.0
    """

    def __call__(self, x: Any) -> Any:
        """The penalty of an array: 0 unless a subclass says more.

        Parameters
        ----------
        x : array
        """
        return 0.0

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal regularizer."""
        raise NotImplementedError(f"{self} does not implement get_config()")

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a regularizer from what `get_config` returned."""
        return cls(**config)


class LoweredRegularizer(Regularizer):
    """A regularizer that says which steps compute it, so that no Python runs between batches."""

    def lower(self, plan: Plan, w: Slot, rows: Slot, total: Slot, gradient: Slot | None) -> None:
        """Emit the steps that add the penalty of weights to the loss and to their gradient.

        Parameters
        ----------
        plan : Plan
        w : Slot
        rows : Slot
            Its first size is the number m of losses in the batch: m times the penalty is added to `total`.
        total : Slot of float64, shape (1,)
            The running sum of losses.
        gradient : Slot or None
            The gradient of w, changed in place; None where nobody trains.
        """
        raise NotImplementedError(f"{type(self).__name__} must define lower")

    def lower_activity(self, plan: Plan, y: Slot, rows: Slot, total: Slot) -> None:
        """Emit the steps that add the penalty of an output, divided by the rows of the batch; as `lower`."""
        raise NotImplementedError(f"{type(self).__name__} must define lower_activity")

    def lower_activity_gradient(self, plan: Plan, y: Slot, dy: Slot | None) -> Slot:
        """Emit the steps that add the slope of that penalty to the gradient dy (None: zero); returns a new slot."""
        raise NotImplementedError(f"{type(self).__name__} must define lower_activity_gradient")


def is_lowered(regularizer: Any) -> bool:
    """Whether a regularizer lowers itself; if not it is the user's own Python, `__call__` overridden included.

    Parameters
    ----------
    regularizer : callable

    Examples
    --------
    >>> from pynn.regularizers import L2
    >>> is_lowered(L2(0.1)), is_lowered(lambda w: 0.1 * np.sum(np.abs(w)))
    (True, False)
    """
    if not isinstance(regularizer, LoweredRegularizer):
        return False
    for cls in type(regularizer).__mro__:
        if "__call__" in vars(cls):
            return "lower" in vars(cls)
    return False


def checked_factor(value: Any, name: str) -> float:
    """A factor as a float, or ValueError if it is negative, infinite or no number."""
    number = isinstance(value, int | float | np.integer | np.floating)
    if not number or not math.isfinite(value) or value < 0:
        raise ValueError(
            f"Invalid value for argument {name}: expected a non-negative float. Received: {name}={value!r}"
        )
    return float(value)


def without_gradient(plan: Plan, y: Slot) -> Slot:
    """A gradient of zeros, for an output that the loss does not depend on."""
    first = y.shape[0]
    width = int(np.prod(y.features, dtype=np.int64))
    size = type(first)(first.times * width) if not isinstance(first, int) else first * width
    zeros: Slot = plan.emit("affine", plan.ones(size).view(first, width), scalars=(0.0, 0.0), label="zeros")
    return zeros.view(*y.shape)
