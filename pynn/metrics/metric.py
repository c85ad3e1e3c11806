"""What every metric is: a number about all predictions since the last reset."""

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

    Examples
    --------
    >>> class Rows(Metric):
    ...     count = 0
    ...     def update_state(self, y_true, y_pred, sample_weight=None):
    ...         self.count += len(y_pred)
    ...     def result(self):
    ...         return self.count
    >>> Rows(name="rows")([1, 0], [0.9, 0.2])
    2
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
        values = values_per_row(self, y_true, y_pred)
        weights = np.ones(len(values)) if sample_weight is None else np.ravel(sample_weight)
        weights = np.broadcast_to(weights, values.shape)
        self.total += (values * weights).sum()
        self.count += float(weights.sum())

    def result(self) -> float:
        """The mean so far; 0 before any data."""
        return float(self.total[0] / self.count) if self.count else 0.0

    def reset_state(self) -> None:
        """Forget all data."""
        self.total[:] = 0
        self.count = 0.0


def values_per_row(metric: RowMean, y_true: Any, y_pred: Any) -> np.ndarray:
    """The metric of each row: its op, on arrays of any rank."""
    y = np.ascontiguousarray(y_pred, config.floatx())
    rows = y.reshape(-1, y.shape[-1] if y.ndim > 1 else 1)
    target = np.asarray(y_true)
    if metric.target == "labels":
        target = np.ascontiguousarray(target.reshape(len(rows)), np.int32)
    else:
        target = np.ascontiguousarray(target, rows.dtype).reshape(rows.shape)
    values = np.empty(len(rows), rows.dtype)
    table()[metric.op, rows.dtype](rows, target, values, scalars=metric.scalars())
    return values
