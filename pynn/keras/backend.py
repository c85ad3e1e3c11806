"""`keras.backend`: the names students import."""

from pynn import naming, random
from pynn.config import (
    backend,
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)
from pynn.naming import get_uid


def clear_session(free_memory: bool = True) -> None:
    """Start naming layers from "dense" again and forget the global seed.

    Parameters
    ----------
    free_memory : bool, default True
        Accepted for Keras's sake: models are freed when nothing refers to them.

    Examples
    --------
    >>> clear_session()
    >>> Dense(1).name, Dense(1).name
    ('dense', 'dense_1')
    """
    naming.reset_names()
    random.reset_random_seed()


__all__ = [
    "backend",
    "clear_session",
    "epsilon",
    "floatx",
    "get_uid",
    "image_data_format",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
]
