"""Losses of classification: cross-entropies."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config
from pynn.losses.loss import Loss
from pynn.plan import Plan, Slot


class _Crossentropy(Loss):
    """What the cross-entropies share: logits or probabilities, and label smoothing."""

    from_logits_op: str = ""

    def __init__(
        self, name: str, reduction: str | None, dtype: str | None, from_logits: bool, smoothing: float, axis: int
    ) -> None:
        super().__init__(name, reduction, dtype)
        if not 0 <= smoothing <= 1:
            raise ValueError(f"{name}: label_smoothing must be in [0, 1], got {smoothing}")
        if axis != -1:
            raise ValueError(f"{name}: classes must stand on the last axis (axis=-1), got axis={axis}")
        self.from_logits, self.label_smoothing, self.axis = from_logits, smoothing, axis
        if from_logits:
            self.op = self.from_logits_op

    def scalars(self) -> tuple[float, ...]:
        # Logits give log-probabilities directly, so nothing needs clipping.
        return (0.0,) if self.from_logits else (config.epsilon(),)

    def lower(self, plan: Plan, y: Slot, target: Slot, weights: Slot) -> tuple[Slot, Slot]:
        if self.label_smoothing:
            scale, shift = 1 - self.label_smoothing, self._share(y.features[-1])
            target = plan.emit("affine", target, scalars=(scale, shift), label="smoothed")
        if not self.from_logits:
            return super().lower(plan, y, target, weights)
        emitted = plan.emit(self.op, y.rows(), target, weights, scalars=self.scalars(), label="probabilities")
        return emitted[1], emitted[2].view(*y.shape)

    def smoothed(self, target: np.ndarray) -> np.ndarray:
        shift = target.dtype.type(self._share(target.shape[-1]))
        smooth: np.ndarray = target * target.dtype.type(1 - self.label_smoothing) + shift
        return smooth

    def _share(self, classes: int) -> float:
        return self.label_smoothing / classes

    def get_config(self) -> dict[str, Any]:
        own = {"from_logits": self.from_logits, "label_smoothing": self.label_smoothing, "axis": self.axis}
        return super().get_config() | own


class CategoricalCrossentropy(_Crossentropy):
    """Cross-entropy of one-hot targets: -Σ_j y_j ln ŷ_j per row.

    Parameters
    ----------
    from_logits : bool, default False
        Whether predictions are scores before softmax instead of probabilities.
    label_smoothing : float in [0, 1], default 0
        Share s of the target that goes to all K classes alike: y (1 - s) + s / K.
    axis : int, default -1
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    Probabilities are normalised to sum 1 and clipped to [1e-7, 1 - 1e-7], as in Keras.
    Source: Goodfellow, Bengio & Courville 2016, "Deep Learning", section 6.2.2.

    Examples
    --------
    >>> round(float(CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
    0.6931
    """

    op, from_logits_op = "categorical_crossentropy", "softmax_crossentropy"

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_crossentropy",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype, from_logits, label_smoothing, axis)


class SparseCategoricalCrossentropy(_Crossentropy):
    """Cross-entropy of integer labels: -ln ŷ_label per row.

    Parameters
    ----------
    from_logits : bool, default False
    ignore_class : None
        Rows of a class cannot be left out yet.
    reduction, axis, name, dtype
        See `CategoricalCrossentropy`.

    Examples
    --------
    >>> round(float(SparseCategoricalCrossentropy()([1], [[0.5, 0.5]])), 4)
    0.6931
    """

    op, from_logits_op = "sparse_categorical_crossentropy", "sparse_softmax_crossentropy"
    target = "labels"

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str | None = "sum_over_batch_size",
        axis: int = -1,
        name: str = "sparse_categorical_crossentropy",
        dtype: str | None = None,
    ) -> None:
        if ignore_class is not None:
            raise ValueError(f"{name}: ignore_class is not available, got ignore_class={ignore_class}")
        super().__init__(name, reduction, dtype, from_logits, 0.0, axis)

    def get_config(self) -> dict[str, Any]:
        return Loss.get_config(self) | {"from_logits": self.from_logits, "ignore_class": None}


class BinaryCrossentropy(_Crossentropy):
    """Cross-entropy of independent yes/no targets: -1/k Σ_j (y_j ln ŷ_j + (1 - y_j) ln(1 - ŷ_j)) per row.

    Parameters
    ----------
    from_logits : bool, default False
    label_smoothing : float in [0, 1], default 0
        Pulls targets towards 1/2: y (1 - s) + s / 2.
    axis, reduction, name, dtype
        See `CategoricalCrossentropy`.

    Examples
    --------
    >>> round(float(BinaryCrossentropy()([[1.0]], [[0.5]])), 4)
    0.6931
    """

    op, from_logits_op = "binary_crossentropy", "sigmoid_binary_crossentropy"

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "binary_crossentropy",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype, from_logits, label_smoothing, axis)

    def _share(self, classes: int) -> float:
        return self.label_smoothing / 2


def categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> np.ndarray:
    """`CategoricalCrossentropy` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like
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
) -> np.ndarray:
    """`SparseCategoricalCrossentropy` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like
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
) -> np.ndarray:
    """`BinaryCrossentropy` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like
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
