"""Losses that are one op: they lower themselves to a plan, and a direct call runs the same steps on arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.immediate import ImmediatePlan
from pynn.losses import followed
from pynn.losses import reduction as reductions
from pynn.losses.axes import Axis, Rows
from pynn.losses.loss import Loss, Target
from pynn.nothing import refuse_none
from pynn.plan import Plan, Slot


class LoweredLoss(Loss):
    """A loss that an op computes row by row.

    Parameters
    ----------
    name, reduction, dtype
        See `Loss`.
    """

    op: str = ""
    target: Target = "values"
    # Whether targets of another shape are repeated to fit, as NumPy does; otherwise shapes must be equal.
    broadcasts: bool = True
    # Smallest target for which the loss is a number, and whether it is one itself.
    least: float = -np.inf
    least_included: bool = True
    axis: Axis = -1
    # Whether targets and predictions may change places.
    symmetric: bool = False

    def scalars(self) -> tuple[float, ...]:
        """Scalars of the op."""
        return ()

    def lower(self, plan: Plan, y: Slot, target: Slot, weights: Slot) -> tuple[Slot, Slot]:
        """Emit the loss of each row times its weight, and the gradient with respect to y."""
        rows = Rows(plan, y.shape, self.axis, self.name)
        target = target if self.target == "labels" else rows.of(target.view(*y.shape))
        if rows.count == weights.shape[0]:
            per_row, dy = self.lower_rows(plan, rows.of(y), target, self._reduced(plan, target, weights))
        else:
            per_row, dy = self._lower_other_rows(plan, rows, (y, target), weights)
        return per_row, rows.back(dy)

    def _lower_other_rows(self, plan: Plan, rows: Rows, pair: tuple[Slot, Slot], weights: Slot) -> tuple[Slot, Slot]:
        """The same where the losses are not one for each weight: their mean counts for every weight."""
        y, target = pair
        if not reductions.are_given(weights):
            own = self._reduced(plan, target, plan.ones(rows.count))
        elif self.axis is None:
            own = plan.emit("mean_of_rows", self._reduced(plan, target, weights), label="weight")
        else:
            raise ValueError(f"{self.name}: sample weights need axis=-1 or None, got axis={self.axis}")
        per_row, dy = self.lower_rows(plan, rows.of(y), target, own)
        total = plan.emit("mean_of_rows", per_row, label="loss.mean")
        return plan.emit("repeat_for_rows", total, weights, label="loss"), dy

    def _reduced(self, plan: Plan, target: Slot, weights: Slot) -> Slot:
        given = reductions.are_given(weights)
        left = self.masked(plan, target, weights, reductions.is_mean(self.reduction))
        weights, given = (weights, given) if left is None else (left, True)
        return reductions.lowered(plan, weights, self.reduction, self.name, given)

    def masked(self, plan: Plan, target: Slot, weights: Slot, rescale: bool) -> Slot | None:
        """Emit weights that leave out rows which do not count; None where all do.

        `rescale`: raise the others, so that a mean over all rows becomes one over these.
        """
        return None

    def prepare(self, plan: Plan, target: Slot) -> Slot:
        """Emit what turns targets into those of the op."""
        return target

    def lower_rows(self, plan: Plan, y: Slot, target: Slot, weights: Slot) -> tuple[Slot, Slot]:
        """Emit weighted losses and gradient for y(n,k)."""
        target = self.prepare(plan, target)
        per_row, dy = plan.emit(self.op, y, target, weights, scalars=self.scalars(), label="loss")
        return per_row, dy

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The losses of the rows, without weights."""
        refuse_none(f"loss '{self.name}'", "y_true and for y_pred", y_true, y_pred)
        y, target = np.asarray(y_pred, self.dtype), np.asarray(y_true)
        pair = (self._labels(target, y), y) if self.target == "labels" else self._values(target, y)
        return followed.rows(self, (y_true, y_pred), pair)

    def losses(
        self, target: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Losses of rows times their weights, and the slope of their sum."""
        if y.ndim == 0:
            raise ValueError(f"{self.name}: y_pred needs at least one axis, got the number {y}")
        plan = ImmediatePlan(self.dtype)
        rows = Rows(plan, y.shape, self.axis, self.name)
        shaped = plan.given(target, np.int32 if self.target == "labels" else None)
        shaped = shaped.view(rows.count) if self.target == "labels" else rows.of(shaped)
        given = plan.ones(rows.count) if weights is None else plan.given(weights.reshape(-1))
        per_row, dy = self.lower_rows(plan, rows.of(plan.given(y)), shaped, given)
        slopes = plan.value(rows.back(dy)) * y.dtype.type(rows.count)
        return plan.value(per_row).reshape(rows.shape), slopes  # type: ignore[arg-type]

    def _values(self, target: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        target, y = reductions.same_rank(np.asarray(target, self.dtype), y)
        self.check_domain(target)
        if self.broadcasts:
            return np.broadcast_arrays(target, y)  # type: ignore[return-value]
        if target.shape != y.shape:
            raise ValueError(
                f"Arguments `target` and `output` must have the same shape. "
                f"Received: target.shape={target.shape}, output.shape={y.shape}"
            )
        return target, y

    def _labels(self, target: np.ndarray, y: np.ndarray) -> np.ndarray:
        axis = self.axis if isinstance(self.axis, int) else -1
        labels, shape = np.asarray(target).astype(np.int32), list(y.shape)
        classes = shape.pop(axis)
        if labels.ndim == y.ndim and labels.shape[axis] == 1:
            labels = labels.squeeze(axis)
        if labels.shape != tuple(shape):
            raise ValueError(
                f"{self.name}: class numbers of shape {labels.shape} do not fit an output of shape {y.shape}: "
                f"expected shape {tuple(shape)}"
            )
        wrong = ((labels < 0) | (labels >= classes)) & (labels != self.ignored)
        if self.bounded and wrong.any():
            raise ValueError(f"{self.name}: labels must be in [0, {classes}), got {labels[wrong].flat[0]}")
        return labels

    def check_target(self, y: np.ndarray) -> None:
        """Look at targets before training."""
        self.check_domain(y)

    def check_domain(self, y: np.ndarray) -> None:
        """Raise ValueError where the loss of a target is no number; it names the first such row."""
        if not np.isfinite(self.least):
            return
        wrong = y < self.least if self.least_included else y <= self.least
        if wrong.any():
            bound = f"{'>=' if self.least_included else '>'} {self.least:g}"
            row = int(np.argwhere(wrong)[0][0]) if y.ndim else 0
            raise ValueError(f"Loss '{self.name}' takes targets {bound}, but y has {y[wrong].flat[0]} in row {row}.")
