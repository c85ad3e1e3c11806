"""Losses of classification: cross-entropies."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from pynn import config
from pynn.losses.lowered import LoweredLoss
from pynn.plan import Plan, Slot

_warned: set[str] = set()


class Crossentropy(LoweredLoss):
    """What the cross-entropies share: logits or probabilities, and label smoothing."""

    broadcasts = False
    from_logits_op: str = ""
    from_logits, label_smoothing = False, 0.0

    def settle(self, from_logits: bool, smoothing: float, axis: Any) -> None:
        """Check and keep the settings."""
        if not 0 <= smoothing <= 1:
            raise ValueError(f"{self.name}: label_smoothing must be in [0, 1], got {smoothing}")
        if isinstance(axis, bool):
            raise ValueError(f"`axis` must be of type `int`. Received: axis={axis} of type {type(axis)}")
        self.from_logits, self.label_smoothing, self.axis = from_logits, smoothing, axis

    def scalars(self) -> tuple[float, ...]:
        # Logits give log-probabilities directly, so nothing needs clipping.
        return (0.0,) if self.from_logits else (config.epsilon(),)

    def prepare(self, plan: Plan, target: Slot) -> Slot:
        """Emit label smoothing."""
        if not self.label_smoothing:
            return target
        scalars = (1 - self.label_smoothing, self._share(target.shape[-1]))
        smoothed: Slot = plan.emit("affine", target, scalars=scalars, label="smoothed")
        return smoothed

    def lower_rows(self, plan: Plan, y: Slot, target: Slot, weights: Slot) -> tuple[Slot, Slot]:
        """Emit weighted losses and gradient for y(n,k)."""
        if not self.from_logits:
            return super().lower_rows(plan, y, target, weights)
        scalars, target = self.scalars(), self.prepare(plan, target)
        _, per_row, dy = plan.emit(self.from_logits_op, y, target, weights, scalars=scalars, label="probabilities")
        return per_row, dy

    def _share(self, classes: Any) -> float:
        return self.label_smoothing / float(classes)

    def get_config(self) -> dict[str, Any]:
        own = {"from_logits": self.from_logits, "label_smoothing": self.label_smoothing, "axis": self.axis}
        return super().get_config() | own


class YesNoTargets(Crossentropy):
    """What losses of yes/no targets share."""

    def _share(self, classes: Any) -> float:
        return self.label_smoothing / 2

    def check_target(self, y: np.ndarray) -> None:
        """Warn, once, of targets outside [0, 1]: Keras takes them in silence, and the loss may fall without end."""
        wrong = (y < 0) | (y > 1)
        if self.name not in _warned and wrong.any():
            _warned.add(self.name)
            labels = " Labels -1 and 1 become 0 and 1 by (y + 1) / 2; or use loss='hinge'." if (y == -1).any() else ""
            warnings.warn(
                f"Loss '{self.name}' is meant for targets between 0 and 1, but y has {y[wrong].flat[0]} in row "
                f"{int(np.argwhere(wrong)[0][0])}.{labels}",
                UserWarning,
                stacklevel=2,
            )


class CategoricalCrossentropy(Crossentropy):
    """Cross-entropy of one-hot targets: -Σ_j y_j ln ŷ_j per row.

    Parameters
    ----------
    from_logits : bool, default False
        Whether predictions are scores before softmax instead of probabilities.
    label_smoothing : float in [0, 1], default 0
        Share s of the target that goes to all K classes alike: y (1 - s) + s / K.
    axis : int, default -1
        The classes' axis.
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
        super().__init__(name, reduction, dtype)
        self.settle(from_logits, label_smoothing, axis)


class SparseCategoricalCrossentropy(Crossentropy):
    """Cross-entropy of integer labels: -ln ŷ_label per row.

    Parameters
    ----------
    from_logits : bool, default False
        Whether predictions are scores before softmax instead of probabilities.
    ignore_class : int, optional
        Rows with this label do not count, neither in the sum nor in the number of rows; it may lie outside the classes.
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
        super().__init__(name, reduction, dtype)
        self.settle(from_logits, 0.0, axis)
        self.ignored = ignore_class

    @property
    def ignore_class(self) -> int | None:
        """Label of the rows that do not count."""
        return self.ignored

    def masked(self, plan: Plan, target: Slot, weights: Slot, rescale: bool) -> Slot | None:
        """Emit weights that leave out rows of the ignored class."""
        if self.ignored is None:
            return None
        left: Slot = plan.emit("weights_of_others", target, weights, scalars=(self.ignored, float(rescale)))
        return left

    def _mask(self, y_true: Any, losses: Any) -> Any:
        return None if self.ignored is None else np.reshape(y_true, losses.shape) != self.ignored

    def lower_rows(self, plan: Plan, y: Slot, target: Slot, weights: Slot) -> tuple[Slot, Slot]:
        """Emit weighted losses and gradient for y(n,k)."""
        if self.ignored is not None:  # rows that do not count still need a class; their weight is 0
            weights = plan.emit("weights_of_others", target, weights, scalars=(self.ignored, 0.0))
            target = plan.emit("replace_label", target, scalars=(self.ignored, 0.0), label="labels.kept")
        return super().lower_rows(plan, y, target, weights)

    def get_config(self) -> dict[str, Any]:
        found = super().get_config()
        return {key: found[key] for key in ("name", "reduction", "from_logits")} | {"ignore_class": self.ignored}


class BinaryCrossentropy(YesNoTargets):
    """Cross-entropy of independent yes/no targets: -1/k Σ_j (y_j ln ŷ_j + (1 - y_j) ln(1 - ŷ_j)) per row.

    Parameters
    ----------
    from_logits : bool, default False
        Whether predictions are scores before the sigmoid instead of probabilities.
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
        super().__init__(name, reduction, dtype)
        self.settle(from_logits, label_smoothing, axis)


class CrossEntropy(YesNoTargets):
    """The lecture's cross-entropy: -Σ_j (y_j ln ŷ_j + (1 - y_j) ln(1 - ŷ_j)) per row, then the mean over the n rows.

    Parameters
    ----------
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    Domain: y in [0, 1], ŷ in (0, 1), such as outputs of a sigmoid; ŷ is clipped to [1e-7, 1 - 1e-7].  Behind a sigmoid
    its gradient is ŷ - y.  `BinaryCrossentropy` is the mean over the k outputs, this is the sum: k times as much.
    Source: Hinton 1989, "Connectionist learning procedures", section 2.

    Examples
    --------
    >>> round(float(CrossEntropy()([[1.0, 0.0]], [[0.5, 0.5]])), 4)
    1.3863
    """

    op = "binary_crossentropy"

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str = "cross_entropy", dtype: str | None = None
    ) -> None:
        super().__init__(name, reduction, dtype)

    def lower_rows(self, plan: Plan, y: Slot, target: Slot, weights: Slot) -> tuple[Slot, Slot]:
        """Emit weighted losses and gradient for y(n,k)."""
        column = weights.view(weights.shape[0], 1)
        times = plan.emit("affine", column, scalars=(float(y.features[-1]), 0.0), label="weights")
        return super().lower_rows(plan, y, target, times.view(*weights.shape))

    def check_target(self, y: np.ndarray) -> None:
        """Raise ValueError for targets outside [0, 1]."""
        self.check_domain(y)

    def check_domain(self, y: np.ndarray) -> None:
        """Raise ValueError for targets outside [0, 1]; it names the first such row."""
        wrong = (y < 0) | (y > 1)
        if wrong.any():
            row = int(np.argwhere(wrong)[0][0]) if y.ndim else 0
            raise ValueError(f"Loss '{self.name}' takes targets in [0, 1], but y has {y[wrong].flat[0]} in row {row}.")

    def get_config(self) -> dict[str, Any]:
        found = super().get_config()
        return {"name": found["name"], "reduction": found["reduction"]}
