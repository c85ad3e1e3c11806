"""A loss of pairs: rows of one class near each other, rows of different classes apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.immediate import ImmediatePlan
from pynn.losses import reduction as reductions
from pynn.losses.lowered import LoweredLoss
from pynn.plan import Plan, Slot


class Circle(LoweredLoss):
    """Pulls rows of one class together and pushes those of others away, the more the further they are from it.

    Parameters
    ----------
    gamma : float, default 80
        How sharply the worst pairs count.
    margin : float, default 0.4
        Distance that is near enough.
    remove_diagonal : bool, default True
        Whether a row does not count as its own neighbour.
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    Outputs have shape (n, k) and rows of length 1, as `UnitNormalization` makes them; targets are any class numbers.
    A row without another one of its class, or of another class, in its batch has no loss and does not count.  Costs
    n² k operations for a batch of n rows.
    Source: Sun et al. 2020, "Circle loss: a unified perspective of pair similarity optimization", equation 6.

    Examples
    --------
    >>> rows = [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    >>> float(Circle(gamma=1.0)([0, 0, 1], rows)) < float(Circle(gamma=1.0)([0, 1, 0], rows))
    True
    """

    op, target, bounded = "circle", "labels", False

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: str | None = "sum_over_batch_size",
        name: str = "circle",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.gamma, self.margin, self.remove_diagonal = gamma, margin, remove_diagonal

    def scalars(self) -> tuple[float, ...]:
        return float(self.gamma), float(self.margin), float(self.remove_diagonal)

    def lower(self, plan: Plan, y: Slot, target: Slot, weights: Slot) -> tuple[Slot, Slot]:
        """Emit the loss of each row times its weight, and the gradient with respect to y."""
        if len(y.shape) != 2:
            raise ValueError(f"{self.name}: outputs need shape (n, k), got {y.shape}")
        per_row, slopes = plan.emit(self.op, y, y, target, target, scalars=self.scalars(), label="loss")
        left = plan.emit("weights_of_positive", per_row, weights, scalars=(float(reductions.is_mean(self.reduction)),))
        weights = reductions.lowered(plan, left, self.reduction, self.name, True)
        return plan.emit("weigh", per_row, weights), plan.emit("circle_backward", y, slopes, weights)

    def lower_rows(self, plan: Plan, y: Slot, target: Slot, weights: Slot) -> tuple[Slot, Slot]:
        """Emit weighted losses and gradient for y(n,k)."""
        per_row, slopes = plan.emit(self.op, y, y, target, target, scalars=self.scalars(), label="loss")
        return plan.emit("weigh", per_row, weights), plan.emit("circle_backward", y, slopes, weights)

    def _mask(self, y_true: Any, losses: Any) -> Any:
        return np.asarray(losses) > 0

    def get_config(self) -> dict[str, Any]:
        own = {"gamma": self.gamma, "margin": self.margin, "remove_diagonal": self.remove_diagonal}
        return super().get_config() | own


def circle(
    y_true: Any,
    y_pred: Any,
    ref_labels: Any = None,
    ref_embeddings: Any = None,
    remove_diagonal: bool = True,
    gamma: float = 80,
    margin: float = 0.4,
) -> Any:
    """`Circle` of each row.

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Class numbers.
    y_pred : array_like, shape (n, k)
        Rows of length 1.
    ref_labels, ref_embeddings : array_like, shapes (m,) and (m, k), optional
        Rows to compare with, instead of the others in `y_pred`.
    remove_diagonal, gamma, margin
        See `Circle`.

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> circle([0, 0, 1], [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], gamma=1.0).shape
    (3,)
    """
    loss = Circle(gamma, margin, remove_diagonal)
    if ref_embeddings is None and ref_labels is None:
        return loss.call(y_true, y_pred)
    plan = ImmediatePlan(loss.dtype)
    y = plan.given(np.asarray(y_pred))
    others = y if ref_embeddings is None else plan.given(np.asarray(ref_embeddings))
    labels = plan.given(np.ravel(y_true), np.int32)
    known = labels if ref_labels is None else plan.given(np.ravel(ref_labels), np.int32)
    return plan.value(plan.emit("circle", y, others, labels, known, scalars=loss.scalars())[0])
