"""Objects as dictionaries that JSON can hold, in Keras's format, and back."""

from __future__ import annotations

from pynn.saving.custom import (
    CustomObjectScope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from pynn.saving.published import publish, publish_later
from pynn.saving.reading import deserialize_keras_object
from pynn.saving.refused import RefusedFileError
from pynn.saving.safety import enable_unsafe_deserialization, is_safe
from pynn.saving.writing import serialize_keras_object

custom_object_scope = CustomObjectScope

__all__ = [
    "CustomObjectScope",
    "RefusedFileError",
    "custom_object_scope",
    "deserialize_keras_object",
    "enable_unsafe_deserialization",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "is_safe",
    "publish",
    "publish_later",
    "register_keras_serializable",
    "serialize_keras_object",
]
