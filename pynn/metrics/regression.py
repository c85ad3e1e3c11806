"""Errors of regression that are means over rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pynn import config
from pynn.metrics.metric import value
from pynn.metrics.rows import RowMean, as_pair


class MeanSquaredError(RowMean):
    """Mean of (ŷ - y)² over outputs and rows.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Examples
    --------
    >>> float(MeanSquaredError()([[0.0], [0.0]], [[1.0], [3.0]]))
    5.0
    """

    op = "squared_error"

    def __init__(self, name: str = "mean_squared_error", dtype: Any = None) -> None:
        super().__init__(name, dtype)


class RootMeanSquaredError(RowMean):
    """Root of the mean of (ŷ - y)² over outputs and rows: in the unit of y.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Examples
    --------
    >>> float(RootMeanSquaredError()([[0.0], [0.0]], [[2.0], [2.0]]))
    2.0
    """

    op = "squared_error"
    heeds_masks = False  # in Keras it is no mean of a function

    def __init__(self, name: str = "root_mean_squared_error", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def values(self, y_true: Any, y_pred: Any) -> np.ndarray:
        """The squared error of each output."""
        t, y = as_pair(y_true, y_pred)
        squares: np.ndarray = np.square(y - t)
        return squares

    def result(self) -> Any:
        """The root of the mean so far; 0 before any data."""
        return value(math.sqrt(self.mean()), self.dtype)


class MeanAbsoluteError(RowMean):
    """Mean of |ŷ - y| over outputs and rows.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Examples
    --------
    >>> float(MeanAbsoluteError()([[0.0], [0.0]], [[1.0], [3.0]]))
    2.0
    """

    op = "absolute_error"

    def __init__(self, name: str = "mean_absolute_error", dtype: Any = None) -> None:
        super().__init__(name, dtype)


class MeanAbsolutePercentageError(RowMean):
    """Mean of 100 |y - ŷ| / max(|y|, epsilon) over outputs and rows.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Notes
    -----
    epsilon is `keras.config.epsilon()`: targets near zero make it huge.

    Examples
    --------
    >>> float(MeanAbsolutePercentageError()([[1.0], [2.0]], [[1.5], [2.0]]))
    25.0
    """

    op = "percentage_error"

    def __init__(self, name: str = "mean_absolute_percentage_error", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def scalars(self) -> tuple[float, ...]:
        return (config.epsilon(),)


class MeanSquaredLogarithmicError(RowMean):
    """Mean of (ln(1 + ŷ) - ln(1 + y))² over outputs and rows, for numbers >= 0.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Notes
    -----
    Numbers below epsilon, negative ones included, count as epsilon.

    Examples
    --------
    >>> round(float(MeanSquaredLogarithmicError()([[0.0]], [[np.e - 1]])), 4)
    1.0
    """

    op = "squared_logarithmic_error"

    def __init__(self, name: str = "mean_squared_logarithmic_error", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def scalars(self) -> tuple[float, ...]:
        return (config.epsilon(),)


class LogCoshError(RowMean):
    """Mean of ln cosh(ŷ - y) over outputs and rows: (ŷ - y)²/2 near zero, |ŷ - y| - ln 2 far away.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Examples
    --------
    >>> round(float(LogCoshError()([[0.0]], [[100.0]])), 3)
    99.307
    """

    op = "log_cosh_error"

    def __init__(self, name: str = "logcosh", dtype: Any = None) -> None:
        super().__init__(name, dtype)


class CosineSimilarity(RowMean):
    """Mean over rows of the cosine of the angle between prediction and target: 1 for the same direction.

    Parameters
    ----------
    name : str
    dtype : str, optional
    axis : int, default -1
        Along which the vectors lie.

    Examples
    --------
    >>> float(CosineSimilarity()([[1.0, 0.0], [0.0, 2.0]], [[1.0, 0.0], [1.0, 0.0]]))
    0.5
    """

    op, _direction = "cosine_similarity_rows", "up"

    def __init__(self, name: str = "cosine_similarity", dtype: Any = None, axis: int = -1) -> None:
        super().__init__(name, dtype)
        self.axis, self._batch_matters = axis, axis != -1

    @property
    def lowers(self) -> bool:  # type: ignore[override]
        """Whether training lowers it to steps: only along the last axis."""
        return self.axis == -1 and super().lowers

    def scalars(self) -> tuple[float, ...]:
        return (config.epsilon(),)

    def values(self, y_true: Any, y_pred: Any) -> np.ndarray:
        """The cosine of each pair of vectors."""
        t, y = as_pair(y_true, y_pred)
        return self._by_kernel(np.moveaxis(t, self.axis, -1), np.moveaxis(y, self.axis, -1))
