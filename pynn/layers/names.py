"""Layers as dictionaries, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynn import saving
from pynn.layers.layer import Layer


def serialize(layer: Any) -> Any:
    """Describe a layer by a dict that JSON can hold, as Keras writes it.

    Parameters
    ----------
    layer : Layer

    Examples
    --------
    >>> serialize(keras.layers.ReLU(name="r"))["class_name"]
    'ReLU'
    """
    return saving.serialize_keras_object(layer)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Make a layer from what `serialize` returned, here or in Keras; it has no weights yet.

    Parameters
    ----------
    config : dict
    custom_objects : dict, optional
        Name to class or function, for what is not pynn's own.

    Raises
    ------
    ValueError
        If the config is not that of a layer.

    Examples
    --------
    >>> deserialize(serialize(keras.layers.Dense(3, name="d")))
    <Dense name=d, built=False>
    """
    found = saving.deserialize_keras_object(config, custom_objects)
    if not isinstance(found, Layer):
        raise ValueError(
            "`keras.layers.deserialize` was passed a `config` object that is not a `keras.layers.Layer`. "
            f"Received: {config}"
        )
    return found
