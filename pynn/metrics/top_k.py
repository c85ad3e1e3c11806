"""Accuracies that also count a near miss: the right class is among the k likeliest."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.metrics.rows import RowMean


class TopKCategoricalAccuracy(RowMean):
    """Share of rows whose class, one-hot, is among the k largest outputs.

    Parameters
    ----------
    k : int, default 5
        How many count; outputs equal to the k-th largest count as well.
    name : str
    dtype : str, optional

    Examples
    --------
    >>> float(TopKCategoricalAccuracy(k=2)([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.5, 0.1, 0.4]]))
    0.5
    """

    op, _direction = "top_k_categorical_accuracy", "up"

    def __init__(self, k: int = 5, name: str = "top_k_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(name, dtype)
        self.k = k

    def scalars(self) -> tuple[float, ...]:
        return (self.k,)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"k": self.k}


class SparseTopKCategoricalAccuracy(RowMean):
    """Share of rows whose class, an integer label, is among the k largest outputs.

    Parameters
    ----------
    k : int, default 5
        How many count; outputs equal to the k-th largest count as well.
    name : str
    dtype : str, optional
    from_sorted_ids : bool, default False
        Whether predictions are class numbers, likeliest first, instead of scores.

    Examples
    --------
    >>> float(SparseTopKCategoricalAccuracy(k=2)([2, 1], [[0.1, 0.9, 0.8], [0.5, 0.1, 0.4]]))
    0.5
    """

    op, target, _direction = "sparse_top_k_categorical_accuracy", "labels", "up"

    def __init__(
        self,
        k: int = 5,
        name: str = "sparse_top_k_categorical_accuracy",
        dtype: Any = None,
        from_sorted_ids: bool = False,
    ) -> None:
        super().__init__(name, dtype)
        self.k, self.from_sorted_ids = k, from_sorted_ids
        if from_sorted_ids:
            self.op = "sorted_top_k_accuracy"

    def scalars(self) -> tuple[float, ...]:
        return (self.k,)

    def get_config(self) -> dict[str, Any]:
        ids = {"from_sorted_ids": True} if self.from_sorted_ids else {}
        return super().get_config() | {"k": self.k} | ids


def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> np.ndarray:
    """1 for each row whose class is among the k largest outputs, 0 for the others.

    Parameters
    ----------
    y_true, y_pred : array_like
        As for `TopKCategoricalAccuracy`.
    k : int, default 5

    Examples
    --------
    >>> top_k_categorical_accuracy([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.5, 0.1, 0.4]], k=2).tolist()
    [1.0, 0.0]
    """
    return TopKCategoricalAccuracy(k).values(y_true, y_pred)


def sparse_top_k_categorical_accuracy(
    y_true: Any, y_pred: Any, k: int = 5, from_sorted_ids: bool = False
) -> np.ndarray:
    """1 for each row whose class is among the k largest outputs, 0 for the others.

    Parameters
    ----------
    y_true, y_pred : array_like
        As for `SparseTopKCategoricalAccuracy`.
    k : int, default 5
    from_sorted_ids : bool, default False

    Returns
    -------
    ndarray
        In the shape of `y_true`.

    Examples
    --------
    >>> sparse_top_k_categorical_accuracy([2, 1], [[0.1, 0.9, 0.8], [0.5, 0.1, 0.4]], k=2).tolist()
    [1.0, 0.0]
    """
    values = SparseTopKCategoricalAccuracy(k, from_sorted_ids=from_sorted_ids).values(y_true, y_pred)
    return values.reshape(np.shape(y_true))
