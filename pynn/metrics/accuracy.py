"""Accuracies: shares of right answers."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.metrics.metric import RowMean, values_per_row


class CategoricalAccuracy(RowMean):
    """Share of rows whose largest output stands where the one-hot target has its 1.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Examples
    --------
    >>> CategoricalAccuracy()([[0, 1], [1, 0]], [[0.1, 0.9], [0.4, 0.6]])
    0.5
    """

    op, _direction = "categorical_accuracy", "up"

    def __init__(self, name: str = "categorical_accuracy", dtype: str | None = None) -> None:
        super().__init__(name, dtype)


class SparseCategoricalAccuracy(RowMean):
    """Share of rows whose largest output stands at the integer label.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Examples
    --------
    >>> SparseCategoricalAccuracy()([1, 0], [[0.1, 0.9], [0.4, 0.6]])
    0.5
    """

    op, target, _direction = "sparse_categorical_accuracy", "labels", "up"

    def __init__(self, name: str = "sparse_categorical_accuracy", dtype: str | None = None) -> None:
        super().__init__(name, dtype)


class BinaryAccuracy(RowMean):
    """Share of outputs that lie on the target's side of a threshold.

    Parameters
    ----------
    name : str
    dtype : str, optional
    threshold : float, default 0.5
        An output above it says 1.

    Examples
    --------
    >>> BinaryAccuracy()([[1], [0]], [[0.9], [0.6]])
    0.5
    """

    op, _direction = "binary_accuracy", "up"

    def __init__(self, name: str = "binary_accuracy", dtype: str | None = None, threshold: float = 0.5) -> None:
        if not 0 < threshold < 1:
            raise ValueError(
                "Invalid value for argument `threshold`. Expected a value in interval (0, 1). "
                f"Received: threshold={threshold}"
            )
        super().__init__(name, dtype)
        self.threshold = threshold

    def scalars(self) -> tuple[float, ...]:
        return (self.threshold,)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"threshold": self.threshold}


def categorical_accuracy(y_true: Any, y_pred: Any) -> np.ndarray:
    """1 for each row whose largest output stands where the target has its 1, 0 for the others.

    Parameters
    ----------
    y_true, y_pred : array_like
        As for `CategoricalAccuracy`.

    Examples
    --------
    >>> categorical_accuracy([[0, 1], [1, 0]], [[0.1, 0.9], [0.4, 0.6]]).tolist()
    [1.0, 0.0]
    """
    return values_per_row(CategoricalAccuracy(), y_true, y_pred)


def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> np.ndarray:
    """1 for each row whose largest output stands at the integer label, 0 for the others.

    Parameters
    ----------
    y_true, y_pred : array_like
        As for `SparseCategoricalAccuracy`.

    Examples
    --------
    >>> sparse_categorical_accuracy([1, 0], [[0.1, 0.9], [0.4, 0.6]]).tolist()
    [1.0, 0.0]
    """
    return values_per_row(SparseCategoricalAccuracy(), y_true, y_pred)


def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> np.ndarray:
    """For each row the share of outputs on the target's side of the threshold.

    Parameters
    ----------
    y_true, y_pred : array_like
        As for `BinaryAccuracy`.
    threshold : float, default 0.5

    Examples
    --------
    >>> binary_accuracy([[1], [0]], [[0.9], [0.6]]).tolist()
    [1.0, 0.0]
    """
    return values_per_row(BinaryAccuracy(threshold=threshold), y_true, y_pred)
