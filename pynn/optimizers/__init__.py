"""Optimizers: how gradients change weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynn import naming
from pynn.optimizers import schedules
from pynn.optimizers.adadelta import Adadelta
from pynn.optimizers.adafactor import Adafactor
from pynn.optimizers.adagrad import Adagrad
from pynn.optimizers.adam import Adam
from pynn.optimizers.adamax import Adamax
from pynn.optimizers.adamw import AdamW
from pynn.optimizers.ftrl import Ftrl
from pynn.optimizers.lamb import Lamb
from pynn.optimizers.lion import Lion
from pynn.optimizers.muon import Muon
from pynn.optimizers.nadam import Nadam
from pynn.optimizers.optimizer import Optimizer
from pynn.optimizers.rmsprop import RMSprop
from pynn.optimizers.schedule_free_adamw import ScheduleFreeAdamW
from pynn.optimizers.sgd import SGD
from pynn.saving import deserialize_keras_object, serialize_keras_object
from pynn.saving.custom import get_registered_object

_CLASSES: tuple[type[Any], ...] = (
    Adadelta, Adafactor, Adagrad, Adam, AdamW, Adamax, Ftrl, Lamb, Lion, Muon, Nadam, RMSprop, SGD, ScheduleFreeAdamW,
)  # fmt: skip
_NAMES: dict[str, type[Any]] = {cls.__name__.lower(): cls for cls in _CLASSES}


def get(identifier: Any) -> Any:
    """The optimizer of a name, instance or config.

    Parameters
    ----------
    identifier : str, Optimizer, dict or None
        Names in any case: "sgd", "SGD".

    Returns
    -------
    Optimizer or None
        None for None.

    Raises
    ------
    ValueError
        If there is no such optimizer, the message lists near names; and for a class, as in Keras.

    Examples
    --------
    >>> float(get("adam").learning_rate) == float(np.float32(0.001))
    True
    """
    if identifier is None or isinstance(identifier, Optimizer):
        return identifier
    if isinstance(identifier, dict) and "class_name" in identifier:
        try:
            return deserialize(identifier)
        except TypeError as error:
            raise ValueError(f"Could not interpret optimizer identifier: {identifier}. {error}") from error
    if isinstance(identifier, str) and (cls := get_registered_object(identifier) or _NAMES.get(identifier.lower())):
        return cls()
    near = naming.nearest(identifier, _NAMES) if isinstance(identifier, str) else ""
    if isinstance(identifier, type):
        near = f" It is a class: did you mean {identifier.__name__}()?"
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
    described: dict[str, Any] = serialize_keras_object(optimizer)
    return described


def deserialize(config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Make an optimizer from what `serialize` returned; its state is new.

    Parameters
    ----------
    config : dict
    custom_objects : dict, optional
        Name to class or function, for what is not pynn's own.

    Examples
    --------
    >>> deserialize(serialize(SGD(momentum=0.9))).momentum
    0.9
    """
    name = str(config["class_name"])
    if name.lower() in _NAMES:  # in any case, and from whichever module
        config = {**config, "module": None, "class_name": name.lower(), "registered_name": None}
    return deserialize_keras_object(config, custom_objects, module_objects=_NAMES)


__all__ = [
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lamb",
    "Lion",
    "Muon",
    "Nadam",
    "Optimizer",
    "RMSprop",
    "SGD",
    "ScheduleFreeAdamW",
    "deserialize",
    "get",
    "schedules",
    "serialize",
]
