"""What every initializer is: settings, and a call that makes an array."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from pynn import config


class Initializer:
    """Make the first values of a weight.

    Subclass it, define ``__call__`` and, for saving, ``get_config``; or pass any function
    ``(shape, dtype=None) -> array`` where an initializer is wanted.

    Examples
    --------
    >>> class Countdown(Initializer):
    ...     def __call__(self, shape, dtype=None):
    ...         return np.arange(np.prod(shape), 0, -1, dtype=dtype).reshape(shape)
    >>> Countdown()((2, 2))
    array([[4, 3],
           [2, 1]])
    """

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Return a new array of the given shape.

        Parameters
        ----------
        shape : sequence of int
        dtype : dtype, optional
            `pynn.config.floatx` if not given.
        """
        raise NotImplementedError("Initializer subclasses must implement the `__call__()` method.")

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal initializer."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make an initializer from what `get_config` returned."""
        return cls(**config)

    def clone(self) -> Self:
        """Return a new initializer with the same settings."""
        return self.from_config(self.get_config())


def checked_shape(shape: Any) -> tuple[int, ...]:
    """Return a shape as a tuple of Python integers, or raise ValueError.

    Parameters
    ----------
    shape : int or sequence of int
        Sizes >= 0.

    Raises
    ------
    ValueError
        If a size is None, negative or no integer.

    Examples
    --------
    >>> checked_shape([2, 3]), checked_shape(4)
    ((2, 3), (4,))
    """
    sizes = tuple(shape) if np.iterable(shape) else (shape,)
    try:
        whole = tuple(operator.index(size) for size in sizes)
    except TypeError:
        raise ValueError(f"An initializer needs a shape of whole numbers. Received: shape={shape}") from None
    if any(size < 0 for size in whole):
        raise ValueError(f"An initializer needs a shape without negative sizes. Received: shape={shape}")
    return whole


def checked_dtype(dtype: Any) -> np.dtype[Any]:
    """Return a NumPy dtype, `pynn.config.floatx` for None, or raise ValueError.

    Parameters
    ----------
    dtype : dtype, str or None

    Raises
    ------
    ValueError
        If NumPy has no such dtype.

    Examples
    --------
    >>> checked_dtype(None)
    dtype('float32')
    """
    try:
        return np.dtype(config.floatx() if dtype is None else dtype)
    except TypeError:
        raise ValueError(f"Invalid dtype: {dtype}") from None
