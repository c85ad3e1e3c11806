"""Metrics: what one wants to know about predictions; training does not use them.

Those here are means over rows: an op gives one value per row, and a running sum adds them up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pynn import naming
from pynn.metrics.accuracy import (
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
)
from pynn.metrics.metric import Metric, RowMean
from pynn.metrics.regression import MeanAbsoluteError, MeanSquaredError, mean_absolute_error, mean_squared_error

_FUNCTIONS: dict[Callable[..., Any], type[Any]] = {
    binary_accuracy: BinaryAccuracy,
    categorical_accuracy: CategoricalAccuracy,
    sparse_categorical_accuracy: SparseCategoricalAccuracy,
    mean_squared_error: MeanSquaredError,
    mean_absolute_error: MeanAbsoluteError,
}
_NAMES: dict[str, type[Any]] = {cls.__name__: cls for cls in _FUNCTIONS.values()}
_NAMES |= {function.__name__: cls for function, cls in _FUNCTIONS.items()}
_NAMES |= {"mse": MeanSquaredError, "MSE": MeanSquaredError, "mae": MeanAbsoluteError, "MAE": MeanAbsoluteError}


def get(identifier: Any) -> RowMean:
    """The metric of a name, class, function, instance or config; a name gives the metric that name.

    Parameters
    ----------
    identifier : str, type, callable, Metric or dict

    Raises
    ------
    ValueError
        If there is no such metric; the message lists near names.

    Examples
    --------
    >>> get("mae").name
    'mae'
    """
    if isinstance(identifier, RowMean):
        return identifier
    if isinstance(identifier, dict) and identifier.get("class_name") in _NAMES:
        made: RowMean = _NAMES[identifier["class_name"]].from_config(identifier.get("config", {}))
        return made
    if isinstance(identifier, str) and identifier in _NAMES:
        named: RowMean = _NAMES[identifier](name=identifier)
        return named
    if isinstance(identifier, type) and identifier in _NAMES.values():
        return identifier()  # type: ignore[no-any-return]
    if callable(identifier) and identifier in _FUNCTIONS:
        return _FUNCTIONS[identifier]()  # type: ignore[no-any-return]
    near = naming.nearest(identifier, [*_NAMES, "accuracy"]) if isinstance(identifier, str) else ""
    names = ", ".join(["accuracy", *sorted(function.__name__ for function in _FUNCTIONS)])
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
    """Class name and config of a metric.

    Parameters
    ----------
    metric : Metric

    Examples
    --------
    >>> serialize(MeanSquaredError())["class_name"]
    'MeanSquaredError'
    """
    return {"class_name": type(metric).__name__, "config": metric.get_config()}


def deserialize(config: dict[str, Any]) -> RowMean:
    """Make a metric from what `serialize` returned.

    Parameters
    ----------
    config : dict

    Examples
    --------
    >>> deserialize(serialize(BinaryAccuracy(threshold=0.4))).threshold
    0.4
    """
    return get(config)


__all__ = [
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "Metric",
    "RowMean",
    "SparseCategoricalAccuracy",
    "accuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "deserialize",
    "get",
    "mean_absolute_error",
    "mean_squared_error",
    "serialize",
    "sparse_categorical_accuracy",
]
