"""`keras.utils`: the names students import."""

from pynn.callbacks.progbar import Progbar
from pynn.config import (
    disable_interactive_logging,
    enable_interactive_logging,
    is_interactive_logging_enabled,
)
from pynn.configurations import Config
from pynn.datasets.get_file import get_file
from pynn.dtypes import standardize_dtype
from pynn.encoding import normalize, to_categorical
from pynn.plot.model_plot import model_to_dot, plot_model
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
from pynn.session import clear_session
from pynn.splitting import split_dataset
from pynn.symbols import get_source_inputs, is_keras_tensor
from pynn.windows import timeseries_dataset_from_array

__all__ = [
    "Config",
    "CustomObjectScope",
    "Progbar",
    "PyDataset",
    "Sequence",
    "clear_session",
    "custom_object_scope",
    "deserialize_keras_object",
    "disable_interactive_logging",
    "enable_interactive_logging",
    "get_custom_objects",
    "get_file",
    "get_registered_name",
    "get_registered_object",
    "get_source_inputs",
    "is_interactive_logging_enabled",
    "is_keras_tensor",
    "model_to_dot",
    "normalize",
    "pack_x_y_sample_weight",
    "pad_sequences",
    "plot_model",
    "register_keras_serializable",
    "serialize_keras_object",
    "set_random_seed",
    "split_dataset",
    "standardize_dtype",
    "timeseries_dataset_from_array",
    "to_categorical",
    "unpack_x_y_sample_weight",
]
