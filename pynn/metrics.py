"""Metrics: what one wants to know about predictions; training does not use them.

Those here are means over rows: an op gives one value per row, and a running sum adds them up.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from pynn import config, naming
from pynn.kernels.tables import table
from pynn.losses.loss import Target
from pynn.plan import Plan, Slot


class Metric:
    """A number about all predictions since the last reset.

    Parameters
    ----------
    dtype : str, optional
    name : str, optional
    """

    # Whether larger is better: EarlyStopping asks.
    _direction = "down"

    def __init__(self, dtype: str | None = None, name: str | None = None) -> None:
        self.name = name or naming.auto_name(type(self).__name__)
        self.dtype = dtype or config.floatx()

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Take more data into account."""
        raise ValueError(f"{type(self).__name__} must define update_state")

    def result(self) -> Any:
        """The value so far."""
        raise ValueError(f"{type(self).__name__} must define result")

    def reset_state(self) -> None:
        """Forget all data."""
        raise ValueError(f"{type(self).__name__} must define reset_state")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Take more data into account and return the value so far."""
        self.update_state(*args, **kwargs)
        return self.result()

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal metric."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a metric from what `get_config` returned."""
        return cls(**config)


class RowMean(Metric):
    """The mean over rows of a value that an op computes for each row."""

    op: str = ""
    target: Target = "values"

    def __init__(self, name: str, dtype: str | None = None) -> None:
        super().__init__(dtype, name)
        # Training adds to `total` in the compiled core.
        self.total = np.zeros(1)
        self.count = 0.0

    def scalars(self) -> tuple[float, ...]:
        """Scalars of the op."""
        return ()

    def lower(self, plan: Plan, y: Slot, target: Slot) -> None:
        """Emit the value of each row, and their sum."""
        rows = plan.emit(self.op, y.rows(), target, scalars=self.scalars(), label=self.name)
        plan.emit("accumulate", rows, plan.fixed(f"{self.name}.total", self.total))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take more predictions into account.

        Parameters
        ----------
        y_true, y_pred : array_like, shape (n, k) each; for sparse metrics y_true has shape (n,) or (n, 1)
        sample_weight : array_like, shape (n,), optional
        """
        y = np.ascontiguousarray(y_pred, config.floatx())
        y = y.reshape(-1, y.shape[-1] if y.ndim > 1 else 1)
        target = np.asarray(y_true)
        if self.target == "labels":
            target = np.ascontiguousarray(target.reshape(len(y)), np.int32)
        else:
            target = np.ascontiguousarray(target, y.dtype).reshape(y.shape)
        rows = np.empty(len(y), y.dtype)
        table()[self.op, y.dtype](y, target, rows, scalars=self.scalars())
        weights = np.ones(len(y)) if sample_weight is None else np.broadcast_to(np.ravel(sample_weight), len(y))
        self.total += (rows * weights).sum()
        self.count += float(weights.sum())

    def result(self) -> float:
        """The mean so far; 0 before any data."""
        return float(self.total[0] / self.count) if self.count else 0.0

    def reset_state(self) -> None:
        """Forget all data."""
        self.total[:] = 0
        self.count = 0.0


class CategoricalAccuracy(RowMean):
    """Share of rows whose largest output stands where the one-hot target has its 1.

    Examples
    --------
    >>> CategoricalAccuracy()([[0, 1], [1, 0]], [[0.1, 0.9], [0.4, 0.6]])
    0.5
    """

    op, _direction = "categorical_accuracy", "up"

    def __init__(self, name: str = "categorical_accuracy", dtype: str | None = None) -> None:
        super().__init__(name, dtype)


class SparseCategoricalAccuracy(RowMean):
    """Share of rows whose largest output stands at the integer label.

    Examples
    --------
    >>> SparseCategoricalAccuracy()([1, 0], [[0.1, 0.9], [0.4, 0.6]])
    0.5
    """

    op, target, _direction = "sparse_categorical_accuracy", "labels", "up"

    def __init__(self, name: str = "sparse_categorical_accuracy", dtype: str | None = None) -> None:
        super().__init__(name, dtype)


class BinaryAccuracy(RowMean):
    """Share of outputs that lie on the target's side of a threshold.

    Parameters
    ----------
    name : str
    dtype : str, optional
    threshold : float, default 0.5
        An output above it says 1.

    Examples
    --------
    >>> BinaryAccuracy()([[1], [0]], [[0.9], [0.6]])
    0.5
    """

    op, _direction = "binary_accuracy", "up"

    def __init__(self, name: str = "binary_accuracy", dtype: str | None = None, threshold: float = 0.5) -> None:
        if not 0 < threshold < 1:
            raise ValueError(
                "Invalid value for argument `threshold`. Expected a value in interval (0, 1). "
                f"Received: threshold={threshold}"
            )
        super().__init__(name, dtype)
        self.threshold = threshold

    def scalars(self) -> tuple[float, ...]:
        return (self.threshold,)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"threshold": self.threshold}


class MeanSquaredError(RowMean):
    """Mean of (ŷ - y)² over outputs and rows.

    Examples
    --------
    >>> MeanSquaredError()([[0.0], [0.0]], [[1.0], [3.0]])
    5.0
    """

    op = "squared_error"

    def __init__(self, name: str = "mean_squared_error", dtype: str | None = None) -> None:
        super().__init__(name, dtype)


class MeanAbsoluteError(RowMean):
    """Mean of |ŷ - y| over outputs and rows.

    Examples
    --------
    >>> MeanAbsoluteError()([[0.0], [0.0]], [[1.0], [3.0]])
    2.0
    """

    op = "absolute_error"

    def __init__(self, name: str = "mean_absolute_error", dtype: str | None = None) -> None:
        super().__init__(name, dtype)


_CLASSES = (CategoricalAccuracy, SparseCategoricalAccuracy, BinaryAccuracy, MeanSquaredError, MeanAbsoluteError)
_NAMES: dict[str, Any] = {cls.__name__: cls for cls in _CLASSES}
_NAMES |= {naming.to_snake_case(cls.__name__): cls for cls in _CLASSES}
_NAMES |= {"mse": MeanSquaredError, "MSE": MeanSquaredError, "mae": MeanAbsoluteError, "MAE": MeanAbsoluteError}


def get(identifier: Any) -> RowMean:
    """The metric of a name, class, instance or config; a name gives the metric that name.

    Raises
    ------
    ValueError
        If there is no such metric; the message lists near names.
    """
    if isinstance(identifier, RowMean):
        return identifier
    if isinstance(identifier, type) and issubclass(identifier, RowMean) and identifier is not RowMean:
        return identifier()  # type: ignore[call-arg]
    if isinstance(identifier, dict) and identifier.get("class_name") in _NAMES:
        made: RowMean = _NAMES[identifier["class_name"]].from_config(identifier.get("config", {}))
        return made
    if isinstance(identifier, str) and identifier in _NAMES:
        named: RowMean = _NAMES[identifier](name=identifier)
        return named
    near = naming.nearest(identifier, [*_NAMES, "accuracy"]) if isinstance(identifier, str) else ""
    names = ", ".join(["accuracy", *sorted(naming.to_snake_case(cls.__name__) for cls in _CLASSES)])
    raise ValueError(f"Could not interpret metric identifier: {identifier}. Expected one of {names}.{near}")


def accuracy(name: str, outputs: int, sparse: bool) -> RowMean:
    """The accuracy that "accuracy" means: by the number of outputs and the form of the targets.

    Parameters
    ----------
    name : str
        What the user wrote: "accuracy" or "acc".
    outputs : int
        Size of the last axis of the predictions; 1 means yes/no.
    sparse : bool
        Whether targets are integer labels instead of one-hot rows.
    """
    if outputs == 1:
        return BinaryAccuracy(name=name)
    return SparseCategoricalAccuracy(name=name) if sparse else CategoricalAccuracy(name=name)


def serialize(metric: Metric) -> dict[str, Any]:
    """Class name and config of a metric."""
    return {"class_name": type(metric).__name__, "config": metric.get_config()}


deserialize = get
