"""Cross-entropies and divergences: how far predicted probabilities are from the targets."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config
from pynn.metrics.rows import RowMean, match_ranks
from pynn.plan import Plan
from pynn.slots import Slot


class BinaryCrossentropy(RowMean):
    """Mean of -(y ln ŷ + (1 - y) ln(1 - ŷ)) over outputs and rows.

    Parameters
    ----------
    name : str
    dtype : str, optional
    from_logits : bool, default False
        Whether predictions are what a sigmoid would still be applied to.
    label_smoothing : float, default 0
        Share s of each target that goes to one half: y becomes (1 - s) y + s/2.  In [0, 1].

    Notes
    -----
    Probabilities are clipped to [epsilon, 1 - epsilon].

    Examples
    --------
    >>> round(float(BinaryCrossentropy()([[1.0], [0.0]], [[0.5], [0.5]])), 4)
    0.6931
    """

    same_shape = True

    def __init__(
        self,
        name: str = "binary_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
    ) -> None:
        super().__init__(name, dtype)
        self.from_logits, self.label_smoothing = from_logits, label_smoothing
        self.op = "sigmoid_binary_crossentropy_rows" if from_logits else "binary_crossentropy_rows"

    def scalars(self) -> tuple[float, ...]:
        return (self.label_smoothing,) if self.from_logits else (config.epsilon(), self.label_smoothing)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"from_logits": self.from_logits, "label_smoothing": self.label_smoothing}


class CategoricalCrossentropy(RowMean):
    """Mean over rows of -Σ y ln ŷ, targets one-hot or probabilities.

    Parameters
    ----------
    name : str
    dtype : str, optional
    from_logits : bool, default False
        Whether predictions are what a softmax would still be applied to.
    label_smoothing : float, default 0
        Share s of each target that is spread over all classes: y becomes (1 - s) y + s/k.  In [0, 1].
    axis : int, default -1
        Along which the classes lie.

    Notes
    -----
    Predictions are divided by their sum and clipped to [epsilon, 1 - epsilon].

    Examples
    --------
    >>> round(float(CategoricalCrossentropy()([[0, 1], [1, 0]], [[0.5, 0.5], [0.5, 0.5]])), 4)
    0.6931
    """

    same_shape = True

    def __init__(
        self,
        name: str = "categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
        axis: int = -1,
    ) -> None:
        super().__init__(name, dtype)
        self.from_logits, self.label_smoothing, self.axis = from_logits, label_smoothing, axis
        self._batch_matters = axis != -1
        self.op = "softmax_crossentropy_rows" if from_logits else "categorical_crossentropy_rows"

    @property
    def lowers(self) -> bool:  # type: ignore[override]
        """Whether training lowers it to steps: only along the last axis."""
        return self.axis == -1 and super().lowers

    def scalars(self) -> tuple[float, ...]:
        return (self.label_smoothing,) if self.from_logits else (config.epsilon(), self.label_smoothing)

    def values(self, y_true: Any, y_pred: Any) -> np.ndarray:
        """The cross-entropy of each vector of probabilities."""
        return super().values(_last(y_true, self.axis), _last(y_pred, self.axis))

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "from_logits": self.from_logits,
            "label_smoothing": self.label_smoothing,
            "axis": self.axis,
        }


class SparseCategoricalCrossentropy(RowMean):
    """Mean over rows of -ln ŷ of the class that the integer label names.

    Parameters
    ----------
    name : str
    dtype : str, optional
    from_logits : bool, default False
        Whether predictions are what a softmax would still be applied to.
    ignore_class : int, optional
        Rows with this label count as zero.
    axis : int, default -1
        Along which the classes lie.

    Notes
    -----
    Predictions are divided by their sum and clipped to [epsilon, 1 - epsilon].  A label that names no class counts as
    zero.

    Examples
    --------
    >>> round(float(SparseCategoricalCrossentropy()([1, 0], [[0.5, 0.5], [0.5, 0.5]])), 4)
    0.6931
    """

    target = "labels"

    def __init__(
        self,
        name: str = "sparse_categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        super().__init__(name, dtype)
        self.from_logits, self.ignore_class, self.axis = from_logits, ignore_class, axis
        self._batch_matters = axis != -1
        self.op = "sparse_softmax_crossentropy_rows" if from_logits else "sparse_categorical_crossentropy_rows"

    @property
    def lowers(self) -> bool:  # type: ignore[override]
        """Whether training lowers it to steps: only along the last axis."""
        return self.axis == -1 and super().lowers

    def scalars(self) -> tuple[float, ...]:
        ignored = -1 if self.ignore_class is None else self.ignore_class
        return (ignored,) if self.from_logits else (config.epsilon(), ignored)

    def values(self, y_true: Any, y_pred: Any) -> np.ndarray:
        """The cross-entropy of each label."""
        return super().values(y_true, _last(y_pred, self.axis))

    def lower(self, plan: Plan, y: Slot, target: Slot, weights: Slot | None = None) -> None:
        """As `RowMean.lower`; rows of the ignored class lose their weights, if there are any, as in Keras."""
        if weights is not None and self.ignore_class is not None:
            weights = plan.emit("weights_without_label", weights, target, scalars=(self.ignore_class,))
        super().lower(plan, y, target, weights)

    def weights(self, y_true: Any, sample_weight: Any) -> Any:
        """The weights, if any, without those of rows of the ignored class."""
        if sample_weight is None or self.ignore_class is None:
            return sample_weight
        w, labels = match_ranks(np.asarray(sample_weight, np.float64), np.asarray(y_true))
        w = w.reshape(w.shape + (1,) * (labels.ndim - w.ndim))
        return np.where(labels == self.ignore_class, 0, w)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "from_logits": self.from_logits,
            "ignore_class": self.ignore_class,
            "axis": self.axis,
        }


class KLDivergence(RowMean):
    """Mean over rows of Σ y ln(y / ŷ): the Kullback-Leibler divergence of the predicted from the true distribution.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Notes
    -----
    Both are clipped to [epsilon, 1].
    Source: Kullback & Leibler 1951, "On information and sufficiency", equation 2.4.

    Examples
    --------
    >>> float(KLDivergence()([[0.5, 0.5]], [[0.5, 0.5]]))
    0.0
    """

    op = "kl_divergence_rows"

    def __init__(self, name: str = "kl_divergence", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def scalars(self) -> tuple[float, ...]:
        return (config.epsilon(),)


class Poisson(RowMean):
    """Mean of ŷ - y ln ŷ over outputs and rows: for counts y that a Poisson distribution of mean ŷ makes.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Examples
    --------
    >>> round(float(Poisson()([[1.0], [2.0]], [[1.0], [1.0]])), 4)
    1.0
    """

    op = "poisson_rows"

    def __init__(self, name: str = "poisson", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def scalars(self) -> tuple[float, ...]:
        return (config.epsilon(),)


def _last(array: Any, axis: int) -> np.ndarray:
    """An array with an axis moved to the end."""
    a = np.asarray(array)
    return a if axis == -1 or a.ndim == 0 else np.moveaxis(a, axis, -1)
