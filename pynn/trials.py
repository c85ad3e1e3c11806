"""Trials of user code: what it assigns to variables is undone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import numpy as np


class _Trial:
    """Arrays and their values from before the assignments of a trial; None outside of one."""

    before: list[tuple[np.ndarray, np.ndarray]] | None = None


@contextlib.contextmanager
def unchanged() -> Iterator[None]:
    """Undo afterwards what is assigned to variables inside.

    Examples
    --------
    >>> v = keras.Variable(1.0)
    >>> with unchanged():
    ...     _ = v.assign(5.0)
    >>> float(v)
    1.0
    """
    outer, _Trial.before = _Trial.before, []
    try:
        yield
    finally:
        for array, value in reversed(_Trial.before):
            array[...] = value
        _Trial.before = outer


def is_on() -> bool:
    """Whether user code runs on trial, with values that mean nothing."""
    return _Trial.before is not None


def note(array: np.ndarray) -> None:
    """Keep the value of an array that is about to change, if this is a trial."""
    if _Trial.before is not None:
        _Trial.before.append((array, array.copy()))
