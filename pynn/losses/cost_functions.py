"""The costs of the lecture as functions: one number a row."""

from __future__ import annotations

from typing import Any

from pynn.losses.costs import (
    Exponential,
    GeneralizedKullbackLeibler,
    Hellinger,
    ItakuraSaito,
    KullbackLeibler,
    Quadratic,
    SumSquaredError,
)
from pynn.losses.crossentropy import CrossEntropy


def quadratic(y_true: Any, y_pred: Any) -> Any:
    """`Quadratic` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> quadratic([[0.0, 0.0]], [[1.0, 3.0]]).tolist()
    [5.0]
    """
    return Quadratic().call(y_true, y_pred)


def sum_squared_error(y_true: Any, y_pred: Any) -> Any:
    """`SumSquaredError` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> sum_squared_error([[0.0, 0.0]], [[1.0, 3.0]]).tolist()
    [10.0]
    """
    return SumSquaredError().call(y_true, y_pred)


def cross_entropy(y_true: Any, y_pred: Any) -> Any:
    """`CrossEntropy` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> cross_entropy([[1.0, 0.0]], [[0.5, 0.5]]).round(3).tolist()
    [1.3860000371932983]
    """
    return CrossEntropy().call(y_true, y_pred)


def hellinger(y_true: Any, y_pred: Any) -> Any:
    """`Hellinger` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> hellinger([[1.0, 0.0]], [[1.0, 0.0]]).round(3).tolist()
    [0.0]
    """
    return Hellinger().call(y_true, y_pred)


def kullback_leibler(y_true: Any, y_pred: Any) -> Any:
    """`KullbackLeibler` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> kullback_leibler([[0.0, 1.0]], [[0.5, 0.5]]).round(2).tolist()
    [0.6899999976158142]
    """
    return KullbackLeibler().call(y_true, y_pred)


def generalized_kullback_leibler(y_true: Any, y_pred: Any) -> Any:
    """`GeneralizedKullbackLeibler` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> generalized_kullback_leibler([[0.0, 0.0]], [[2.0, 3.0]]).tolist()
    [5.0]
    """
    return GeneralizedKullbackLeibler().call(y_true, y_pred)


def itakura_saito(y_true: Any, y_pred: Any) -> Any:
    """`ItakuraSaito` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> itakura_saito([[3.0]], [[3.0]]).tolist()
    [0.0]
    """
    return ItakuraSaito().call(y_true, y_pred)


def exponential(y_true: Any, y_pred: Any, tau: float = 1.0) -> Any:
    """`Exponential` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)
    tau : float, default 1
        See `Exponential`.

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> exponential([[0.0]], [[0.0]], tau=2.0).tolist()
    [2.0]
    """
    return Exponential(tau).call(y_true, y_pred)
