"""Limits and settings for trying a program out: how long training may last, and what an error shows."""

from __future__ import annotations

import os
from typing import Any


def _of_environment(name: str) -> int | None:
    return int(os.environ[name]) if name in os.environ else None


_max_epochs = _of_environment("KERAS_MAX_EPOCHS")
_max_steps_per_epoch = _of_environment("KERAS_MAX_STEPS_PER_EPOCH")
_traceback_filtering = True


def max_epochs() -> int | None:
    """Return the number of epochs after which every `fit` ends.

    Returns
    -------
    int or None
        The environment variable ``KERAS_MAX_EPOCHS`` unless changed; None if there is no limit.

    Examples
    --------
    >>> max_epochs() is None
    True
    """
    return _max_epochs


def set_max_epochs(max_epochs: int | None) -> None:
    """Let no `fit` last longer than some epochs, whatever it is told.

    Parameters
    ----------
    max_epochs : int or None
        None for no limit.

    Raises
    ------
    ValueError
        If it is no whole number, or negative.

    Examples
    --------
    >>> set_max_epochs(None)
    """
    global _max_epochs
    _max_epochs = _checked("max_epochs", max_epochs)


def max_steps_per_epoch() -> int | None:
    """Return the number of batches after which every epoch ends, in `fit`, `evaluate` and `predict`.

    Returns
    -------
    int or None
        The environment variable ``KERAS_MAX_STEPS_PER_EPOCH`` unless changed; None if there is no limit.

    Examples
    --------
    >>> max_steps_per_epoch() is None
    True
    """
    return _max_steps_per_epoch


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Let no epoch of `fit`, `evaluate` and `predict` last longer than some batches, whatever they are told.

    Parameters
    ----------
    max_steps_per_epoch : int or None
        None for no limit.

    Raises
    ------
    ValueError
        If it is no whole number, or negative.

    Examples
    --------
    >>> set_max_steps_per_epoch(None)
    """
    global _max_steps_per_epoch
    _max_steps_per_epoch = _checked("max_steps_per_epoch", max_steps_per_epoch)


def _checked(name: str, value: Any) -> int | None:
    if value is not None and (not isinstance(value, int) or value < 0):
        raise ValueError(f"set_{name}: expected a whole number >= 0 or None. Received: {name}={value!r}")
    return value


def limited(value: int | None, limit: int | None) -> int | None:
    """Return the smaller of a number and its limit, where None is no limit.

    Examples
    --------
    >>> limited(5, 2), limited(5, None), limited(None, 2)
    (2, 5, 2)
    """
    given = [number for number in (value, limit) if number is not None]
    return min(given) if given else None


def enable_traceback_filtering() -> None:
    """Leave the library's own lines out of what an error shows, where Keras would (the default).

    Notes
    -----
    Between a call and the error of its argument stand two or three lines of pynn, which are shown either way.

    Examples
    --------
    >>> enable_traceback_filtering()
    """
    global _traceback_filtering
    _traceback_filtering = True


def disable_traceback_filtering() -> None:
    """Show the library's own lines in errors, where Keras would leave them out.

    Examples
    --------
    >>> disable_traceback_filtering()
    >>> is_traceback_filtering_enabled()
    False
    >>> enable_traceback_filtering()
    """
    global _traceback_filtering
    _traceback_filtering = False


def is_traceback_filtering_enabled() -> bool:
    """Tell which of the two was called last.

    Returns
    -------
    bool
        False after `disable_traceback_filtering`.

    Examples
    --------
    >>> is_traceback_filtering_enabled()
    True
    """
    return _traceback_filtering


def set_backend(backend: str) -> None:
    """Refuse another engine: Keras reloads itself with "tensorflow", "jax" or "torch"; here there is one.

    Parameters
    ----------
    backend : {"pynn"}

    Raises
    ------
    ValueError
        If it is another one.

    Examples
    --------
    >>> set_backend("pynn")
    """
    if backend != "pynn":
        raise ValueError(f"Available backends are ('pynn',). Received: backend={backend}")
