"""Hinge losses: scores of any size, targets -1 and 1, or 0 and 1.

Source: Cortes & Vapnik 1995, "Support-vector networks"; with classes: Crammer & Singer 2001.
"""

from __future__ import annotations

from typing import Any

from pynn.losses.lowered import LoweredLoss
from pynn.plan import Plan, Slot


class Hinge(LoweredLoss):
    """How far scores are from the right side by 1: mean of max(1 - y_j ŷ_j, 0) over the outputs.

    Parameters
    ----------
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    Targets are -1 and 1.  If all targets of a batch are 0 or 1, its zeros count as -1.  The last layer has no sigmoid.

    Examples
    --------
    >>> float(Hinge()([[-1.0, 1.0]], [[-3.0, 0.5]]))
    0.25
    """

    op = "hinge"

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "hinge",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def prepare(self, plan: Plan, target: Slot) -> Slot:
        """Emit targets -1 and 1."""
        signs: Slot = plan.emit("hinge_targets", target)
        return signs


class SquaredHinge(LoweredLoss):
    """The square of what `Hinge` measures: mean of max(1 - y_j ŷ_j, 0)² over the outputs.

    Parameters
    ----------
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    Targets are -1 and 1.  If all targets of a batch are 0 or 1, its zeros count as -1.  The last layer has no sigmoid.

    Examples
    --------
    >>> float(SquaredHinge()([[-1.0, 1.0]], [[-3.0, 0.5]]))
    0.125
    """

    op = "squared_hinge"

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "squared_hinge",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def prepare(self, plan: Plan, target: Slot) -> Slot:
        """Emit targets -1 and 1."""
        signs: Slot = plan.emit("hinge_targets", target)
        return signs


class CategoricalHinge(LoweredLoss):
    """By how much the right class leads: max(1 + max_wrong ŷ - ŷ_right, 0) per row.

    Parameters
    ----------
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    Targets are one-hot.  With t in between, the right score is Σ t_j ŷ_j and the wrong ones are (1 - t_j) ŷ_j.

    Examples
    --------
    >>> float(CategoricalHinge()([[0.0, 1.0]], [[2.0, 2.5]]))
    0.5
    """

    op = "categorical_hinge"

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_hinge",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)


def hinge(y_true: Any, y_pred: Any) -> Any:
    """`Hinge` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> hinge([[-1.0, 1.0]], [[-3.0, 0.5]]).tolist()
    [0.25]
    """
    return Hinge().call(y_true, y_pred)


def squared_hinge(y_true: Any, y_pred: Any) -> Any:
    """`SquaredHinge` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> squared_hinge([[-1.0, 1.0]], [[-3.0, 0.5]]).tolist()
    [0.125]
    """
    return SquaredHinge().call(y_true, y_pred)


def categorical_hinge(y_true: Any, y_pred: Any) -> Any:
    """`CategoricalHinge` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> categorical_hinge([[0.0, 1.0]], [[2.0, 2.5]]).tolist()
    [0.5]
    """
    return CategoricalHinge().call(y_true, y_pred)
