"""Optimizers: how gradients change weights."""

from __future__ import annotations

from typing import Any

from pynn import naming
from pynn.optimizers.adam import Adam
from pynn.optimizers.optimizer import Optimizer
from pynn.optimizers.rmsprop import RMSprop
from pynn.optimizers.sgd import SGD

_CLASSES: tuple[type[Any], ...] = (Adam, RMSprop, SGD)
_NAMES: dict[str, type[Any]] = {cls.__name__.lower(): cls for cls in _CLASSES}


def get(identifier: Any) -> Optimizer:
    """The optimizer of a name, class, instance or config.

    Parameters
    ----------
    identifier : str, type, Optimizer or dict

    Raises
    ------
    ValueError
        If there is no such optimizer; the message lists near names.

    Examples
    --------
    >>> float(get("adam").learning_rate) == float(np.float32(0.001))
    True
    """
    if isinstance(identifier, Optimizer):
        return identifier
    if isinstance(identifier, type) and issubclass(identifier, Optimizer):
        return identifier()  # type: ignore[call-arg]
    if isinstance(identifier, dict):
        made: Optimizer = _NAMES[str(identifier.get("class_name")).lower()].from_config(identifier.get("config", {}))
        return made
    if isinstance(identifier, str) and identifier.lower() in _NAMES:
        named: Optimizer = _NAMES[identifier.lower()]()
        return named
    near = naming.nearest(identifier, _NAMES) if isinstance(identifier, str) else ""
    names = ", ".join(_NAMES)
    raise ValueError(f"Could not interpret optimizer identifier: {identifier}. Expected one of {names}.{near}")


def serialize(optimizer: Optimizer) -> dict[str, Any]:
    """Class name and config of an optimizer.

    Parameters
    ----------
    optimizer : Optimizer

    Examples
    --------
    >>> serialize(SGD())["class_name"]
    'SGD'
    """
    return {"class_name": type(optimizer).__name__, "config": optimizer.get_config()}


def deserialize(config: dict[str, Any]) -> Optimizer:
    """Make an optimizer from what `serialize` returned; its state is new.

    Parameters
    ----------
    config : dict

    Examples
    --------
    >>> deserialize(serialize(SGD(momentum=0.9))).momentum
    0.9
    """
    return get(config)


__all__ = [
    "Adam",
    "Optimizer",
    "RMSprop",
    "SGD",
    "deserialize",
    "get",
    "serialize",
]
