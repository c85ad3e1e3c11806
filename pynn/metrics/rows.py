"""Metrics that are the mean over rows of a value that an op computes for each row."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from pynn import config
from pynn.kernels.tables import table
from pynn.metrics.reduction import Mean, with_mask
from pynn.nothing import refuse_none
from pynn.plan import Plan
from pynn.slots import Slot

Target = Literal["values", "labels"]


class RowMean(Mean):
    """The mean over rows of a value that an op computes for each row.

    Class attributes
    ----------------
    op : str
        ``y(n,k), t(n,k) -> value(n)``.
    target : {"values", "labels"}
        Whether t are numbers or integer labels, one a row.
    same_shape : bool
        Whether targets must have the shape of the predictions; otherwise they are broadcast.
    """

    op: str = ""
    target: Target = "values"
    same_shape = False
    heeds_masks = True
    _direction = "down"

    @property
    def lowers(self) -> bool:  # type: ignore[override]
        """Whether training lowers it to steps: not if a subclass takes predictions in its own way."""
        return type(self).update_state is RowMean.update_state and type(self).reset_state is RowMean.reset_state

    def scalars(self) -> tuple[float, ...]:
        """Scalars of the op."""
        return ()

    def lower(self, plan: Plan, y: Slot, target: Slot, weights: Slot | None = None) -> None:
        """Emit the value of each row, and their running sum.

        Parameters
        ----------
        plan : Plan
        y : Slot
            Predictions, of any rank.
        target : Slot
            In the rows of y: a matrix of the same shape, or one label a row.
        weights : Slot, optional
            One a row of y.
        """
        self.check_outputs(int(y.features[-1]) if y.features else 1)
        rows = plan.emit(self.op, y.rows(), target, scalars=self.scalars(), label=self.name)
        sums = [
            plan.fixed(f"{self.name}.{name}", variable.live.reshape(1))
            for name, variable in (("total", self.total), ("count", self.count))
        ]
        if weights is None:
            plan.emit("accumulate_mean", rows, *sums)
        else:
            plan.emit("accumulate_weighted_mean", rows, weights, *sums)

    def check_outputs(self, outputs: int) -> None:
        """Raise ValueError if rows of so many outputs make no sense."""

    def update_state(  # type: ignore[override]  # takes two arrays
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Take more predictions into account.

        Parameters
        ----------
        y_true, y_pred : array_like, shape (n, …, k) each; for sparse metrics y_true has shape (n, …) or (n, …, 1)
        sample_weight : array_like, optional
            Of shape (n,), or one for each value.
        """
        refuse_none(f"metric '{self.name}'", "each value", y_true, y_pred)
        weights = self.weights(y_true, with_mask(self, y_pred, sample_weight))
        super().update_state(self.values(y_true, y_pred), sample_weight=weights)

    def weights(self, y_true: Any, sample_weight: Any) -> Any:
        """The weights as they count; the same unless a metric leaves rows out."""
        return sample_weight

    def values(self, y_true: Any, y_pred: Any) -> np.ndarray:
        """The metric of each row, in the shape of the predictions without their last axis."""
        y = np.asarray(y_pred, config.floatx())
        if self.target == "labels":
            t = as_labels(y_true, y.shape)
        elif self.same_shape:
            t = np.asarray(y_true, y.dtype)
            if t.shape != y.shape:
                raise ValueError(
                    "Arguments `target` and `output` must have the same shape. "
                    f"Received: target.shape={t.shape}, output.shape={y.shape}"
                )
        else:
            t, y = as_pair(y_true, y)
        return self._by_kernel(t, y)

    def _by_kernel(self, t: np.ndarray, y: np.ndarray) -> np.ndarray:
        if y.ndim == 0:
            raise ValueError(f"{self.name}: predictions must have at least one axis, got shape {y.shape}")
        self.check_outputs(y.shape[-1])
        rows = np.ascontiguousarray(y).reshape(int(np.prod(y.shape[:-1], dtype=np.int64)), y.shape[-1])
        target = np.ascontiguousarray(t).reshape(len(rows) if self.target == "labels" else rows.shape)
        per_row = np.empty(len(rows), rows.dtype)
        table()[self.op, rows.dtype](rows, target, per_row, scalars=self.scalars())
        return per_row.reshape(y.shape[:-1])


def as_pair(y_true: Any, y_pred: Any, dtype: Any = None) -> tuple[np.ndarray, np.ndarray]:
    """Targets and predictions in one shape: ranks that differ by one are matched, then sizes of 1 are broadcast."""
    y = np.asarray(y_pred, dtype or config.floatx())
    t = np.asarray(y_true, y.dtype)
    t, y = match_ranks(t, y)
    try:
        return tuple(np.broadcast_arrays(t, y))  # type: ignore[return-value]
    except ValueError:
        raise ValueError(
            f"Targets and predictions have incompatible shapes for broadcasting: y_true.shape={np.shape(y_true)}, "
            f"y_pred.shape={np.shape(y_pred)}"
        ) from None


def match_ranks(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give both the same rank where one has a last axis of size 1 more: vectors get it, others lose it."""
    if a.ndim == b.ndim + 1 and a.shape[-1] == 1:
        return (a, b[..., None]) if b.ndim == 1 else (a[..., 0], b)
    if b.ndim == a.ndim + 1 and b.shape[-1] == 1:
        return (a[..., None], b) if a.ndim == 1 else (a, b[..., 0])
    return a, b


def as_labels(y_true: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Integer labels in the shape of the predictions without their last axis."""
    t = np.asarray(y_true)
    if t.ndim == len(shape) and t.shape[-1:] == (1,):
        t = t[..., 0]
    if t.shape != shape[:-1]:
        raise ValueError(
            "Arguments `target` and `output` must have the same shape up until the last dimension: "
            f"target.shape={np.shape(y_true)}, output.shape={shape}"
        )
    return t.astype(np.int32)
