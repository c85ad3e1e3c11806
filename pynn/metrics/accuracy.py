"""Accuracies: shares of right answers."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.metrics.rows import RowMean, as_pair


class Accuracy(RowMean):
    """Share of predictions that equal their targets.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Notes
    -----
    For predictions that are classes already.  The string "accuracy" in `compile` means one of the others, by the shape
    of predictions and targets.

    Examples
    --------
    >>> float(Accuracy()([1, 2, 3, 4], [0, 2, 3, 4]))
    0.75
    """

    op, _direction = "equal_share", "up"

    def __init__(self, name: str = "accuracy", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def values(self, y_true: Any, y_pred: Any) -> np.ndarray:
        """Whether each prediction equals its target."""
        t, y = as_pair(y_true, y_pred)
        same: np.ndarray = (t == y).astype(y.dtype)
        return same


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
    >>> float(BinaryAccuracy()([[1], [0]], [[0.9], [0.6]]))
    0.5
    """

    op, _direction = "binary_accuracy", "up"

    def __init__(self, name: str = "binary_accuracy", dtype: Any = None, threshold: float = 0.5) -> None:
        super().__init__(name, dtype)
        self.threshold = threshold

    def scalars(self) -> tuple[float, ...]:
        return (self.threshold,)

    def values(self, y_true: Any, y_pred: Any) -> np.ndarray:
        """Whether each output lies on its target's side."""
        return binary_accuracy(y_true, y_pred, self.threshold)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"threshold": self.threshold}


class CategoricalAccuracy(RowMean):
    """Share of rows whose largest output stands where the one-hot target has its 1.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Examples
    --------
    >>> float(CategoricalAccuracy()([[0, 1], [1, 0]], [[0.1, 0.9], [0.4, 0.6]]))
    0.5
    """

    op, _direction = "categorical_accuracy", "up"

    def __init__(self, name: str = "categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(name, dtype)


class SparseCategoricalAccuracy(RowMean):
    """Share of rows whose largest output stands at the integer label.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Examples
    --------
    >>> float(SparseCategoricalAccuracy()([1, 0], [[0.1, 0.9], [0.4, 0.6]]))
    0.5
    """

    op, target, _direction = "sparse_categorical_accuracy", "labels", "up"

    def __init__(self, name: str = "sparse_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(name, dtype)


def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> np.ndarray:
    """1 for each output on the target's side of the threshold, 0 for the others.

    Parameters
    ----------
    y_true, y_pred : array_like
        Of the same shape; ranks that differ by a last axis of size 1 are matched.
    threshold : float, default 0.5

    Examples
    --------
    >>> binary_accuracy([[1], [0]], [[0.9], [0.6]]).tolist()
    [[1.0], [0.0]]
    """
    t, y = as_pair(y_true, y_pred)
    right: np.ndarray = ((y > y.dtype.type(threshold)) == t).astype(y.dtype)
    return right


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
    return CategoricalAccuracy().values(y_true, y_pred)


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
    return SparseCategoricalAccuracy().values(y_true, y_pred)
