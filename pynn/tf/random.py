"""`tf.random`: random tensors, which follow the seed given to `set_seed`."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from pynn import keras
from pynn import random as seeds
from pynn.tensor import as_tensor
from pynn.tf import draws
from pynn.tf.dtypes import name_of

ops: Any = keras.ops

# One stream for each seed that a call names: a second call goes on where the first one stopped, as in TensorFlow.
_streams: dict[int, seeds.SeedGenerator] = {}


def set_seed(seed: int) -> None:
    """Make everything random that follows repeat itself: `tf.random`, weights, dropout, the order of rows in `fit`.

    Parameters
    ----------
    seed : int
        In [0, 2**32).

    Notes
    -----
    Python's `random` and NumPy's global generator are seeded, too, since `fit` and the layers draw from them.

    Examples
    --------
    >>> set_seed(42)
    >>> first = normal((2,))
    >>> set_seed(42)
    >>> bool((normal((2,)) == first).all())
    True
    """
    global _global_generator
    seeds.set_random_seed(seed)
    _streams.clear()
    _global_generator = None


def _generator(seed: int | None) -> np.random.Generator:
    if seed is None:
        return seeds.generator()
    return seeds.generator(_streams.setdefault(seed, seeds.SeedGenerator(seeds.check_seed(seed))))


def normal(
    shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = np.float32, seed: int | None = None, name: Any = None
) -> Any:
    """Numbers from a normal distribution.

    Parameters
    ----------
    shape : sequence of int
    mean, stddev : float or tensor
    dtype : DType, default tf.float32
    seed : int, optional
    """
    return draws.normal(_generator(seed), shape, mean, stddev, dtype)


def truncated_normal(
    shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = np.float32, seed: int | None = None, name: Any = None
) -> Any:
    """Numbers from a normal distribution, those more than two standard deviations away drawn again."""
    return draws.truncated_normal(_generator(seed), shape, mean, stddev, dtype)


def uniform(
    shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = np.float32, seed: int | None = None, name: Any = None
) -> Any:
    """Numbers from [minval, maxval), whole ones if `dtype` is an integer type.

    Parameters
    ----------
    shape : sequence of int
    minval, maxval : number or tensor
        `maxval` is 1 if not given; for whole numbers it must be.
    dtype : DType, default tf.float32
    seed : int, optional
    """
    return draws.uniform(_generator(seed), shape, minval, maxval, dtype)


def shuffle(value: Any, seed: int | None = None, name: Any = None) -> Any:
    """The rows in another order."""
    return ops.take(value, _generator(seed).permutation(len(value)), axis=0)


def categorical(logits: Any, num_samples: int, dtype: Any = np.int64, seed: int | None = None, name: Any = None) -> Any:
    """Class numbers drawn with probabilities softmax(logits), `num_samples` for each row."""
    scores = np.asarray(logits, np.float64)
    # The largest of logits plus Gumbel noise is such a draw.  Source: Gumbel 1954,
    # "Statistical theory of extreme values".
    noise = _generator(seed).gumbel(size=(scores.shape[0], num_samples, scores.shape[1]))
    return as_tensor((scores[:, None, :] + noise).argmax(-1).astype(name_of(dtype)))


class Generator:
    """A stream of random numbers of its own, which `set_seed` leaves alone.

    Use `Generator.from_seed`; the same seed gives the same numbers.

    Examples
    --------
    >>> a, b = Generator.from_seed(1), Generator.from_seed(1)
    >>> bool((a.normal([3]) == b.normal([3])).all())
    True
    """

    def __init__(self, stream: np.random.Generator) -> None:
        self._stream = stream

    @classmethod
    def from_seed(cls, seed: int, alg: Any = None) -> Self:
        """A stream that starts where the seed says; `alg`, TensorFlow's choice of algorithm, has no effect."""
        return cls(seeds.generator(seeds.SeedGenerator(seeds.check_seed(seed))))

    @classmethod
    def from_non_deterministic_state(cls, alg: Any = None) -> Self:
        """A stream that starts anywhere."""
        return cls(np.random.default_rng())

    def reset_from_seed(self, seed: int) -> None:
        """Start again where the seed says."""
        self._stream = type(self).from_seed(seed)._stream

    def normal(self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = np.float32, name: Any = None) -> Any:
        """Numbers from a normal distribution."""
        return draws.normal(self._stream, shape, mean, stddev, dtype)

    def truncated_normal(
        self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = np.float32, name: Any = None
    ) -> Any:
        """Numbers from a normal distribution, those more than two standard deviations away drawn again."""
        return draws.truncated_normal(self._stream, shape, mean, stddev, dtype)

    def uniform(
        self, shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = np.float32, name: Any = None
    ) -> Any:
        """Numbers from [minval, maxval), whole ones if `dtype` is an integer type."""
        return draws.uniform(self._stream, shape, minval, maxval, dtype)


_global_generator: Generator | None = None


def get_global_generator() -> Generator:
    """The stream that all parts of a program may share; made anew by `set_seed`."""
    global _global_generator
    if _global_generator is None:
        _global_generator = Generator(seeds.generator())
    return _global_generator


def set_global_generator(generator: Generator) -> None:
    """Put another stream in its place."""
    global _global_generator
    _global_generator = generator


__all__ = [
    "Generator",
    "categorical",
    "get_global_generator",
    "normal",
    "set_global_generator",
    "set_seed",
    "shuffle",
    "truncated_normal",
    "uniform",
]
