"""Losses of regression."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.losses.loss import Loss


class MeanSquaredError(Loss):
    """Mean squared error: 1/k Σ_j (ŷ_j - y_j)² per row of k outputs.

    Parameters
    ----------
    reduction, name, dtype
        See `Loss`.

    Examples
    --------
    >>> float(MeanSquaredError()([[0.0, 0.0]], [[1.0, 3.0]]))
    5.0
    """

    op = "mean_squared_error"

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str = "mean_squared_error", dtype: str | None = None
    ) -> None:
        super().__init__(name, reduction, dtype)


def mean_squared_error(y_true: Any, y_pred: Any) -> np.ndarray:
    """`MeanSquaredError` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> mean_squared_error([[0.0, 0.0]], [[1.0, 3.0]]).tolist()
    [5.0]
    """
    return MeanSquaredError().call(y_true, y_pred)
