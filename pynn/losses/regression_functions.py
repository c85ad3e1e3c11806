"""Losses of regression as functions: one number a row."""

from __future__ import annotations

from typing import Any

from pynn.losses.regression import (
    CosineSimilarity,
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
)


def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
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


def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    """`MeanAbsoluteError` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> mean_absolute_error([[0.0, 0.0]], [[1.0, 3.0]]).tolist()
    [2.0]
    """
    return MeanAbsoluteError().call(y_true, y_pred)


def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Any:
    """`MeanAbsolutePercentageError` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> mean_absolute_percentage_error([[2.0, 10.0]], [[1.0, 5.0]]).tolist()
    [50.0]
    """
    return MeanAbsolutePercentageError().call(y_true, y_pred)


def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Any:
    """`MeanSquaredLogarithmicError` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> mean_squared_logarithmic_error([[3.0]], [[3.0]]).tolist()
    [0.0]
    """
    return MeanSquaredLogarithmicError().call(y_true, y_pred)


def log_cosh(y_true: Any, y_pred: Any) -> Any:
    """`LogCosh` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> log_cosh([[3.0]], [[3.0]]).tolist()
    [0.0]
    """
    return LogCosh().call(y_true, y_pred)


def poisson(y_true: Any, y_pred: Any) -> Any:
    """`Poisson` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> poisson([[0.0]], [[2.0]]).tolist()
    [2.0]
    """
    return Poisson().call(y_true, y_pred)


def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Any:
    """`Huber` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)
    delta : float, default 1
        See `Huber`.

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> huber([[0.0, 0.0]], [[1.0, 3.0]]).tolist()
    [1.5]
    """
    return Huber(delta).call(y_true, y_pred)


def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    """`CosineSimilarity` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)
    axis : int, default -1
        See `CosineSimilarity`.

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> cosine_similarity([[0.0, 2.0]], [[0.0, 5.0]]).tolist()
    [-1.0]
    """
    return CosineSimilarity(axis).call(y_true, y_pred)
