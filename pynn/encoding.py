"""Labels to one-hot rows, rows to unit length."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import legacy


@legacy.spellings(nb_classes="num_classes")
def to_categorical(x: Any, num_classes: int | None = None) -> np.ndarray:
    """Turn integer class labels into one-hot rows.

    Parameters
    ----------
    x : array_like of int, any shape
        Labels in [0, num_classes).  Whole numbers of a float type or in strings are taken, too.
        A last dimension of 1 is dropped, so that a column of labels works like a vector.
    num_classes : int, optional
        Length of each row; the largest label plus one if not given.

    Returns
    -------
    ndarray of float64, shape of x + (num_classes,)
        One 1 in each row, the rest 0.

    Raises
    ------
    ValueError
        If a label is negative, too large or no whole number (the message names the row), or
        if `x` is empty and `num_classes` is not given.

    Examples
    --------
    >>> to_categorical([0, 2, 1])
    array([[1., 0., 0.],
           [0., 0., 1.],
           [0., 1., 0.]])
    >>> to_categorical([0, 3], num_classes=3)
    Traceback (most recent call last):
        ...
    ValueError: to_categorical: label 3 in row 1 is not in [0, 3). Labels count from 0: \
with num_classes=3 the largest is 2.
    """
    labels = _whole_numbers(x)
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    if not num_classes:
        if labels.size == 0:
            raise ValueError("to_categorical: x is empty, so num_classes must be given.")
        num_classes = int(labels.max()) + 1
    _check_labels(labels, num_classes)
    rows = np.zeros((labels.size, num_classes))
    rows[np.arange(labels.size), labels.reshape(-1)] = 1
    return rows.reshape(*labels.shape, num_classes)


def normalize(x: Any, axis: int | None = -1, order: float | None = 2) -> np.ndarray:
    """Divide by the norm along an axis; what has norm 0 stays 0.

    Parameters
    ----------
    x : array_like of numbers
        Left unchanged.
    axis : int, default -1
        Axis along which each norm is taken; None takes the norm of the whole array.
    order : float, default 2
        2 for the Euclidean norm, 1 for the sum of magnitudes, ``np.inf`` for the largest magnitude.

    Returns
    -------
    ndarray, shape of x
        float32 for float32 input, float64 for integers.

    Examples
    --------
    >>> normalize([[3.0, 4.0], [0.0, 0.0]])
    array([[0.6, 0.8],
           [0. , 0. ]])
    """
    x = np.asarray(x)
    if axis is None:
        norm = np.asarray(np.linalg.norm(x.reshape(-1), order))
    else:
        norm = np.asarray(np.linalg.norm(x, order, axis, keepdims=True))
    return np.asarray(x / np.where(norm == 0, norm.dtype.type(1), norm))


def _whole_numbers(x: Any) -> np.ndarray:
    given = np.asarray(x)
    if given.dtype.kind == "f":
        whole = np.isfinite(given) & (given == np.floor(given))
        _refuse(given, ~whole, "is not a whole number")
    try:
        return given.astype(np.int64)
    except (TypeError, ValueError) as error:
        row, first = next((i, value) for i, value in enumerate(given.reshape(-1).tolist()) if not _is_number(value))
        raise type(error)(
            f"to_categorical: {first!r:.100} in row {row} is not a class number. Number the classes first: "
            "scikit-learn's LabelEncoder, or words, x = np.unique(x, return_inverse=True)."
        ) from None


def _is_number(value: Any) -> bool:
    try:
        int(value)
    except (TypeError, ValueError):
        return False
    return True


def _check_labels(labels: np.ndarray, num_classes: int) -> None:
    _refuse(labels, labels < 0, "is negative. Labels count from 0")
    _refuse(
        labels,
        labels >= num_classes,
        f"is not in [0, {num_classes}). Labels count from 0: with num_classes={num_classes} "
        f"the largest is {num_classes - 1}",
    )


def _refuse(labels: np.ndarray, wrong: np.ndarray, reason: str) -> None:
    if wrong.any():
        place = np.unravel_index(int(np.argmax(wrong)), labels.shape)
        raise ValueError(f"to_categorical: label {labels[place]} in row {place[0] if place else 0} {reason}.")
