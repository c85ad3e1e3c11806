"""Activations by name: from strings and configs to functions, and back."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any

from pynn import naming, saving
from pynn.activations import rectifiers, simplex  # noqa: F401  (they put their functions into FORMULAS)
from pynn.activations.calls import FORMULAS
from pynn.activations.gates import hard_silu, silu
from pynn.activations.hard import step
from pynn.activations.smooth import linear

Function = Callable[..., Any]

NAMES: dict[str, Function] = {function.__name__: function for function in FORMULAS}
NAMES |= {"swish": silu, "hard_swish": hard_silu, "heaviside": step}


def get(identifier: Any) -> Function:
    """The activation of a name, config or function; None gives `linear`.

    Parameters
    ----------
    identifier : str, callable, dict or None
        A function of your own is returned as it is.

    Raises
    ------
    ValueError
        If there is no such activation; the message lists near names.

    Examples
    --------
    >>> get("relu") is keras.activations.relu
    True
    """
    if identifier is None:
        return linear
    found = identifier
    if isinstance(identifier, dict):
        found = deserialize(identifier)
    elif isinstance(identifier, str):
        found = NAMES.get(identifier) or saving.get_registered_object(identifier)
    if isinstance(found, type):
        raise ValueError(
            f"Could not interpret activation function identifier: {found.__name__} is a class; pass an object, "
            f"{found.__name__}(), or a function"
        )
    if callable(found):
        return found  # type: ignore[no-any-return]
    near = naming.nearest(identifier, NAMES) if isinstance(identifier, str) else ""
    raise ValueError(
        f"Could not interpret activation function identifier: {identifier}. Expected one of "
        f"{', '.join(sorted(NAMES))}, or a function.{near}"
    )


def serialize(activation: Function) -> Any:
    """The name of an activation; for a function of your own, or a layer, a config that says where it is from.

    Parameters
    ----------
    activation : callable

    Raises
    ------
    ValueError
        If it can be found again by no name.

    Examples
    --------
    >>> serialize(keras.activations.tanh)
    'tanh'
    """
    if NAMES.get(getattr(activation, "__name__", "")) is activation:
        return activation.__name__
    config = saving.serialize_keras_object(activation)
    if not isinstance(config, dict) or "config" not in config:
        raise ValueError(
            f"Unknown activation function '{activation}' cannot be serialized. Decorate it with "
            f"`@keras.saving.register_keras_serializable()`. config={config}"
        )
    if isinstance(activation, types.FunctionType) and isinstance(config["config"], str):
        config["config"] = saving.get_registered_name(activation)
    return config


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The activation of what `serialize` returned, here or in Keras.

    Parameters
    ----------
    config : str or dict
    custom_objects : dict, optional
        Name to function, for what is neither registered nor built in.

    Examples
    --------
    >>> deserialize("tanh") is keras.activations.tanh
    True
    """
    return saving.deserialize_keras_object(config, custom_objects, module_objects=NAMES)
