"""Initializers that draw nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from pynn.initializers.base import Initializer, checked_dtype, checked_shape


class Zeros(Initializer):
    """Fill with 0: the usual start of a bias.

    Examples
    --------
    >>> Zeros()((2, 2))
    array([[0., 0.],
           [0., 0.]], dtype=float32)
    """

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Return zeros of the given shape."""
        return np.zeros(checked_shape(shape), checked_dtype(dtype))


class Ones(Initializer):
    """Fill with 1: the usual start of a scale.

    Examples
    --------
    >>> Ones()((3,))
    array([1., 1., 1.], dtype=float32)
    """

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Return ones of the given shape."""
        return np.ones(checked_shape(shape), checked_dtype(dtype))


class Constant(Initializer):
    """Fill with one value, or copy an array.

    Parameters
    ----------
    value : number or array_like, default 0.0
        An array must broadcast to the shapes asked for.

    Examples
    --------
    >>> Constant(0.5)((2,))
    array([0.5, 0.5], dtype=float32)
    """

    def __init__(self, value: Any = 0.0) -> None:
        self.value = value

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Return the value at the given shape; ValueError if it does not fit."""
        filled = np.empty(checked_shape(shape), checked_dtype(dtype))
        value = np.asarray(self.value)
        try:
            filled[...] = value
        except ValueError:
            raise ValueError(
                f"Constant: a value of shape {value.shape} does not fit a weight of shape {filled.shape}"
            ) from None
        return filled

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal initializer."""
        if isinstance(self.value, np.ndarray):
            numbers = {"value": self.value.tolist(), "dtype": self.value.dtype.name}
            return {"value": {"class_name": "__numpy__", "config": numbers}}
        return {"value": self.value.item() if isinstance(self.value, np.generic) else self.value}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make an initializer from what `get_config` returned."""
        value = config["value"]
        if isinstance(value, dict):
            value = np.array(value["config"]["value"], dtype=value["config"]["dtype"])
        return cls(value)
