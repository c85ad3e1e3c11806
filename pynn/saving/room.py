"""How much memory the weights of a model that is being read may take: its configuration could ask for any size."""

from __future__ import annotations

import contextlib
import contextvars
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from pynn.saving.refused import RefusedFileError

_left: contextvars.ContextVar[list[int] | None] = contextvars.ContextVar("room", default=None)


@contextlib.contextmanager
def at_most(size: int) -> Iterator[None]:
    """Within the block, refuse variables that take more than `size` bytes together."""
    token = _left.set([size])
    try:
        yield
    finally:
        _left.reset(token)


def take(shape: Any, dtype: Any) -> None:
    """Raise RefusedFileError if there is no room for a variable of this shape."""
    left = _left.get()
    if left is not None:
        left[0] -= math.prod(int(size) for size in shape) * np.dtype(dtype).itemsize
        if left[0] < 0:
            raise RefusedFileError(
                f"the configuration asks for a weight of shape {tuple(shape)}, which the file is too small to hold"
            )
