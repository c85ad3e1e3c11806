"""The best that one share can be while another is at least so large, over thresholds."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.metrics import thresholds as at
from pynn.metrics.metric import Metric, value
from pynn.metrics.thresholds import Counts, ratio


def _recall(c: Counts) -> np.ndarray:
    return ratio(c.true_positives, c.true_positives + c.false_negatives)


def _specificity(c: Counts) -> np.ndarray:
    return ratio(c.true_negatives, c.true_negatives + c.false_positives)


def _precision(c: Counts) -> np.ndarray:
    return ratio(c.true_positives, c.true_positives + c.false_positives)


class _Best(Metric):
    """The largest `_wanted` where `_bound` is at least `_value`."""

    _direction = "up"
    _argument: str
    _wanted: Any
    _bound: Any

    def __init__(
        self, least: float, num_thresholds: int = 200, class_id: int | None = None, name: Any = None, dtype: Any = None
    ) -> None:
        if not 0 <= least <= 1:
            raise ValueError(
                f"Argument `{self._argument}` must be in the range [0, 1]. Received: {self._argument}={least}"
            )
        if num_thresholds <= 0:
            raise ValueError(
                f"Argument `num_thresholds` must be an integer > 0. Received: num_thresholds={num_thresholds}"
            )
        super().__init__(dtype, name)
        self._least, self.num_thresholds, self.class_id = least, num_thresholds, class_id
        setattr(self, self._argument, least)
        self.thresholds = at.between(num_thresholds)
        for kind in Counts._fields:
            setattr(self, kind, self.add_variable((num_thresholds,), "zeros", "float64", name=kind))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Count more answers.

        Parameters
        ----------
        y_true, y_pred : array_like of the same shape
            Targets 0 or 1, and probabilities.
        sample_weight : array_like, optional
            One for each row, or for each output.
        """
        t, y, w = at.prepare(self.name, y_true, y_pred, sample_weight, class_id=self.class_id)
        for kind, counts in at.count(t, y, w, self.thresholds)._asdict().items():
            getattr(self, kind).assign_add(counts)

    def result(self) -> Any:
        """The best so far; 0 if the bound is reached nowhere."""
        counts = Counts(*(getattr(self, kind).value for kind in Counts._fields))
        # In the type of the result: a share that is the bound but for rounding counts as reaching it.
        reached = type(self)._bound(counts).astype(self.dtype) >= np.asarray(self._least, self.dtype)
        return value(type(self)._wanted(counts)[reached].max(initial=0), self.dtype)

    def get_config(self) -> dict[str, Any]:
        settings = {"class_id": self.class_id, "num_thresholds": self.num_thresholds}
        return super().get_config() | settings | {self._argument: self._least}


class SensitivityAtSpecificity(_Best):
    """The best sensitivity TP / (TP + FN) at a threshold where the specificity TN / (TN + FP) is at least so large.

    Parameters
    ----------
    specificity : float in [0, 1]
    num_thresholds : int, default 200
        From 0 to 1 in equal steps.
    class_id : int, optional
        Count only this output.
    name : str, optional
    dtype : str, optional

    Examples
    --------
    >>> float(SensitivityAtSpecificity(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]))
    0.5
    """

    _argument, _wanted, _bound = "specificity", _recall, _specificity

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(specificity, num_thresholds, class_id, name, dtype)


class SpecificityAtSensitivity(_Best):
    """The best specificity TN / (TN + FP) at a threshold where the sensitivity TP / (TP + FN) is at least so large.

    Parameters
    ----------
    sensitivity : float in [0, 1]
    num_thresholds, class_id, name, dtype
        As for `SensitivityAtSpecificity`.

    Examples
    --------
    >>> round(float(SpecificityAtSensitivity(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8])), 4)
    0.6667
    """

    _argument, _wanted, _bound = "sensitivity", _specificity, _recall

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(sensitivity, num_thresholds, class_id, name, dtype)


class PrecisionAtRecall(_Best):
    """The best precision TP / (TP + FP) at a threshold where the recall TP / (TP + FN) is at least so large.

    Parameters
    ----------
    recall : float in [0, 1]
    num_thresholds, class_id, name, dtype
        As for `SensitivityAtSpecificity`.

    Examples
    --------
    >>> float(PrecisionAtRecall(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]))
    0.5
    """

    _argument, _wanted, _bound = "recall", _precision, _recall

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(recall, num_thresholds, class_id, name, dtype)


class RecallAtPrecision(_Best):
    """The best recall TP / (TP + FN) at a threshold where the precision TP / (TP + FP) is at least so large.

    Parameters
    ----------
    precision : float in [0, 1]
    num_thresholds, class_id, name, dtype
        As for `SensitivityAtSpecificity`.

    Examples
    --------
    >>> float(RecallAtPrecision(0.8)([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]))
    0.5
    """

    _argument, _wanted, _bound = "precision", _recall, _precision

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(precision, num_thresholds, class_id, name, dtype)
