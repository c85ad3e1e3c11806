"""The confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pynn.plot.colours import BLACK, SEQUENTIAL, WHITE
from pynn.plot.panels import panels, result


def confusion(y: Any, p: Any, labels: Sequence[Any] | None = None, *, normalize: bool = False, ax: Any = None) -> Any:
    """Draw how often each class was taken for each: rows are what it is, columns what was predicted.

    Parameters
    ----------
    y : array_like, shape (n,), (n, 1) or (n, k)
        Labels, or one-hot rows.
    p : array_like, shape (n,), (n, 1) or (n, k)
        Predicted labels, probabilities of the second of two classes (more than 0.5 counts as it), or a probability or
        score for each class: what ``model.predict(x)`` gives.
    labels : sequence, optional
        Names of the classes, in their order.
    normalize : bool, default False
        Whether to write percentages of the rows in the place of counts. Colours always show these.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If `y` and `p` have different lengths or other forms, or there are not enough names.

    Examples
    --------
    >>> ax = confusion([0, 1, 1, 1], [[0.9], [0.2], [0.8], [0.7]], labels=["cat", "dog"])
    >>> ax.get_title()
    'accuracy 50.0 % (2 of 4)'
    """
    truth, found, names = _labels(np.asarray(y), np.asarray(p), labels)
    counts = np.zeros((len(names), len(names)), dtype=np.int64)
    np.add.at(counts, (truth, found), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side, longest = min(max(3.6, 0.55 * len(names) + 1.6), 12.0), max(map(len, names))
    (panel,) = panels(ax, 1, "confusion", size=(side + 1.3 + 0.09 * longest, side))
    image = panel.imshow(100 * shares, cmap=SEQUENTIAL, vmin=0, vmax=100)
    if len(names) <= 30:
        _write(panel, counts, shares, normalize)
    ticks = range(0, len(names), max(1, len(names) // 30))
    turned = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if longest * len(ticks) > 40 else {}
    panel.set_xticks(ticks, [names[i] for i in ticks], parse_math=False, **turned)
    panel.set_yticks(ticks, [names[i] for i in ticks], parse_math=False)
    right = int(np.trace(counts))
    panel.set(xlabel="predicted class", ylabel="true class")
    panel.set_title(f"accuracy {right / len(truth):.1%} ({right} of {len(truth)})".replace("%", " %"))
    panel.figure.colorbar(image, ax=panel, label="share of the true class in %", fraction=0.046, pad=0.04)
    return result([panel])


def _labels(
    y: NDArray[Any], p: NDArray[Any], labels: Sequence[Any] | None
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    truth, found = _one(y, "y", scores=False), _one(p, "p", scores=True)
    if len(truth) != len(found) or not len(truth):
        raise ValueError(f"confusion: y and p must have the same number of rows, got {len(truth)} and {len(found)}")
    if truth.dtype.kind in "iub" and found.dtype.kind in "iub":
        truth, found = truth.astype(np.int64), found.astype(np.int64)
        least = min(truth.min(), found.min())
        columns = max(a.shape[1] if a.ndim == 2 else 0 for a in (y, p))
        count = max(int(max(truth.max(), found.max())) + 1, columns, 2)
        if least >= 0 and (count <= 1000 or labels is not None):
            return truth, found, _names(labels, count, range(count))
    classes, numbers = np.unique(np.concatenate([truth.astype(str), found.astype(str)]), return_inverse=True)
    if truth.dtype.kind in "iub":  # such as -1 and 1
        classes, numbers = np.unique(np.concatenate([truth, found]), return_inverse=True)
    return numbers[: len(truth)], numbers[len(truth) :], _names(labels, len(classes), classes)


def _names(labels: Sequence[Any] | None, count: int, classes: Any) -> list[str]:
    if labels is None:
        return [str(name) for name in classes]
    if len(labels) < count:
        raise ValueError(f"confusion: labels must be names of {count} classes, got {len(labels)}")
    return [str(name) for name in labels]


def _one(values: NDArray[Any], name: str, scores: bool) -> NDArray[Any]:
    """A class for each row."""
    if values.ndim == 2 and values.shape[1] > 1:
        return np.asarray(values.argmax(axis=1))
    if values.ndim not in (1, 2):
        raise ValueError(f"confusion: {name} must have shape (n,), (n, 1) or (n, k), got {values.shape}")
    values = values.reshape(-1)
    if values.dtype.kind != "f":
        return values
    if np.isnan(values).any():
        raise ValueError(f"confusion: {name} has NaN")
    if (values == np.round(values)).all():
        return values.astype(np.int64)
    if scores and values.min() >= 0 and values.max() <= 1:
        return (values > 0.5).astype(np.int64)
    raise ValueError(
        f"confusion: {name} must hold classes{' or probabilities' * scores}, got numbers from {values.min():.4g} to "
        f"{values.max():.4g}"
    )


def _write(ax: Any, counts: NDArray[np.int64], shares: NDArray[Any], normalize: bool) -> None:
    size = 11 if len(counts) <= 6 else 9 if len(counts) <= 12 else 6
    for (row, column), count in np.ndenumerate(counts):
        text = f"{100 * shares[row, column]:.0f} %" if normalize else str(count)
        # cividis is dark below, light above
        colour = WHITE if shares[row, column] < 0.55 else BLACK
        ax.text(column, row, text, ha="center", va="center", color=colour, fontsize=size)
