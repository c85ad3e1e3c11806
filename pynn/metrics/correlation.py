"""How well predictions move with their targets."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config
from pynn.metrics.reduction import MeanMetricWrapper
from pynn.metrics.rows import as_pair


class _Correlation(MeanMetricWrapper):
    _direction = "up"

    def __init__(self, fn: Any, name: str, dtype: Any, axis: int) -> None:
        super().__init__(fn, name, dtype, axis=axis)
        self.axis, self._batch_matters = axis, axis != -1

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name, "dtype": self.dtype, "axis": self.axis}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)


class PearsonCorrelation(_Correlation):
    """Mean of the correlation coefficients of predicted and true vectors: in [-1, 1].

    Parameters
    ----------
    name : str
    dtype : str, optional
    axis : int, default -1
        Along which the vectors lie: -1 compares the outputs of each row, 0 the rows of each output.

    Notes
    -----
    NaN where a vector is constant.
    Source: Pearson 1895, "Notes on regression and inheritance in the case of two parents".

    Examples
    --------
    >>> round(float(PearsonCorrelation()([[0, 1, 0.5], [1, 1, 0.2]], [[0.1, 0.9, 0.5], [1, 0.9, 0.2]])), 4)
    0.9967
    """

    def __init__(self, name: str = "pearson_correlation", dtype: Any = None, axis: int = -1) -> None:
        super().__init__(pearson_correlation, name, dtype, axis)


class ConcordanceCorrelation(_Correlation):
    """Mean of Lin's concordance coefficients of predicted and true vectors: 1 only where they are equal.

    Parameters
    ----------
    name : str
    dtype : str, optional
    axis : int, default -1
        As for `PearsonCorrelation`.

    Notes
    -----
    2 cov(y, ŷ) / (var y + var ŷ + (mean y - mean ŷ)²).
    Source: Lin 1989, "A concordance correlation coefficient to evaluate reproducibility", equation 2.

    Examples
    --------
    >>> round(float(ConcordanceCorrelation()([[0, 1, 0.5], [1, 1, 0.2]], [[0.1, 0.9, 0.5], [1, 0.9, 0.2]])), 4)
    0.9816
    """

    def __init__(self, name: str = "concordance_correlation", dtype: Any = None, axis: int = -1) -> None:
        super().__init__(concordance_correlation, name, dtype, axis)


def pearson_correlation(y_true: Any, y_pred: Any, axis: int = -1) -> np.ndarray:
    """The correlation coefficient of each pair of vectors.

    Parameters
    ----------
    y_true, y_pred : array_like of the same shape
    axis : int, default -1
        Along which the vectors lie.

    Examples
    --------
    >>> pearson_correlation([[0.0, 1.0, 2.0]], [[1.0, 3.0, 5.0]]).round(4).tolist()
    [1.0]
    """
    t, y = _standard(y_true, y_pred)
    dt, dy = t - t.mean(axis=axis, keepdims=True), y - y.mean(axis=axis, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (dt * dy).mean(axis=axis) / (dt.std(axis=axis) * dy.std(axis=axis))
    return found.astype(config.floatx())  # type: ignore[no-any-return]


def concordance_correlation(y_true: Any, y_pred: Any, axis: int = -1) -> np.ndarray:
    """The concordance coefficient of each pair of vectors.

    Parameters
    ----------
    y_true, y_pred : array_like of the same shape
    axis : int, default -1
        Along which the vectors lie.

    Examples
    --------
    >>> concordance_correlation([[0.0, 1.0, 2.0]], [[0.0, 1.0, 2.0]]).round(4).tolist()
    [1.0]
    """
    t, y = _standard(y_true, y_pred)
    t_mean, y_mean = t.mean(axis=axis, keepdims=True), y.mean(axis=axis, keepdims=True)
    both = 2 * ((t - t_mean) * (y - y_mean)).mean(axis=axis)
    spread = t.var(axis=axis) + y.var(axis=axis) + np.square(t_mean - y_mean).squeeze(axis=axis)
    return (both / (spread + config.epsilon())).astype(config.floatx())  # type: ignore[no-any-return]


def _standard(y_true: Any, y_pred: Any) -> tuple[np.ndarray, np.ndarray]:
    t, y = as_pair(y_true, y_pred)
    return t.astype(np.float64), y.astype(np.float64)
