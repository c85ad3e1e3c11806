"""The coefficient of determination."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from pynn.metrics.metric import Metric, value
from pynn.metrics.rows import match_ranks
from pynn.variables import Variable

_AGGREGATIONS = (None, "uniform_average", "variance_weighted_average")
_SUMS = ("squared_sum", "sum", "residual", "count")


class R2Score(Metric):
    """1 - Σ (y - ŷ)² / Σ (y - mean y)²: the share of the targets' variance that predictions explain.

    Parameters
    ----------
    class_aggregation : {"uniform_average", "variance_weighted_average", None}
        How several outputs are averaged; None: an array, one for each.
    num_regressors : int, default 0
        Inputs of the model: above 0 the score is adjusted, 1 - (1 - R²) (m - 1) / (m - num_regressors - 1), where m
        counts targets of all outputs.
    name : str
    dtype : str, optional

    Examples
    --------
    >>> round(float(R2Score()([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]])), 4)
    0.5714
    """

    _direction = "up"
    squared_sum: Variable
    sum: Variable
    residual: Variable
    count: Variable

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str = "r2_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(dtype, name)
        if class_aggregation not in _AGGREGATIONS:
            raise ValueError(
                f"Invalid value for argument `class_aggregation`. Expected one of {_AGGREGATIONS}. "
                f"Received: class_aggregation={class_aggregation}"
            )
        if num_regressors < 0:
            raise ValueError(
                "Invalid value for argument `num_regressors`. Expected a value >= 0. "
                f"Received: num_regressors={num_regressors}"
            )
        self.class_aggregation, self.num_regressors = class_aggregation, num_regressors
        self.num_samples = self.add_variable((), "zeros", "float64", name="num_samples")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take more predictions into account.

        Parameters
        ----------
        y_true, y_pred : array_like, shape (n, k)
        sample_weight : array_like, optional
            One for each row, or for each output.
        """
        y = np.asarray(y_pred, np.float64)
        t, y = match_ranks(np.asarray(y_true, np.float64), y)
        if y.ndim != 2 or t.ndim != 2:
            raise ValueError(
                "R2Score expects 2D inputs with shape (batch_size, output_dim). Received input shapes: "
                f"y_pred.shape={np.shape(y_pred)} and y_true.shape={np.shape(y_true)}."
            )
        t, y = np.broadcast_arrays(t, y)
        if not hasattr(self, "count"):
            for name in _SUMS:
                setattr(self, name, self.add_variable((y.shape[1],), "zeros", "float64", name=name))
        if self.count.shape != (y.shape[1],):
            raise ValueError(f"{self.name}: y_pred has {y.shape[1]} outputs, expected {self.count.shape[0]}")
        w = np.asarray(1.0 if sample_weight is None else sample_weight, np.float64)
        w = w[:, None] if w.ndim == 1 else w
        for name, terms in zip(_SUMS, (t * t * w, t * w, np.square(t - y) * w, w), strict=True):
            getattr(self, name).assign_add(np.broadcast_to(terms, t.shape).sum(axis=0))
        self.num_samples.assign_add(t.size)

    def result(self) -> Any:
        """The score so far; NaN before any data."""
        if not hasattr(self, "count"):
            return value(np.nan, self.dtype)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = self.sum.value / self.count.value
            total = self.squared_sum.value - self.sum.value * mean
            scores = 1 - self.residual.value / total
        scores = np.where(np.isinf(scores), 0, scores)
        if self.class_aggregation == "uniform_average":
            scores = scores.mean()
        elif self.class_aggregation is not None:
            scores = (scores * total).sum() / total.sum()
        return value(self._adjusted(scores), self.dtype)

    def _adjusted(self, scores: Any) -> Any:
        samples, inputs = float(self.num_samples), self.num_regressors
        if inputs == 0:
            return scores
        if inputs > samples - 1:
            found = "More independent predictors than datapoints in adjusted R2 score."
        elif inputs == samples - 1:
            found = "Division by zero in Adjusted R2 score."
        else:
            return 1 - (1 - scores) * (samples - 1) / (samples - inputs - 1)
        warnings.warn(f"{found} Falling back to standard R2 score.", stacklevel=3)
        return scores

    def get_config(self) -> dict[str, Any]:
        settings = {"class_aggregation": self.class_aggregation, "num_regressors": self.num_regressors}
        return super().get_config() | settings
