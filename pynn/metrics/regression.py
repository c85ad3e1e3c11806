"""Errors of regression."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.metrics.metric import RowMean, values_per_row


class MeanSquaredError(RowMean):
    """Mean of (ŷ - y)² over outputs and rows.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Examples
    --------
    >>> MeanSquaredError()([[0.0], [0.0]], [[1.0], [3.0]])
    5.0
    """

    op = "squared_error"

    def __init__(self, name: str = "mean_squared_error", dtype: str | None = None) -> None:
        super().__init__(name, dtype)


class MeanAbsoluteError(RowMean):
    """Mean of |ŷ - y| over outputs and rows.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Examples
    --------
    >>> MeanAbsoluteError()([[0.0], [0.0]], [[1.0], [3.0]])
    2.0
    """

    op = "absolute_error"

    def __init__(self, name: str = "mean_absolute_error", dtype: str | None = None) -> None:
        super().__init__(name, dtype)


def mean_squared_error(y_true: Any, y_pred: Any) -> np.ndarray:
    """Mean of (ŷ - y)² over the outputs of each row.

    Parameters
    ----------
    y_true, y_pred : array_like
        As for `MeanSquaredError`.

    Examples
    --------
    >>> mean_squared_error([[0.0, 0.0]], [[1.0, 3.0]]).tolist()
    [5.0]
    """
    return values_per_row(MeanSquaredError(), y_true, y_pred)


def mean_absolute_error(y_true: Any, y_pred: Any) -> np.ndarray:
    """Mean of |ŷ - y| over the outputs of each row.

    Parameters
    ----------
    y_true, y_pred : array_like
        As for `MeanAbsoluteError`.

    Examples
    --------
    >>> mean_absolute_error([[0.0, 0.0]], [[1.0, 3.0]]).tolist()
    [2.0]
    """
    return values_per_row(MeanAbsoluteError(), y_true, y_pred)
