"""Data for `adapt`: arrays, data frames, or iterables of batches."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np


def batches(data: Any, steps: int | None, owner: str) -> Iterator[np.ndarray]:
    """The arrays in `data`: itself, or its batches, at most `steps` of them.

    Raises
    ------
    ValueError
        If it holds no numbers.
    """
    if hasattr(data, "__array__") or isinstance(data, int | float) or _is_list_of_numbers(data):
        yield _array(data, owner)
    else:
        for batch in islice(iter(data), steps):
            yield _array(batch[0] if isinstance(batch, tuple) else batch, owner)


def _is_list_of_numbers(data: Any) -> bool:
    """A list of numbers, or of such lists: one array, and not a list of batches."""
    while isinstance(data, list) and data:
        data = data[0]
    return isinstance(data, int | float | np.number)


def _array(data: Any, owner: str) -> np.ndarray:
    found = np.asarray(data)
    if found.dtype.kind not in "biuf" or found.ndim < 1:
        raise ValueError(f"layer '{owner}': adapt needs an array of numbers, got {found.dtype} of shape {found.shape}")
    return found
