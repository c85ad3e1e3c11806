"""`keras.backend`: the names students import; those of Keras 1 and 2 are found by `pynn.older`."""

from pynn import older_backend as _older  # noqa: F401  # where pynn.older looks
from pynn.config import (
    backend,
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)
from pynn.dtypes import is_float_dtype, is_int_dtype, result_type, standardize_dtype
from pynn.naming import get_uid
from pynn.session import clear_session
from pynn.symbols import is_keras_tensor

__all__ = [
    "backend",
    "clear_session",
    "epsilon",
    "floatx",
    "get_uid",
    "image_data_format",
    "is_float_dtype",
    "is_int_dtype",
    "is_keras_tensor",
    "result_type",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "standardize_dtype",
]
