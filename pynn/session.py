"""A fresh start within a process."""

from __future__ import annotations

from pynn import config, naming, random


def clear_session(free_memory: bool = True) -> None:
    """Start naming layers from "dense" again; forget the global seed and the dtype policy.

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
    config.set_layer_dtype(None)
