"""Initializers that draw each weight on its own, whatever the shape."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from pynn import legacy, random
from pynn.initializers.base import Initializer, checked_dtype, checked_shape


class RandomInitializer(Initializer):
    """Base of the initializers that draw.

    Parameters
    ----------
    seed : int or SeedGenerator, optional
        With an integer, each call returns the same values; with a `SeedGenerator`, new ones.
        None draws one integer now, from Python's `random`, and keeps it.

    Raises
    ------
    ValueError
        If `seed` is none of these.

    Examples
    --------
    >>> draw = RandomUniform(seed=3)
    >>> bool((draw((4,)) == draw((4,))).all())
    True
    """

    def __init__(self, seed: int | random.SeedGenerator | dict[str, Any] | None = None) -> None:
        self._init_seed = seed
        self.seed = _interpret_seed(seed)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal initializer."""
        return {"seed": _serialize_seed(self._init_seed)}


class RandomNormal(RandomInitializer):
    """Draw from a normal distribution.

    Parameters
    ----------
    mean, stddev : float, default 0.0 and 0.05
    seed : int or SeedGenerator, optional

    Examples
    --------
    >>> RandomNormal(mean=0.0, stddev=1.0, seed=1)((2, 3)).shape
    (2, 3)
    """

    @legacy.spellings(scale="stddev")
    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None) -> None:
        self.mean = mean
        self.stddev = stddev
        super().__init__(seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Return new values of the given shape."""
        return draw_normal(shape, self.mean, self.stddev, self.seed, dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal initializer."""
        return {**super().get_config(), "mean": self.mean, "stddev": self.stddev}


class TruncatedNormal(RandomInitializer):
    """Draw from a normal distribution, again where a value is over two `stddev` from the mean.

    Parameters
    ----------
    mean, stddev : float, default 0.0 and 0.05
        Of the distribution before it is cut; the values' own spread is 0.88 `stddev`.
    seed : int or SeedGenerator, optional

    Examples
    --------
    >>> bool(abs(TruncatedNormal(stddev=1.0, seed=1)((1000,))).max() <= 2)
    True
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None) -> None:
        self.mean = mean
        self.stddev = stddev
        super().__init__(seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Return new values of the given shape."""
        return draw_truncated_normal(shape, self.mean, self.stddev, self.seed, dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal initializer."""
        return {**super().get_config(), "mean": self.mean, "stddev": self.stddev}


class RandomUniform(RandomInitializer):
    """Draw from [minval, maxval), each value equally likely.

    Parameters
    ----------
    minval, maxval : float, default -0.05 and 0.05
        Rounding to the dtype can make a value equal to `maxval`.
    seed : int or SeedGenerator, optional

    Examples
    --------
    >>> values = RandomUniform(-1.0, 1.0, seed=1)((1000,))
    >>> bool((values >= -1).all() and (values <= 1).all())
    True
    """

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Any = None) -> None:
        self.minval = minval
        self.maxval = maxval
        super().__init__(seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Return new values of the given shape."""
        return draw_uniform(shape, self.minval, self.maxval, self.seed, dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal initializer."""
        return {**super().get_config(), "minval": self.minval, "maxval": self.maxval}


def draw_normal(shape: Any, mean: float, stddev: float, seed: Any, dtype: Any) -> np.ndarray:
    """Return mean + stddev · z, with z standard normal."""
    wanted, drawn = _float_dtypes(dtype)
    values = random.generator(seed).standard_normal(checked_shape(shape), dtype=drawn)
    return _shifted(values, stddev, mean, wanted)


def draw_truncated_normal(shape: Any, mean: float, stddev: float, seed: Any, dtype: Any) -> np.ndarray:
    """Return mean + stddev · z, with z standard normal given |z| <= 2."""
    wanted, drawn = _float_dtypes(dtype)
    source = random.generator(seed)
    values = np.atleast_1d(source.standard_normal(checked_shape(shape), dtype=drawn))
    outside = np.abs(values) > 2
    while outside.any():
        values[outside] = source.standard_normal(int(outside.sum()), dtype=drawn)
        outside = np.abs(values) > 2
    values = values.reshape(checked_shape(shape))
    return _shifted(values, stddev, mean, wanted)


def draw_uniform(shape: Any, minval: float, maxval: float, seed: Any, dtype: Any) -> np.ndarray:
    """Return minval + (maxval - minval) · u, with u uniform in [0, 1)."""
    wanted, drawn = _float_dtypes(dtype)
    values = random.generator(seed).random(checked_shape(shape), dtype=drawn)
    return _shifted(values, maxval - minval, minval, wanted)


def _shifted(values: Any, scale: float, offset: float, wanted: np.dtype[Any]) -> np.ndarray:
    # In place, in the dtype drawn.  asarray: for the shape () NumPy's generators return a scalar.
    array: np.ndarray = np.asarray(values)
    array *= scale
    array += offset
    return array.astype(wanted, copy=False)


def _float_dtypes(dtype: Any) -> tuple[np.dtype[Any], np.dtype[Any]]:
    # What is asked for, and what NumPy's generators can draw: they know float32 and float64 only.
    wanted = checked_dtype(dtype)
    if wanted.kind != "f":
        raise ValueError(f"A random draw needs a float dtype. Received: dtype={dtype}")
    return wanted, np.dtype(np.float64 if wanted.itemsize > 4 else np.float32)


def _interpret_seed(seed: Any) -> int | random.SeedGenerator:
    if seed is None:
        return random.make_default_seed()
    if isinstance(seed, random.SeedGenerator):
        return seed
    if isinstance(seed, dict):
        return random.SeedGenerator.from_config(seed["config"])
    try:
        operator.index(seed)
    except TypeError:
        raise ValueError(
            "`seed` argument should be an instance of `keras.random.SeedGenerator()` or an integer. "
            f"Received: seed={seed}"
        ) from None
    return random.check_seed(seed)


def _serialize_seed(seed: Any) -> Any:
    if not isinstance(seed, random.SeedGenerator):
        return seed if seed is None or isinstance(seed, dict) else operator.index(seed)
    return {
        "module": "keras.random",
        "class_name": "SeedGenerator",
        "config": seed.get_config(),
        "registered_name": None,
    }
