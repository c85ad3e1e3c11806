"""Sums and means of values that the caller, or a function, gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np

from pynn import saving
from pynn.metrics.metric import Metric, value
from pynn.nothing import refuse_none


class Sum(Metric):
    """The sum of all values given so far, times their weights.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Notes
    -----
    The running sum is kept in float64.

    Examples
    --------
    >>> total = Sum()
    >>> total.update_state([1, 3, 5, 7], sample_weight=[1, 1, 0, 0])
    >>> float(total.result())
    4.0
    """

    def __init__(self, name: str = "sum", dtype: Any = None) -> None:
        super().__init__(dtype, name)
        self.total = self.add_variable((), "zeros", "float64", name="total")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Add more values.

        Parameters
        ----------
        values : array_like
        sample_weight : array_like, optional
            One weight for each value or for each row of values.
        """
        refuse_none(f"metric '{self.name}'", "each value", values)
        samples, _ = samplewise(values, sample_weight, np.sum)
        self.total.assign_add(samples.sum())

    def result(self) -> Any:
        """The sum so far."""
        return value(self.total.value, self.dtype)


class Mean(Metric):
    """The mean of all values given so far, weighted by their weights.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Notes
    -----
    The running sums are kept in float64.  Values of more than one axis count as one value a row, their mean.

    Examples
    --------
    >>> mean = Mean()
    >>> mean.update_state([1, 3, 5, 7])
    >>> float(mean.result())
    4.0
    """

    def __init__(self, name: str = "mean", dtype: Any = None) -> None:
        super().__init__(dtype, name)
        self.total = self.add_variable((), "zeros", "float64", name="total")
        self.count = self.add_variable((), "zeros", "float64", name="count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Take more values into account.

        Parameters
        ----------
        values : array_like
        sample_weight : array_like, optional
            One weight for each value or for each row of values.
        """
        refuse_none(f"metric '{self.name}'", "each value", values)
        samples, weights = samplewise(values, sample_weight, np.mean)
        self.total.assign_add(samples.sum())
        self.count.assign_add(weights.sum())

    def result(self) -> Any:
        """The mean so far; 0 before any data."""
        return value(self.mean(), self.dtype)

    def mean(self) -> float:
        """The mean so far, in double precision."""
        count = float(self.count)
        return float(self.total) / count if count else 0.0


class MeanMetricWrapper(Mean):
    """The mean of what a function gives for targets and predictions.

    Parameters
    ----------
    fn : callable
        ``fn(y_true, y_pred, **kwargs)``: one value for each row, or for each output.
    name, dtype
        See `Metric`.
    **kwargs
        Passed on to `fn`.

    Examples
    --------
    >>> worst = MeanMetricWrapper(lambda y_true, y_pred: np.abs(np.subtract(y_true, y_pred)).max(axis=-1), "worst")
    >>> float(worst([[0, 0], [0, 0]], [[1, 2], [3, 5]]))
    3.5
    """

    _batch_matters = True
    heeds_masks = True

    def __init__(self, fn: Callable[..., Any], name: str | None = None, dtype: Any = None, **kwargs: Any) -> None:
        super().__init__(name, dtype)  # type: ignore[arg-type]  # None: numbered by class
        self._fn, self._fn_kwargs = fn, kwargs

    def update_state(  # type: ignore[override]  # takes two arrays
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Take more predictions into account.

        Parameters
        ----------
        y_true, y_pred : array_like
        sample_weight : array_like, optional
            One weight for each row, or for each value that the function gives.
        """
        values = self._fn(y_true, y_pred, **self._fn_kwargs)
        super().update_state(values, sample_weight=with_mask(self, y_pred, sample_weight))

    def get_config(self) -> dict[str, Any]:
        described = {key: saving.serialize_keras_object(given) for key, given in self._fn_kwargs.items()}
        return super().get_config() | {"fn": saving.serialize_keras_object(self._fn)} | described

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        return cls(**saving.deserialize_keras_object(config))


def with_mask(metric: Metric, y_pred: Any, sample_weight: Any) -> Any:
    """Weights that leave out what the mask of the predictions hides."""
    mask = getattr(y_pred, "_keras_mask", None)
    if mask is None or not metric.heeds_masks:
        return sample_weight
    kept = np.asarray(mask) != 0
    if sample_weight is None:
        return kept.astype(np.float64)
    weights = np.asarray(sample_weight, np.float64)
    if weights.ndim == kept.ndim + 1 and weights.shape[-1] == 1:
        weights = weights[..., 0]
    return weights * kept


def samplewise(values: Any, sample_weight: Any, reduce: Callable[..., Any]) -> tuple[np.ndarray, np.ndarray]:
    """Values times weights, and the weights: one each for every row.

    `reduce` makes one value of all that a row has: their mean or sum.  Weights with fewer axes than the values belong
    to the first axes; without weights each row weighs 1.
    """
    v = np.asarray(values, np.float64)
    if sample_weight is None:
        rows = reduce(v, axis=tuple(range(1, v.ndim))) if v.ndim > 1 else v
        return rows, np.ones(rows.shape)
    w = np.asarray(sample_weight, np.float64)
    if w.ndim == v.ndim + 1 and w.shape[-1] == 1:
        w = w[..., 0]
    elif v.ndim == w.ndim + 1 and v.shape[-1] == 1:
        v = v[..., 0]
    if v.ndim > w.ndim:
        v = reduce(v, axis=tuple(range(w.ndim, v.ndim)))
    try:
        w = np.broadcast_to(w, v.shape)
    except ValueError:
        raise ValueError(
            f"sample_weight of shape {np.shape(sample_weight)}: Cannot broadcast to shape {v.shape}, that of the values"
        ) from None
    rest = tuple(range(1, v.ndim))
    return (reduce(v * w, axis=rest), reduce(w, axis=rest)) if rest else (v * w, w)
