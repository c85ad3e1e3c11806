"""F scores: precision and recall in one number."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config
from pynn.metrics.metric import Metric, value
from pynn.metrics.rows import match_ranks

_AVERAGES = (None, "micro", "macro", "weighted")
_KEPT = ("true_positives", "false_positives", "false_negatives", "intermediate_weights")


class FBetaScore(Metric):
    """(1 + β²) precision · recall / (β² precision + recall), of each class or averaged.

    Parameters
    ----------
    average : {None, "micro", "macro", "weighted"}
        None: an array, one for each class.  Else one number: over all outputs together, or the mean of the classes,
        or their mean weighted by how often each is right.
    beta : float, default 1.0
        > 0; how many times as much recall counts as precision.
    threshold : float, optional
        In (0, 1]; an output above it says 1.  If not given, the largest output of each row says 1.
    name : str
    dtype : str, optional

    Notes
    -----
    epsilon is added to the denominators.
    Source: van Rijsbergen 1979, "Information retrieval", chapter 7.

    Examples
    --------
    >>> FBetaScore(beta=2.0, threshold=0.5)([[1, 1], [1, 0]], [[0.8, 0.2], [0.9, 0.7]]).round(4).tolist()
    [1.0, 0.0]
    """

    _direction = "up"

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str = "fbeta_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(dtype, name)
        if average not in _AVERAGES:
            raise ValueError(
                "Invalid `average` argument value. Expected one of: {None, 'micro', 'macro', 'weighted'}. "
                f"Received: average={average}"
            )
        _check("beta", beta, beta > 0 if isinstance(beta, float) else False, "be > 0")
        if threshold is not None:
            inside = 0 < threshold <= 1 if isinstance(threshold, float) else False
            _check("threshold", threshold, inside, "verify 0 < threshold <= 1")
        self.average, self.beta, self.threshold = average, beta, threshold

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Count more answers.

        Parameters
        ----------
        y_true, y_pred : array_like, shape (n, k)
            Targets 0 or 1, and probabilities.
        sample_weight : array_like, shape (n,), optional
        """
        y = np.asarray(y_pred, config.floatx())
        t, y = match_ranks(np.asarray(y_true, np.float64), y)
        if y.ndim != 2 or t.shape != y.shape:
            raise ValueError(
                f"FBetaScore expects 2D inputs with shape (batch_size, output_dim). Received input shapes: "
                f"y_pred.shape={np.shape(y_pred)} and y_true.shape={np.shape(y_true)}."
            )
        if not self._made:
            for name in _KEPT:
                shape = () if self.average == "micro" else (y.shape[1],)
                setattr(self, name, self.add_variable(shape, "zeros", "float64", name=name))
        if self.average != "micro" and y.shape[1] != self._made[0].shape[0]:
            raise ValueError(f"{self.name}: y_pred has {y.shape[1]} outputs, expected {self._made[0].shape[0]}")
        w = np.ones((len(y), 1)) if sample_weight is None else np.asarray(sample_weight, np.float64).reshape(-1, 1)
        said = self._said(y)
        axis = None if self.average == "micro" else 0
        for variable, terms in zip(self._made, (said * t, said * (1 - t), (1 - said) * t, t), strict=True):
            variable.assign_add((terms * w).sum(axis=axis))

    def _said(self, y: np.ndarray) -> np.ndarray:
        """1 for each output that says yes, 0 for the others."""
        if self.threshold is not None:
            said: np.ndarray = y > y.dtype.type(self.threshold)
        else:  # rows without any output say nothing: 1e-9 is where Keras draws the line
            said = (y >= y.max(axis=-1, keepdims=True)) & (np.abs(y) > 1e-9)
        return np.asarray(said, np.float64)

    def result(self) -> Any:
        """The score so far; 0 before any data."""
        if not self._made:
            return value(0.0, self.dtype)
        found, wrong, missed, ones = (variable.value for variable in self._made)
        epsilon, square = config.epsilon(), self.beta**2
        precision, recall = found / (found + wrong + epsilon), found / (found + missed + epsilon)
        scores = (1 + square) * precision * recall / (square * precision + recall + epsilon)
        if self.average == "weighted":
            scores = (scores * (ones / (ones.sum() + epsilon))).sum()
        elif self.average is not None:
            scores = np.mean(scores)
        return value(scores, self.dtype)

    def get_config(self) -> dict[str, Any]:
        settings = {"average": self.average, "beta": self.beta, "threshold": self.threshold}
        return super().get_config() | settings


class F1Score(FBetaScore):
    """2 precision · recall / (precision + recall), of each class or averaged.

    Parameters
    ----------
    average, threshold, name, dtype
        As for `FBetaScore`.

    Examples
    --------
    >>> round(float(F1Score("micro")([[0, 1], [1, 0], [1, 0]], [[0.2, 0.8], [0.9, 0.1], [0.4, 0.6]])), 4)
    0.6667
    """

    def __init__(
        self, average: str | None = None, threshold: float | None = None, name: str = "f1_score", dtype: Any = None
    ) -> None:
        super().__init__(average, 1.0, threshold, name, dtype)

    def get_config(self) -> dict[str, Any]:
        settings = super().get_config()
        del settings["beta"]
        return settings


def _check(argument: str, given: Any, good: bool, should: str) -> None:
    if not isinstance(given, float):
        raise ValueError(
            f"Invalid `{argument}` argument value. It should be a Python float. "
            f"Received: {argument}={given} of type '{type(given)}'"
        )
    if not good:
        raise ValueError(f"Invalid `{argument}` argument value. It should {should}. Received: {argument}={given}")
