"""Areas under curves over all thresholds."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config
from pynn.metrics import thresholds as at
from pynn.metrics.metric import Metric, value
from pynn.metrics.thresholds import Counts, ratio
from pynn.variables import Variable

_CURVES, _SUMMATIONS = ("PR", "ROC", "PRGAIN"), ("interpolation", "majoring", "minoring")


class AUC(Metric):
    """Area under the ROC curve, or under the curve of precision over recall, from counts at thresholds.

    Parameters
    ----------
    num_thresholds : int, default 200
        > 1; from 0 to 1 in equal steps.
    curve : {"ROC", "PR", "PRGAIN"}
        True over false positive rate, precision over recall, or their gains.
    summation_method : {"interpolation", "majoring", "minoring"}
        Height of a strip between two thresholds: mean (for PR interpolated as below), larger or smaller of both ends.
    name : str, optional
    dtype : str, optional
    thresholds : list of float, optional
        Instead of `num_thresholds`; one below 0 and one above 1 are added.
    multi_label : bool, default False
        Whether the columns are labels, each with its own curve, whose areas are averaged; else all outputs are one.
    num_labels : int, optional
        Only with `multi_label`; known from the first data otherwise.
    label_weights : list of float, optional
        For the average of the labels, or for the outputs of each column.
    from_logits : bool, default False
        Whether predictions are what a sigmoid would still be applied to.

    Notes
    -----
    Source of the interpolation of precision: Davis & Goadrich 2006, "The relationship between precision-recall and ROC
    curves"; of the gains: Flach & Kull 2015, "Precision-recall-gain curves".

    Examples
    --------
    >>> float(AUC(num_thresholds=3)([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]))
    0.75
    """

    _direction = "up"
    true_positives: Variable
    false_positives: Variable
    true_negatives: Variable
    false_negatives: Variable

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: Any = None,
        thresholds: Any = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Any = None,
        from_logits: bool = False,
    ) -> None:
        self.curve = _one_of("AUC curve", curve, _CURVES, str(curve).upper())
        self.summation_method = _one_of(
            "AUC summation method", summation_method, _SUMMATIONS, str(summation_method).lower()
        )
        if thresholds is None and num_thresholds <= 1:
            raise ValueError(
                f"Argument `num_thresholds` must be an integer > 1. Received: num_thresholds={num_thresholds}"
            )
        if num_labels is not None and not multi_label:
            raise ValueError("`num_labels` is needed only when `multi_label` is True.")
        super().__init__(dtype, name)
        inner = at.between(num_thresholds)[1:-1] if thresholds is None else sorted(map(float, thresholds))
        self._given_thresholds = None if thresholds is None else inner
        self._thresholds = [-config.epsilon(), *inner, 1 + config.epsilon()]
        self.num_thresholds = len(self._thresholds)
        self.multi_label, self.num_labels, self.from_logits = multi_label, num_labels, from_logits
        self.label_weights = label_weights
        if not multi_label or num_labels:
            self._build(num_labels)

    def _build(self, labels: int | None) -> None:
        shape = (self.num_thresholds,) if not self.multi_label else (self.num_thresholds, labels)
        for kind in Counts._fields:
            setattr(self, kind, self.add_variable(shape, "zeros", "float64", name=kind))

    @property
    def thresholds(self) -> list[float]:
        """All thresholds, those below 0 and above 1 included."""
        return self._thresholds

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Count more answers.

        Parameters
        ----------
        y_true, y_pred : array_like of the same shape; (n, labels) for several labels
            Targets 0 or 1, and probabilities (or logits).
        sample_weight : array_like, optional
            One for each row, or for each output.
        """
        t, y, w = at.prepare(self.name, y_true, y_pred, sample_weight)
        if self.from_logits:
            y = 1 / (1 + np.exp(-y))
        if self.multi_label and y.ndim != 2:
            raise ValueError(
                f"`y_pred` must have rank 2 when `multi_label=True`. Found rank {y.ndim}. "
                f"Full shape received for `y_pred`: {y.shape}"
            )
        if self.multi_label and not self._made:
            self._build(y.shape[1])
        if self.label_weights is not None and not self.multi_label:
            w = w * np.asarray(self.label_weights, np.float64)
        if self.multi_label and y.shape[1] != self.true_positives.shape[1]:
            raise ValueError(f"{self.name}: y_pred has {y.shape[1]} labels, expected {self.true_positives.shape[1]}")
        for kind, counts in at.count(t, y, w, self._thresholds, self.multi_label)._asdict().items():
            getattr(self, kind).assign_add(counts)

    def result(self) -> Any:
        """The area so far; 0 before any data."""
        if not self._made:
            return value(0.0, self.dtype)
        counts = Counts(*(variable.value for variable in self._made))
        if self.curve == "PR" and self.summation_method == "interpolation":
            areas = _interpolated(counts)
        else:
            x, y = _curve(self.curve, counts)
            areas = ((x[:-1] - x[1:]) * _heights(self.summation_method, y[:-1], y[1:])).sum(axis=0)
        if self.multi_label and self.label_weights is not None:
            weights = np.asarray(self.label_weights, np.float64)
            return value(ratio((areas * weights).sum(), weights.sum()), self.dtype)
        return value(areas.mean(), self.dtype)

    def interpolate_pr_auc(self) -> Any:
        """The area under precision over recall so far, whatever the curve; one for each label."""
        return value(_interpolated(Counts(*(variable.value for variable in self._made))), self.dtype)

    def get_config(self) -> dict[str, Any]:
        settings = {
            name: getattr(self, name)
            for name in (
                "num_thresholds",
                "curve",
                "summation_method",
                "multi_label",
                "num_labels",
                "label_weights",
                "from_logits",
            )
        }
        if self._given_thresholds is not None:
            settings["thresholds"] = self._given_thresholds
        return super().get_config() | settings


def _one_of(kind: str, given: Any, known: tuple[str, ...], word: str) -> str:
    if word not in known:
        expected = ", ".join(f'"{name}"' for name in known)
        raise ValueError(f'Invalid {kind} value: "{given}". Expected values are [{expected}]')
    return word


def _curve(name: str, c: Counts) -> tuple[np.ndarray, np.ndarray]:
    """Abscissa and ordinate at each threshold."""
    positives, negatives = c.true_positives + c.false_negatives, c.false_positives + c.true_negatives
    recall = ratio(c.true_positives, positives)
    if name == "ROC":
        return ratio(c.false_positives, negatives), recall
    if name == "PR":
        return recall, ratio(c.true_positives, c.true_positives + c.false_positives)
    # Where nothing is found yet, recall gains nothing and precision loses nothing; a recall below chance counts as 0.
    odds = ratio(positives, negatives)
    gained = np.where(c.true_positives > 0, 1 - odds * ratio(c.false_negatives, c.true_positives), 0)
    return np.maximum(gained, 0), 1 - odds * ratio(c.false_positives, c.true_positives)


def _heights(summation: str, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The height of each strip between two thresholds."""
    if summation == "interpolation":
        middle: np.ndarray = (left + right) / 2
        return middle
    chosen: np.ndarray = np.maximum(left, right) if summation == "majoring" else np.minimum(left, right)
    return chosen


def _interpolated(c: Counts) -> np.ndarray:
    """Area under precision over recall where, between thresholds, true positives grow linearly with all positives.

    With TP = a + s P between P₀ and P₁: ∫ TP/P dTP = s (ΔTP + a ln(P₁ / P₀)), divided by the number of ones.
    """
    found, said = c.true_positives, c.true_positives + c.false_positives
    grown = found[:-1] - found[1:]
    slope = ratio(grown, np.maximum(said[:-1] - said[1:], 0))
    start = found[1:] - slope * said[1:]
    both = (said[:-1] > 0) & (said[1:] > 0)
    quotient = np.where(both, ratio(said[:-1], said[1:]), 1)
    ones = found[1:] + c.false_negatives[1:]
    area: np.ndarray = ratio(slope * (grown + start * np.log(quotient)), ones).sum(axis=0)
    return area
