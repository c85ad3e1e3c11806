"""Cross-entropies that look at the hard cases, and one that bears wrong labels."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config
from pynn.losses.crossentropy import Crossentropy, YesNoTargets
from pynn.losses.lowered import LoweredLoss
from pynn.plan import Plan, Slot


class BinaryFocalCrossentropy(YesNoTargets):
    """Binary cross-entropy of each output times (1 - p)^gamma, p the probability of what is right; then their mean.

    Parameters
    ----------
    apply_class_balancing : bool, default False
        Multiply by alpha where the target is 1, and by 1 - alpha where it is 0.
    alpha : float, default 0.25
        Weight of class 1.
    gamma : float, default 2
        The larger, the less outputs count that are right already; 0: `BinaryCrossentropy`.
    from_logits, label_smoothing, axis, reduction, name, dtype
        See `BinaryCrossentropy`.

    Notes
    -----
    Source: Lin, Goyal, Girshick, He & Dollár 2017, "Focal loss for dense object detection", equations 4 and 5.

    Examples
    --------
    >>> round(float(BinaryFocalCrossentropy()([[1.0]], [[0.5]])), 4)
    0.1733
    """

    op = "binary_focal_crossentropy"

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "binary_focal_crossentropy",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.settle(from_logits, label_smoothing, axis)
        self.apply_class_balancing, self.alpha, self.gamma = apply_class_balancing, alpha, gamma

    def scalars(self) -> tuple[float, ...]:
        return float(self.alpha), float(self.gamma), float(self.apply_class_balancing), config.epsilon()

    def lower_rows(self, plan: Plan, y: Slot, target: Slot, weights: Slot) -> tuple[Slot, Slot]:
        """Emit weighted losses and gradient for y(n,k)."""
        p = plan.emit("sigmoid_forward", y) if self.from_logits else y
        target = self.prepare(plan, target)
        per_row, dy = plan.emit(self.op, p, target, weights, scalars=self.scalars(), label="loss")
        return per_row, plan.emit("sigmoid_backward", p, dy) if self.from_logits else dy

    def get_config(self) -> dict[str, Any]:
        own = {"apply_class_balancing": self.apply_class_balancing, "alpha": self.alpha, "gamma": self.gamma}
        return super().get_config() | own


class CategoricalFocalCrossentropy(Crossentropy):
    """Categorical cross-entropy with a factor for each class: -Σ_j alpha (1 - ŷ_j)^gamma y_j ln ŷ_j per row.

    Parameters
    ----------
    alpha : float or list of float, default 0.25
        One factor for all classes, or one for each.
    gamma : float, default 2
        The larger, the less rows count that are right already.
    from_logits, label_smoothing, axis, reduction, name, dtype
        See `CategoricalCrossentropy`.

    Notes
    -----
    Source: Lin, Goyal, Girshick, He & Dollár 2017, "Focal loss for dense object detection", equation 5.

    Examples
    --------
    >>> round(float(CategoricalFocalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
    0.0433
    """

    op = "categorical_focal_crossentropy"

    def __init__(
        self,
        alpha: Any = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_focal_crossentropy",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.settle(from_logits, label_smoothing, axis)
        self.alpha, self.gamma = alpha, gamma

    def lower_rows(self, plan: Plan, y: Slot, target: Slot, weights: Slot) -> tuple[Slot, Slot]:
        """Emit weighted losses and gradient for y(n,k)."""
        p = plan.emit("softmax_forward", y) if self.from_logits else y
        classes = y.features[-1]
        if np.size(self.alpha) not in (1, classes):
            raise ValueError(f"{self.name}: alpha has {np.size(self.alpha)} factors, but there are {classes} classes")
        alpha = plan.fixed("alpha", np.ascontiguousarray(np.broadcast_to(self.alpha, (classes,)), plan.dtype))
        target, scalars = self.prepare(plan, target), (float(self.gamma), config.epsilon())
        per_row, dy = plan.emit(self.op, p, target, weights, alpha, scalars=scalars, label="loss")
        return per_row, plan.emit("softmax_backward", p, dy) if self.from_logits else dy

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"alpha": self.alpha, "gamma": self.gamma}


class CategoricalGeneralizedCrossEntropy(LoweredLoss):
    """Between cross-entropy (q → 0) and absolute error (q = 1): (1 - ŷ_label^q) / q per row.

    Parameters
    ----------
    q : float in (0, 1], default 0.5
        The larger, the less wrong labels matter.
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    Targets are class numbers.
    Source: Zhang & Sabuncu 2018, "Generalized cross entropy loss for training deep neural networks with noisy labels",
    equation 6.

    Examples
    --------
    >>> float(CategoricalGeneralizedCrossEntropy()([1], [[0.75, 0.25]]))
    1.0
    """

    op, target = "generalized_crossentropy", "labels"

    def __init__(
        self,
        q: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_generalized_cross_entropy",
        dtype: str | None = None,
    ) -> None:
        if not 0 < q <= 1:
            raise ValueError(f"{name}: q must be in the interval (0, 1], got {q}")
        super().__init__(name, reduction, dtype)
        self.q = q

    def scalars(self) -> tuple[float, ...]:
        return (float(self.q),)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"q": self.q}
