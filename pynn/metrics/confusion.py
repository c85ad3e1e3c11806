"""Counts of right and wrong answers, and their shares: precision and recall."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.metrics import thresholds as at
from pynn.metrics.metric import Metric, value
from pynn.variables import Variable


class _Counting(Metric):
    """Counts the answers of some kinds, at one threshold or several."""

    _kinds: tuple[tuple[str, str], ...]  # variable, field of `Counts`

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dtype, name)
        self.init_thresholds = thresholds if np.ndim(thresholds) == 0 else list(thresholds)
        self.top_k, self.class_id = top_k, class_id
        default = 0.5 if top_k is None else at.NOT_AMONG_TOP
        self.thresholds = at.checked(type(self).__name__, thresholds, default)
        for variable, _ in self._kinds:
            made = self.add_variable((len(self.thresholds),), "zeros", "float64", name=variable)
            setattr(self, variable, made)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Count more answers.

        Parameters
        ----------
        y_true, y_pred : array_like of the same shape
            Targets 0 or 1, and probabilities.
        sample_weight : array_like, optional
            One for each row, or for each output.
        """
        t, y, w = at.prepare(self.name, y_true, y_pred, sample_weight, self.top_k, self.class_id)
        counts = at.count(t, y, w, self.thresholds)
        for variable, kind in self._kinds:
            getattr(self, variable).assign_add(getattr(counts, kind))

    def _answer(self, result: np.ndarray) -> Any:
        return value(result[0] if len(self.thresholds) == 1 else result, self.dtype)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"thresholds": self.init_thresholds}


class _Count(_Counting):
    accumulator: Variable

    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(thresholds, name=name, dtype=dtype)

    def result(self) -> Any:
        """The count so far: a number, or one for each threshold."""
        return self._answer(self.accumulator.value)


class TruePositives(_Count):
    """How many of the ones are found; with weights, the sum of theirs.

    Parameters
    ----------
    thresholds : float or list of float, optional
        In [0, 1]; a prediction above it says 1.  One half if not given.  For a list the result is an array.
    name : str, optional
    dtype : str, optional

    Examples
    --------
    >>> float(TruePositives()([0, 1, 1, 1], [1, 0, 1, 1]))
    2.0
    """

    _kinds = (("accumulator", "true_positives"),)


class FalsePositives(_Count):
    """How many zeros are taken for ones; with weights, the sum of theirs.

    Parameters
    ----------
    thresholds : float or list of float, optional
        As for `TruePositives`.
    name : str, optional
    dtype : str, optional

    Examples
    --------
    >>> float(FalsePositives()([0, 1, 0, 0], [0, 0, 1, 1]))
    2.0
    """

    _kinds = (("accumulator", "false_positives"),)


class TrueNegatives(_Count):
    """How many zeros are recognised; with weights, the sum of theirs.

    Parameters
    ----------
    thresholds : float or list of float, optional
        As for `TruePositives`.
    name : str, optional
    dtype : str, optional

    Examples
    --------
    >>> float(TrueNegatives()([0, 1, 0, 0], [1, 1, 0, 0]))
    2.0
    """

    _kinds = (("accumulator", "true_negatives"),)


class FalseNegatives(_Count):
    """How many ones are missed; with weights, the sum of theirs.

    Parameters
    ----------
    thresholds : float or list of float, optional
        As for `TruePositives`.
    name : str, optional
    dtype : str, optional

    Examples
    --------
    >>> float(FalseNegatives()([0, 1, 1, 1], [0, 1, 0, 0]))
    2.0
    """

    _kinds = (("accumulator", "false_negatives"),)


class Precision(_Counting):
    """Share of right answers among those that say 1: TP / (TP + FP); 0 where nothing does.

    Parameters
    ----------
    thresholds : float or list of float, optional
        In [0, 1]; a prediction above it says 1.  One half if not given; every one of the top k, if `top_k` is.
    top_k : int, optional
        Count only the k largest outputs of a row; the others say 0.
    class_id : int, optional
        Count only this output.
    name : str, optional
    dtype : str, optional

    Examples
    --------
    >>> round(float(Precision()([0, 1, 1, 1], [1, 0, 1, 1])), 4)
    0.6667
    """

    _direction = "up"
    _kinds = (("true_positives", "true_positives"), ("false_positives", "false_positives"))
    true_positives: Variable
    false_positives: Variable

    def result(self) -> Any:
        """The precision so far: a number, or one for each threshold."""
        right, wrong = self.true_positives.value, self.false_positives.value
        return self._answer(at.ratio(right, right + wrong))

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"top_k": self.top_k, "class_id": self.class_id}


class Recall(_Counting):
    """Share of the ones that are found: TP / (TP + FN); 0 where there are none.

    Parameters
    ----------
    thresholds, top_k, class_id
        As for `Precision`.
    name : str, optional
    dtype : str, optional

    Examples
    --------
    >>> round(float(Recall()([0, 1, 1, 1], [1, 0, 1, 1])), 4)
    0.6667
    """

    _direction = "up"
    _kinds = (("true_positives", "true_positives"), ("false_negatives", "false_negatives"))
    true_positives: Variable
    false_negatives: Variable

    def result(self) -> Any:
        """The recall so far: a number, or one for each threshold."""
        found, missed = self.true_positives.value, self.false_negatives.value
        return self._answer(at.ratio(found, found + missed))

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"top_k": self.top_k, "class_id": self.class_id}
