"""`keras.utils`: the names students import."""

from pynn.callbacks.progbar import Progbar
from pynn.datasets.get_file import get_file
from pynn.encoding import normalize, to_categorical
from pynn.keras.backend import clear_session
from pynn.random import set_random_seed
from pynn.saving import (
    CustomObjectScope,
    custom_object_scope,
    deserialize_keras_object,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
    serialize_keras_object,
)
from pynn.sequences import (
    PyDataset,
    Sequence,
    pack_x_y_sample_weight,
    pad_sequences,
    unpack_x_y_sample_weight,
)

__all__ = [
    "CustomObjectScope",
    "Progbar",
    "PyDataset",
    "Sequence",
    "clear_session",
    "custom_object_scope",
    "deserialize_keras_object",
    "get_custom_objects",
    "get_file",
    "get_registered_name",
    "get_registered_object",
    "normalize",
    "pack_x_y_sample_weight",
    "pad_sequences",
    "register_keras_serializable",
    "serialize_keras_object",
    "set_random_seed",
    "to_categorical",
    "unpack_x_y_sample_weight",
]
