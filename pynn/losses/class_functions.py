"""Cross-entropies and losses of sets as functions: one number a row."""

from __future__ import annotations

from typing import Any

from pynn.losses.axes import Axis
from pynn.losses.crossentropy import BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy
from pynn.losses.focal import (
    BinaryFocalCrossentropy,
    CategoricalFocalCrossentropy,
    CategoricalGeneralizedCrossEntropy,
)
from pynn.losses.overlap import Dice, Tversky


def categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Any:
    """`CategoricalCrossentropy` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)
    from_logits, label_smoothing, axis
        See `CategoricalCrossentropy`.

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).round(4).tolist()
    [0.6930999755859375]
    """
    return CategoricalCrossentropy(from_logits, label_smoothing, axis).call(y_true, y_pred)


def sparse_categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, ignore_class: int | None = None, axis: int = -1
) -> Any:
    """`SparseCategoricalCrossentropy` of each row.

    Parameters
    ----------
    y_true : array_like of int, shape (n, …)
    y_pred : array_like, shape (n, …, k)
    from_logits, ignore_class, axis
        See `SparseCategoricalCrossentropy`.

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> sparse_categorical_crossentropy([1], [[0.5, 0.5]]).round(4).tolist()
    [0.6930999755859375]
    """
    return SparseCategoricalCrossentropy(from_logits, ignore_class, axis=axis).call(y_true, y_pred)


def binary_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Any:
    """`BinaryCrossentropy` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)
    from_logits, label_smoothing, axis
        See `BinaryCrossentropy`.

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> binary_crossentropy([[1.0]], [[0.5]]).round(4).tolist()
    [0.6930999755859375]
    """
    return BinaryCrossentropy(from_logits, label_smoothing, axis).call(y_true, y_pred)


def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """`BinaryFocalCrossentropy` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)
    apply_class_balancing, alpha, gamma, from_logits, label_smoothing, axis
        See `BinaryFocalCrossentropy`.

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> binary_focal_crossentropy([[1.0]], [[0.5]]).round(4).tolist()
    [0.17329999804496765]
    """
    return BinaryFocalCrossentropy(apply_class_balancing, alpha, gamma, from_logits, label_smoothing, axis).call(
        y_true, y_pred
    )


def categorical_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    alpha: Any = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """`CategoricalFocalCrossentropy` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)
    alpha, gamma, from_logits, label_smoothing, axis
        See `CategoricalFocalCrossentropy`.

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> categorical_focal_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).round(4).tolist()
    [0.043299999088048935]
    """
    return CategoricalFocalCrossentropy(alpha, gamma, from_logits, label_smoothing, axis).call(y_true, y_pred)


def categorical_generalized_cross_entropy(y_true: Any, y_pred: Any, q: float) -> Any:
    """`CategoricalGeneralizedCrossEntropy` of each row.

    Parameters
    ----------
    y_true : array_like of int, shape (n, …)
    y_pred : array_like, shape (n, …, k)
    q : float in (0, 1]
        See `CategoricalGeneralizedCrossEntropy`.

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> categorical_generalized_cross_entropy([1], [[0.75, 0.25]], 0.5).tolist()
    [1.0]
    """
    return CategoricalGeneralizedCrossEntropy(q).call(y_true, y_pred)


def dice(y_true: Any, y_pred: Any, axis: Axis = None) -> Any:
    """`Dice` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)
    axis
        See `Dice`.

    Returns
    -------
    ndarray
        Of shape () for axis=None.

    Examples
    --------
    >>> round(float(dice([[1.0, 0.0]], [[1.0, 1.0]])), 4)
    0.3333
    """
    return Dice(axis=axis).call(y_true, y_pred)


def tversky(y_true: Any, y_pred: Any, alpha: float = 0.5, beta: float = 0.5, axis: Axis = None) -> Any:
    """`Tversky` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)
    alpha, beta, axis
        See `Tversky`.

    Returns
    -------
    ndarray
        Of shape () for axis=None.

    Examples
    --------
    >>> round(float(tversky([[1.0, 0.0]], [[1.0, 1.0]])), 4)
    0.3333
    """
    return Tversky(alpha, beta, axis=axis).call(y_true, y_pred)
