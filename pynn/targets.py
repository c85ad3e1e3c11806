"""The door for targets: their shape, their form (numbers or class numbers) and their range."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import data

Shape = tuple[int | None, ...]


def check(y: Any) -> np.ndarray:
    """Turn targets into an array of numbers; strings and objects get a message that says what to do."""
    return data.array(y, "y")


def as_values(y: np.ndarray, output: Shape, real: Any, loss: str, layer: str) -> np.ndarray:
    """Targets that are compared with each output: shape (n, …, k), the shape of the predictions.

    Raises
    ------
    ValueError
        If the shapes differ; it shows both and the likely fix.
    """
    want = tuple(int(size or 0) for size in output[1:])
    if want and y.shape[1:] == want[:-1] and want[-1] == 1:
        y = y[..., None]
    elif y.shape[1:] == (*want, 1):
        y = y[..., 0]
    if y.shape[1:] != want:
        raise ValueError(
            f"Loss '{loss}': target and output must have the same shape: y has shape {y.shape}, the model's output "
            f"(layer '{layer}') has shape (n, {', '.join(map(str, want))}).{_values_hint(y, want, loss)}"
        )
    return data.in_form(y, real, "y")


def _values_hint(y: np.ndarray, want: tuple[int, ...], loss: str) -> str:
    single = y.ndim == 1 or (y.ndim == 2 and y.shape[1] == 1)
    if len(want) > 1:
        return (
            f" The output still has {len(want) + 1} axes: put keras.layers.Flatten() in front of the first Dense layer."
        )
    if single and loss == "categorical_crossentropy":
        return (
            " y seems to hold class numbers: use loss='sparse_categorical_crossentropy', or make y one-hot with "
            f"keras.utils.to_categorical(y, {want[-1]})."
        )
    if single and loss == "binary_crossentropy":
        return " For one yes/no answer a row the last layer must be Dense(1, activation='sigmoid')."
    if y.ndim == 2 and y.shape[1] != want[-1]:
        return f" The last layer needs as many units as y has columns: Dense({y.shape[1]})."
    if single and want[-1] > 1:
        return " For one number a row the last layer must be Dense(1)."
    return ""


def as_labels(
    y: np.ndarray, output: Shape, name: str, layer: str, ignored: int | None = None, bounded: bool = True
) -> np.ndarray:
    """Targets that are class numbers: shape (n, …), int32, each in [0, k) or the one that is ignored.

    `bounded` False: any whole number is a class.

    Raises
    ------
    ValueError
        If the shape does not fit, or a label is no whole number or out of range; it names the first such row.
    """
    want, classes = tuple(int(size or 0) for size in output[1:-1]), int(output[-1] or 0)
    if y.shape[1:] == (*want, 1):
        y = y[..., 0]
    if y.shape[1:] != want:
        hint = ""
        if y.shape[1:] == (*want, classes):
            hint = (
                " y seems to be one-hot: use loss='categorical_crossentropy', or pass class numbers: y.argmax(axis=-1)."
            )
        elif want:
            hint = (
                f" The output still has {len(want) + 2} axes: put keras.layers.Flatten() in front of the first Dense."
            )
        expected = ", ".join(["n", *map(str, want)]) + ("" if want else ",")
        raise ValueError(
            f"'{name}' takes class numbers of shape ({expected}), got y of shape {y.shape} for an "
            f"output of shape (n, {', '.join(map(str, (*want, classes)))}) (layer '{layer}').{hint}"
        )
    _check_whole(y, name)
    if bounded:
        _check_range(y, classes, name, layer, ignored)
    return np.array(y, np.int32, order="C")  # a copy: whoever changes y while training runs must not change labels


def _check_whole(y: np.ndarray, name: str) -> None:
    rows = y.reshape(len(y), -1)
    if y.dtype.kind == "f":
        data.in_form(y, y.dtype, "y")
        _refuse(rows, rows != np.floor(rows), f"'{name}' takes whole class numbers")


def _check_range(y: np.ndarray, classes: int, name: str, layer: str, ignored: int | None) -> None:
    rows = y.reshape(len(y), -1)
    wrong = (rows < 0) | (rows >= classes)
    but = "" if ignored is None else f" or {ignored}, which is ignored"
    _refuse(
        rows,
        wrong if ignored is None else wrong & (rows != ignored),
        f"'{name}' takes labels 0…{classes - 1}{but}, because layer '{layer}' has {classes} units",
    )


def _refuse(rows: np.ndarray, wrong: np.ndarray, expected: str) -> None:
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise ValueError(f"{expected}, but y has {rows[row, column]} in row {row}")


def weights(sample_weight: Any, losses: tuple[int, ...], real: Any) -> np.ndarray:
    """Check sample weights: a number for each row, or for each loss.

    Parameters
    ----------
    sample_weight : array_like
        Shape (n,), or one that broadcasts to that of the losses.
    losses : tuple of int
        The shape of the losses: n, and the axes of the output's rows but the last.
    real : dtype

    Returns
    -------
    ndarray
        Shape (n,) where all losses of a row have the same weight, else that of the losses.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    found = data.array(sample_weight, "sample_weight")
    if found.ndim == len(losses) + 1 and found.shape[-1] == 1:
        found = found[..., 0]
    ranks = found.ndim in (1, len(losses)) and len(found) == losses[0]
    if not ranks or any(size not in (1, all_of) for size, all_of in zip(found.shape[1:], losses[1:], strict=False)):
        each = f", or one for each loss: {losses}" if len(losses) > 1 else ""
        raise ValueError(
            f"sample_weight has shape {np.shape(sample_weight)}, expected one weight for each row of x: "
            f"({losses[0]},){each}"
        )
    if found.size == losses[0]:
        found = found.reshape(-1)
    elif found.ndim > 1:
        found = np.broadcast_to(found, losses)
    return data.in_form(data.cast(found, real), real, "sample_weight")
