"""Random numbers."""

from __future__ import annotations

from typing import Any

from pynn.older_backend.names import today
from pynn.ops import draws
from pynn.variables import Variable


@today("keras.random.normal")
def random_normal(shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None) -> Any:
    """From a normal distribution."""
    return draws.normal(shape, mean, stddev, dtype, seed)


@today("keras.random.truncated_normal")
def truncated_normal(shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None) -> Any:
    """From a normal distribution, again where a value is over two `stddev` from the mean."""
    return draws.truncated_normal(shape, mean, stddev, dtype, seed)


@today("keras.random.uniform")
def random_uniform(shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: Any = None) -> Any:
    """From [minval, maxval)."""
    return draws.uniform(shape, minval, maxval, dtype, seed)


@today("keras.random.binomial(shape, 1, p)")
def random_bernoulli(shape: Any, p: float = 0.0, dtype: Any = None, seed: Any = None) -> Any:
    """1 with probability p, else 0."""
    return draws.binomial(shape, 1, p, dtype, seed)


random_binomial = random_bernoulli


@today("keras.Variable(keras.random.normal(shape, mean, scale))")
def random_normal_variable(
    shape: Any, mean: float, scale: float, dtype: Any = None, name: str | None = None, seed: Any = None
) -> Variable:
    """A variable with values from a normal distribution."""
    return Variable(draws.normal(shape, mean, scale, dtype, seed), name=name)


@today("keras.Variable(keras.random.uniform(shape, low, high))")
def random_uniform_variable(
    shape: Any, low: float, high: float, dtype: Any = None, name: str | None = None, seed: Any = None
) -> Variable:
    """A variable with values from [low, high)."""
    return Variable(draws.uniform(shape, low, high, dtype, seed), name=name)


@today("keras.random.dropout(x, rate)")
def dropout(x: Any, level: float, noise_shape: Any = None, seed: Any = None) -> Any:
    """Set some of the elements to 0, and divide the others by the part that is kept."""
    return draws.dropout(x, level, noise_shape, seed)
