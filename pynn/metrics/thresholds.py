"""Counting predictions above and below thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from pynn import config
from pynn.metrics.rows import match_ranks

# What outputs count as that are not among the k largest of their row.
NOT_AMONG_TOP = -1e10


class Counts(NamedTuple):
    """Sums of weights at each threshold, of shape (m,), or (m, labels)."""

    true_positives: np.ndarray
    false_positives: np.ndarray
    true_negatives: np.ndarray
    false_negatives: np.ndarray


def checked(owner: str, thresholds: Any, default: float) -> list[float]:
    """Thresholds as a list.

    Raises
    ------
    ValueError
        If one lies outside [0, 1].
    """
    if thresholds is None:
        return [default]
    given: list[Any] = np.ravel(np.asarray(thresholds, object)).tolist()
    wrong = [t for t in given if t is None or not 0 <= t <= 1]
    if wrong:
        raise ValueError(f"{owner}: Threshold values must be in [0, 1]. Received: {wrong}")
    return given


def between(number: int) -> list[float]:
    """So many thresholds from 0 to 1 in equal steps; one half for one."""
    return [0.5] if number == 1 else [i / (number - 1) for i in range(number)]


def in_equal_steps(thresholds: Sequence[float]) -> bool:
    """Whether thresholds, three at least, go from 0 to 1 in equal steps, up to epsilon."""
    even = np.linspace(0, 1, len(thresholds))
    return len(thresholds) >= 3 and bool(np.allclose(thresholds, even, atol=config.epsilon()))


def prepare(
    name: str, y_true: Any, y_pred: Any, sample_weight: Any, top_k: int | None = None, class_id: int | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Targets, predictions and weights in one shape: of one class, or outputs beyond the top k out of the way."""
    y = np.asarray(y_pred, config.floatx())
    t, y = match_ranks(np.asarray(y_true, y.dtype), y)
    if t.shape != y.shape:
        numbers = y.ndim == 2 and t.shape in ((len(y),), (len(y), 1))
        hint = f"keras.utils.to_categorical(y, {y.shape[-1]}) and loss='categorical_crossentropy'" if numbers else ""
        raise ValueError(
            f"Metric '{name}': targets and predictions have incompatible shapes for broadcasting: "
            f"y_true.shape={np.shape(y_true)}, y_pred.shape={np.shape(y_pred)}."
            f"{f' For class numbers it needs one-hot rows: {hint}.' if hint else ''}"
        )
    if top_k is not None:
        y = _top(y, top_k)
    if class_id is not None:
        if y.ndim == 0 or not -y.shape[-1] <= class_id < y.shape[-1]:
            raise ValueError(f"class_id={class_id} is no output of predictions of shape {np.shape(y_pred)}")
        t, y = t[..., class_id], y[..., class_id]
    return t, y, _spread(sample_weight, y.shape)


def _top(y: np.ndarray, k: int) -> np.ndarray:
    if not 0 < k <= y.shape[-1]:
        raise ValueError(f"top_k must be no larger than the number of outputs; got k={k} with shape={y.shape}")
    best = np.argsort(-y, axis=-1, kind="stable")[..., :k]
    kept = np.full_like(y, NOT_AMONG_TOP)
    np.put_along_axis(kept, best, np.take_along_axis(y, best, axis=-1), axis=-1)
    return kept


def _spread(sample_weight: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Weights for the first axes, for all values."""
    w = np.asarray(1.0 if sample_weight is None else sample_weight, np.float64)
    if w.ndim == len(shape) + 1 and w.shape[-1] == 1:
        w = w[..., 0]
    try:
        return np.broadcast_to(w.reshape(w.shape + (1,) * (len(shape) - w.ndim)), shape)
    except ValueError:
        raise ValueError(
            f"sample_weight of shape {np.shape(sample_weight)}: Cannot broadcast to shape {shape}, "
            "that of the predictions"
        ) from None


def count(t: np.ndarray, y: np.ndarray, w: np.ndarray, thresholds: Sequence[float], per_label: bool = False) -> Counts:
    """Weights of the four kinds of answers at each threshold.

    Parameters
    ----------
    t, y, w : ndarray of one shape
        Targets, predictions, weights.
    thresholds : sequence of float
        A prediction above one says yes.  If they go from 0 to 1 in equal steps, predictions are sorted into the steps
        (0 belongs to the first), and targets may be shares; otherwise a target that is not 0 is a yes.
    per_label : bool
        Whether the second axis is that of labels, counted each for itself.
    """
    m = len(thresholds)
    if in_equal_steps(thresholds):
        order, yes = np.arange(m), t.astype(np.float64)
        exceeded = np.maximum(np.ceil(np.clip(np.nan_to_num(y), 0, 1) * y.dtype.type(m - 1)), 1).astype(np.intp)
    else:
        order, yes = np.argsort(thresholds, kind="stable"), (t != 0).astype(np.float64)
        exceeded = np.searchsorted(np.asarray(thresholds, y.dtype)[order], y, side="left")
        exceeded[np.isnan(y)] = 0
    labels = y.shape[1] if per_label else 1
    place = exceeded * labels + (np.arange(labels) if per_label else 0)
    sums = []
    for weights in (yes * w, (1 - yes) * w):
        steps = np.bincount(place.ravel(), weights.ravel(), (m + 1) * labels).reshape(m + 1, labels)
        above, below = steps[::-1].cumsum(axis=0)[::-1][1:], steps.cumsum(axis=0)[:-1]
        back = np.argsort(order)
        sums += [above[back], below[back]] if per_label else [above[back, 0], below[back, 0]]
    return Counts(sums[0], sums[2], sums[3], sums[1])


def ratio(a: Any, b: Any) -> np.ndarray:
    """a / b, and 0 where b is 0."""
    a, b = np.broadcast_arrays(np.asarray(a, np.float64), np.asarray(b, np.float64))
    quotient: np.ndarray = np.divide(a, b, out=np.zeros(a.shape), where=b != 0)
    return quotient
