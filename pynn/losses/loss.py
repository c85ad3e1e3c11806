"""What every loss is: one number per row of the batch, then their mean."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np

from pynn import config, naming
from pynn.kernels.tables import table
from pynn.plan import Plan, Slot

Target = Literal["values", "labels"]
REDUCTIONS = ("sum_over_batch_size", "mean", "mean_with_sample_weight", "sum", "none", None)


class Loss:
    """A loss: one number per row of the batch, then their mean.

    Parameters
    ----------
    name : str, optional
    reduction : {"sum_over_batch_size", "mean", "mean_with_sample_weight", "sum", "none", None}
        How a direct call combines the rows.  Training needs one of the first two, which are the same: the sum of the
        weighted losses divided by the number of rows, whatever the weights.  The third divides by the sum of weights.
    dtype : str, optional

    Examples
    --------
    >>> from pynn.losses import MeanSquaredError
    >>> MeanSquaredError(reduction="none")([[0.0], [0.0]], [[1.0], [3.0]]).tolist()
    [1.0, 9.0]
    """

    op: str = ""
    target: Target = "values"

    def __init__(
        self, name: str | None = None, reduction: str | None = "sum_over_batch_size", dtype: str | None = None
    ) -> None:
        if reduction not in REDUCTIONS:
            raise ValueError(
                f"Invalid value for argument `reduction`. Expected one of {REDUCTIONS}. Received: reduction={reduction}"
            )
        self.name = name or naming.auto_name(type(self).__name__)
        self.reduction, self.dtype = reduction, dtype or config.floatx()

    def scalars(self) -> tuple[float, ...]:
        """Scalars of the op."""
        return ()

    def lower(self, plan: Plan, y: Slot, target: Slot, weights: Slot) -> tuple[Slot, Slot]:
        """Emit the loss of each row times its weight, and the gradient with respect to y."""
        if self.reduction not in ("sum_over_batch_size", "mean"):
            raise ValueError(
                f"{self.name}: training needs reduction='sum_over_batch_size' (the mean over the batch), "
                f"got reduction={self.reduction!r}"
            )
        per_row, dy = plan.emit(self.op, y.rows(), target, weights, scalars=self.scalars(), label="loss")
        return per_row, dy.view(*y.shape)

    def call(self, y_true: Any, y_pred: Any) -> np.ndarray:
        """The loss of each row, without weights."""
        y = np.ascontiguousarray(y_pred, config.floatx())
        rows = y.reshape(-1, y.shape[-1])
        target = self._target(np.asarray(y_true), y, rows)
        per_row = np.empty(len(rows), rows.dtype)
        ones, scratch = np.ones(len(rows), rows.dtype), [np.empty_like(rows) for _ in range(2)]
        arrays = [rows, target, ones, per_row, scratch[0]]
        if "p" in [o.name for o in table()[self.op, rows.dtype].op.outputs]:
            arrays.insert(3, scratch[1])
        table()[self.op, rows.dtype](*arrays, scalars=self.scalars())
        return per_row.reshape(y.shape[:-1])

    def _target(self, y_true: np.ndarray, y: np.ndarray, rows: np.ndarray) -> np.ndarray:
        if self.target == "labels":
            labels = y_true.reshape(y.shape[:-1]).astype(np.int32).reshape(-1)
            if labels.size and not 0 <= labels.min() <= labels.max() < y.shape[-1]:
                raise ValueError(
                    f"{self.name}: labels must be in [0, {y.shape[-1]}), got {labels.min()}…{labels.max()}"
                )
            return labels
        if y_true.ndim == y.ndim - 1 and y.shape[-1] == 1:
            y_true = y_true[..., None]
        if y_true.shape != y.shape:
            raise ValueError(
                f"Arguments `target` and `output` must have the same shape. "
                f"Received: target.shape={y_true.shape}, output.shape={y.shape}"
            )
        return self.smoothed(np.ascontiguousarray(y_true, rows.dtype).reshape(rows.shape))

    def smoothed(self, target: np.ndarray) -> np.ndarray:
        """Targets after label smoothing."""
        return target

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The loss of arrays: of shape () under the default reduction."""
        losses = self.call(y_true, y_pred)
        weights = np.ones((), losses.dtype) if sample_weight is None else np.asarray(sample_weight, losses.dtype)
        if weights.ndim == losses.ndim + 1 and weights.shape[-1] == 1:
            weights = weights[..., 0]
        weights = np.broadcast_to(weights.reshape(weights.shape + (1,) * (losses.ndim - weights.ndim)), losses.shape)
        weighted = losses * weights
        if self.reduction in ("none", None):
            return weighted
        if self.reduction == "mean_with_sample_weight":
            return weighted.sum() / weights.sum() if weights.any() else weighted.sum()
        return weighted.sum() if self.reduction == "sum" else weighted.mean()

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal loss."""
        return {"name": self.name, "reduction": self.reduction}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a loss from what `get_config` returned."""
        return cls(**config)
