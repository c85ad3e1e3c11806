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

_FUNCTIONS: dict[Callable[..., Any], type[Any]] = {
    mean_squared_error: MeanSquaredError,
    categorical_crossentropy: CategoricalCrossentropy,
    sparse_categorical_crossentropy: SparseCategoricalCrossentropy,
    binary_crossentropy: BinaryCrossentropy,
}
_CLASSES: dict[str, type[Any]] = {cls.__name__: cls for cls in _FUNCTIONS.values()}
_BY_NAME: dict[str, Callable[..., Any]] = {function.__name__: function for function in _FUNCTIONS}
_BY_NAME |= {"mse": mean_squared_error, "MSE": mean_squared_error}
_BY_NAME |= {"bce": binary_crossentropy, "BCE": binary_crossentropy}


def get(identifier: Any) -> Any:
    """The loss of a name, function, instance or config, as Keras gives it.

    Parameters
    ----------
    identifier : str, callable, Loss, dict or None
        A function's name gives the function, a class's name an instance.

    Raises
    ------
    ValueError
        If there is no such loss; the message lists near names.

    Examples
    --------
    >>> get("mse").__name__
    'mean_squared_error'
    >>> get("MeanSquaredError").name
    'mean_squared_error'
    """
    if identifier is None or isinstance(identifier, Loss):
        return identifier
    if isinstance(identifier, dict) and identifier.get("class_name") in _CLASSES:
        return _CLASSES[identifier["class_name"]].from_config(identifier.get("config", {}))
    if isinstance(identifier, str) and identifier in _BY_NAME:
        return _BY_NAME[identifier]
    if isinstance(identifier, str) and identifier in _CLASSES:
        return _CLASSES[identifier]()
    if callable(identifier) and (identifier in _FUNCTIONS or identifier in _CLASSES.values()):
        return identifier
    near = naming.nearest(identifier, [*_BY_NAME, *_CLASSES]) if isinstance(identifier, str) else ""
    names = ", ".join(sorted(function.__name__ for function in _FUNCTIONS))
    raise ValueError(f"Could not interpret loss identifier: {identifier}. Expected one of {names}.{near}")


def resolve(identifier: Any) -> Loss:
    """The loss that training needs: an instance, made with default settings from a name, function or class."""
    found = get(identifier)
    if isinstance(found, Loss):
        return found
    made: Loss = _FUNCTIONS[found]() if found in _FUNCTIONS else found()
    return made


def serialize(loss: Loss) -> dict[str, Any]:
    """Class name and config of a loss.

    Parameters
    ----------
    loss : Loss

    Examples
    --------
    >>> serialize(MeanSquaredError())["class_name"]
    'MeanSquaredError'
    """
    return {"class_name": type(loss).__name__, "config": loss.get_config()}


def deserialize(config: Any) -> Any:
    """Make a loss from what `serialize` returned.

    Parameters
    ----------
    config : dict

    Examples
    --------
    >>> deserialize(serialize(CategoricalCrossentropy(label_smoothing=0.1))).label_smoothing
    0.1
    """
    return get(config)


__all__ = [
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
    "resolve",
    "serialize",
    "sparse_categorical_crossentropy",
]
