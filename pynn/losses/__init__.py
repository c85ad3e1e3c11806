"""Losses: what training makes small.

Each is a class with settings, a function on arrays, and a string.  Training lowers it to one op that computes the loss
of every row and the gradient of their mean.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pynn import naming
from pynn.losses.crossentropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
    binary_crossentropy,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from pynn.losses.loss import Loss
from pynn.losses.regression import MeanSquaredError, mean_squared_error

mse = MSE = mean_squared_error

_FUNCTIONS: dict[Callable[..., Any], type[Loss]] = {
    mean_squared_error: MeanSquaredError,
    categorical_crossentropy: CategoricalCrossentropy,
    sparse_categorical_crossentropy: SparseCategoricalCrossentropy,
    binary_crossentropy: BinaryCrossentropy,
}
_NAMES: dict[str, type[Loss]] = {function.__name__: cls for function, cls in _FUNCTIONS.items()}
_NAMES |= {cls.__name__: cls for cls in _FUNCTIONS.values()}
_NAMES |= {"mse": MeanSquaredError, "MSE": MeanSquaredError}


def get(identifier: Any) -> Loss:
    """The loss of a name, class, function, instance or config.

    Raises
    ------
    ValueError
        If there is no such loss; the message lists near names.
    """
    if isinstance(identifier, Loss):
        return identifier
    if isinstance(identifier, type) and issubclass(identifier, Loss):
        return identifier()
    if isinstance(identifier, dict) and identifier.get("class_name") in _NAMES:
        return _NAMES[identifier["class_name"]].from_config(identifier.get("config", {}))
    if isinstance(identifier, str) and identifier in _NAMES:
        return _NAMES[identifier]()
    if callable(identifier) and identifier in _FUNCTIONS:
        return _FUNCTIONS[identifier]()
    near = naming.nearest(identifier, _NAMES) if isinstance(identifier, str) else ""
    names = ", ".join(sorted(function.__name__ for function in _FUNCTIONS))
    raise ValueError(f"Could not interpret loss identifier: {identifier}. Expected one of {names}.{near}")


def serialize(loss: Loss) -> dict[str, Any]:
    """Class name and config of a loss."""
    return {"class_name": type(loss).__name__, "config": loss.get_config()}


deserialize = get

__all__ = [
    "MSE",
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "Loss",
    "MeanSquaredError",
    "SparseCategoricalCrossentropy",
    "binary_crossentropy",
    "categorical_crossentropy",
    "deserialize",
    "get",
    "mean_squared_error",
    "mse",
    "serialize",
    "sparse_categorical_crossentropy",
]
