"""Intersection over union of the places where a class is and where it is predicted."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from pynn import config
from pynn.metrics.metric import Metric, value


class IoU(Metric):
    """Intersection over union TP / (TP + FP + FN), averaged over some classes.

    Parameters
    ----------
    num_classes : int
    target_class_ids : sequence of int
        Which classes are averaged.
    name : str, optional
    dtype : str, optional
        Of the counts, ``"int32"`` if not given: weights are then cut to integers.
    ignore_class : int, optional
        Rows with this target do not count.
    sparse_y_true, sparse_y_pred : bool, default True
        Whether they are class numbers; otherwise the largest along `axis` tells the class.
    axis : int, default -1

    Notes
    -----
    Classes that are neither present nor predicted are left out of the average.  Class numbers outside
    [0, num_classes) do not count.

    Examples
    --------
    >>> round(float(IoU(num_classes=2, target_class_ids=[0])([0, 0, 1, 1], [0, 1, 0, 1])), 4)
    0.3333
    """

    _direction = "up"

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(dtype or "int32", name)
        self.num_classes, self.ignore_class, self.axis = num_classes, ignore_class, axis
        self.sparse_y_true, self.sparse_y_pred = sparse_y_true, sparse_y_pred
        self.target_class_ids = list(target_class_ids)
        if self.target_class_ids and max(self.target_class_ids) >= num_classes:
            raise ValueError(
                f"Target class id {max(self.target_class_ids)} is out of range, which is [0, {num_classes})."
            )
        self.total_cm = self.add_variable(
            (num_classes, num_classes), "zeros", self.dtype, name="total_confusion_matrix"
        )

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Count more pairs of classes.

        Parameters
        ----------
        y_true, y_pred : array_like
            Class numbers of the same size, or scores of the classes along `axis`.
        sample_weight : array_like, optional
            One for each pair.
        """
        t = _classes(y_true, self.sparse_y_true, self.axis)
        y = _classes(y_pred, self.sparse_y_pred, self.axis)
        if t.shape != y.shape:
            raise ValueError(
                f"Targets and predictions have incompatible shapes for broadcasting: {t.shape} and {y.shape} classes"
            )
        w = np.broadcast_to(np.ravel(self._weights(sample_weight)), t.shape)
        counts = (t >= 0) & (t < self.num_classes) & (y >= 0) & (y < self.num_classes)
        if self.ignore_class is not None:
            counts &= t != self.ignore_class
        pairs = t[counts] * self.num_classes + y[counts]
        sums = np.bincount(pairs, w[counts], self.num_classes**2).reshape(self.total_cm.shape)
        self.total_cm.assign_add(sums.astype(self.total_cm.dtype))

    def _weights(self, sample_weight: Any) -> np.ndarray:
        w = np.asarray(1 if sample_weight is None else sample_weight)
        if w.dtype.kind == "f" and "int" in self.dtype:
            warnings.warn(
                f"{type(self).__name__}: You are passing weight as `float`, but dtype is `int`. Weights are cut to "
                'integers; make the metric with dtype="float32" to keep them.',
                stacklevel=4,
            )
        return w.astype(self.dtype)

    def result(self) -> Any:
        """The average so far; 0 before any data."""
        table = np.asarray(self.total_cm.value, np.float64)
        right = np.diag(table)
        union = table.sum(axis=0) + table.sum(axis=1) - right
        chosen = np.array(self.target_class_ids, np.intp)
        present = chosen[union[chosen] > 0]
        real = self.dtype if "float" in self.dtype else config.floatx()
        return value((right[present] / union[present]).mean() if len(present) else 0.0, real)

    def get_config(self) -> dict[str, Any]:
        settings = ("num_classes", "target_class_ids", "ignore_class", "sparse_y_true", "sparse_y_pred", "axis")
        return super().get_config() | {name: getattr(self, name) for name in settings}


class BinaryIoU(IoU):
    """Intersection over union of two classes, from probabilities of class 1.

    Parameters
    ----------
    target_class_ids : sequence of int, default (0, 1)
        Which of the two are averaged.
    threshold : float, default 0.5
        A probability of at least so much says 1.
    name : str, optional
    dtype : str, optional

    Examples
    --------
    >>> round(float(BinaryIoU(threshold=0.3)([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7])), 4)
    0.3333
    """

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(2, target_class_ids, name, dtype)
        self.threshold = threshold

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Count more answers.

        Parameters
        ----------
        y_true, y_pred : array_like
            Targets 0 or 1, and probabilities.
        sample_weight : array_like, optional
            One for each pair.
        """
        y = np.asarray(y_pred, config.floatx())
        super().update_state(y_true, y >= y.dtype.type(self.threshold), sample_weight)

    def get_config(self) -> dict[str, Any]:
        return {
            "target_class_ids": self.target_class_ids,
            "threshold": self.threshold,
            "name": self.name,
            "dtype": self.dtype,
        }


class MeanIoU(IoU):
    """Intersection over union TP / (TP + FP + FN), averaged over all classes.

    Parameters
    ----------
    num_classes : int
    name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis
        As for `IoU`.

    Examples
    --------
    >>> round(float(MeanIoU(num_classes=2)([0, 0, 1, 1], [0, 1, 0, 1])), 4)
    0.3333
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, range(num_classes), name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis)

    def get_config(self) -> dict[str, Any]:
        return _settings_of(self, "num_classes", "name", "dtype", *_REST, "sparse_y_pred", "axis")


class OneHotIoU(IoU):
    """`IoU` of one-hot targets and scores of the classes.

    Parameters
    ----------
    num_classes : int
    target_class_ids : sequence of int
    name, dtype, ignore_class, axis
        As for `IoU`.
    sparse_y_pred : bool, default False
        Whether predictions are class numbers instead of scores.

    Examples
    --------
    >>> round(float(OneHotIoU(2, [0])([[1, 0], [1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]])), 4)
    0.5
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self) -> dict[str, Any]:
        first = ("num_classes", "target_class_ids", "name", "dtype")
        return _settings_of(self, *first, "ignore_class", "sparse_y_pred", "axis")


class OneHotMeanIoU(MeanIoU):
    """`MeanIoU` of one-hot targets and scores of the classes.

    Parameters
    ----------
    num_classes : int
    name, dtype, ignore_class, sparse_y_pred, axis
        As for `OneHotIoU`.

    Examples
    --------
    >>> round(float(OneHotMeanIoU(2)([[1, 0], [1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]])), 4)
    0.5
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self) -> dict[str, Any]:
        return _settings_of(self, "num_classes", "name", "dtype", "ignore_class", "sparse_y_pred", "axis")


_REST = ("ignore_class", "sparse_y_true")


def _settings_of(metric: Metric, *names: str) -> dict[str, Any]:
    return {name: getattr(metric, name) for name in names}


def _classes(given: Any, sparse: bool, axis: int) -> np.ndarray:
    """Class numbers, in a row."""
    array = np.asarray(given)
    numbers: np.ndarray = (array if sparse else array.argmax(axis=axis)).astype(np.int64).ravel()
    return numbers
