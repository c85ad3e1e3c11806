"""Layers that pass their input on: for naming a place, or penalizing it."""

from __future__ import annotations

from typing import Any

from pynn import regularizers
from pynn.layers.layer import Backward, Layer
from pynn.plan import Plan, Slot


class Identity(Layer):
    """Return the input as it is.

    Parameters
    ----------
    **kwargs
        See `Layer`.

    Examples
    --------
    >>> Identity()(np.array([[1.0, 2.0]])).tolist()
    [[1.0, 2.0]]
    """

    _keeps_integers = True
    _passes_mask = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.built = True

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        return x, lambda dy: dy


class ActivityRegularization(Identity):
    """Return the input as it is, and add a penalty on it to the loss: (l1 Σ|x| + l2 Σx²) / rows of the batch.

    Parameters
    ----------
    l1, l2 : float, default 0
        >= 0.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If `l1` or `l2` is negative or no number.

    Examples
    --------
    >>> ActivityRegularization(l2=0.01)(np.array([[1.0, 2.0]])).tolist()
    [[1.0, 2.0]]
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.l1, self.l2 = l1, l2
        self.activity_regularizer = regularizers.L1L2(l1=l1, l2=l2)

    def get_config(self) -> dict[str, Any]:
        start = super().get_config()
        start.pop("activity_regularizer")
        return start | {"l1": self.l1, "l2": self.l2}
