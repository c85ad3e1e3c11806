"""Seeds: where randomness starts, and how `set_random_seed` makes a program repeat itself."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from pynn import naming
from pynn.variables import Variable

_MODULUS = 933199  # with the factor 5387 below: Keras's walk of unordered seeds, so that these agree

_global_generator: SeedGenerator | None = None
_random_seed: int | None = None


class SeedGenerator:
    """A seed that gives a new random stream each time it is used.

    Parameters
    ----------
    seed : int, optional
        In [0, 2**32).  If not given, `make_default_seed` draws one.
    name : str, optional

    Attributes
    ----------
    state : Variable of uint32, shape (2,)
        The seed and the number of streams given out.

    Raises
    ------
    ValueError
        If `seed` is no integer or out of range.

    Examples
    --------
    >>> seeds = SeedGenerator(7)
    >>> seeds.next(), seeds.next()
    (array([7, 0], dtype=uint32), array([7, 1], dtype=uint32))
    """

    def __init__(self, seed: int | None = None, name: str | None = None) -> None:
        self.name = naming.auto_name(type(self).__name__) if name is None else name
        self._initial_seed = seed
        start = make_default_seed() if seed is None else check_seed(seed)
        self.state = Variable(np.array([start, 0], np.uint32), trainable=False, name="seed_generator_state")
        self.state.path = f"{self.name}/seed_generator_state"

    def next(self, ordered: bool = True) -> np.ndarray:
        """Return the state and move on to the next.

        Parameters
        ----------
        ordered : bool, default True
            Count up; if False, jump to a state that looks unrelated.

        Returns
        -------
        ndarray of uint32, shape (2,)
        """
        state = self.state.live
        current = state.copy()
        if ordered:
            state[1] += np.uint32(1)
        else:
            state[:] = (current + np.uint32(1)) * np.uint32(5387) % np.uint32(_MODULUS)
        return current

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal generator."""
        return {"seed": self._initial_seed, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> SeedGenerator:
        """Make a generator from what `get_config` returned."""
        return cls(**config)


def set_random_seed(seed: int) -> None:
    """Seed Python's `random`, NumPy's global generator and pynn, so that a program repeats itself.

    Parameters
    ----------
    seed : int
        In [0, 2**32).

    Raises
    ------
    ValueError
        If `seed` is no integer or out of range.

    Notes
    -----
    Weights and dropout take their seeds from Python's `random`; the order in which `fit`
    shuffles comes from `np.random`, as in Keras on JAX.

    Examples
    --------
    >>> set_random_seed(812)
    >>> first = make_default_seed()
    >>> set_random_seed(812)
    >>> make_default_seed() == first
    True
    """
    import random

    global _global_generator, _random_seed
    seed = check_seed(seed)
    _random_seed = seed
    _global_generator = None
    random.seed(seed)
    np.random.seed(seed)


def get_random_seed() -> int | None:
    """Return the seed last given to `set_random_seed`, or None.

    Examples
    --------
    >>> set_random_seed(812)
    >>> get_random_seed()
    812
    """
    return _random_seed


def reset_random_seed() -> None:
    """Forget the seed and the shared generator; part of `keras.utils.clear_session`.

    Examples
    --------
    >>> reset_random_seed()
    >>> get_random_seed() is None
    True
    """
    global _global_generator, _random_seed
    _global_generator = None
    _random_seed = None


def make_default_seed() -> int:
    """Draw the seed that stands in for None, from Python's `random`.

    Returns
    -------
    int
        In [1, 10**9].  NumPy's global generator is left alone.

    Examples
    --------
    >>> 1 <= make_default_seed() <= 10**9
    True
    """
    import random

    return random.randint(1, 10**9)


def draw_seed(seed: int | SeedGenerator | None) -> np.ndarray:
    """Turn a seed argument into the two words that start a random stream.

    Parameters
    ----------
    seed : int, SeedGenerator or None
        An integer gives the same words each time; a generator moves on; None moves the
        library's shared generator on.

    Returns
    -------
    ndarray of uint32, shape (2,)

    Raises
    ------
    ValueError
        If `seed` is none of these, or an integer out of [0, 2**32).

    Examples
    --------
    >>> draw_seed(5)
    array([5, 0], dtype=uint32)
    """
    global _global_generator
    if isinstance(seed, SeedGenerator):
        return seed.next()
    if seed is None:
        if _global_generator is None:
            _global_generator = SeedGenerator()
        return _global_generator.next(ordered=False)
    try:
        return np.array([check_seed(seed), 0], dtype=np.uint32)
    except ValueError as error:
        raise ValueError(
            "Argument `seed` must be either an integer in [0, 2**32) or an instance of `SeedGenerator`. "
            f"Received: seed={seed} (of type {type(seed)})"
        ) from error


def generator(seed: int | SeedGenerator | None = None) -> np.random.Generator:
    """Return a NumPy generator at the start of the stream that a seed names.

    Parameters
    ----------
    seed : int, SeedGenerator or None
        As for `draw_seed`.

    Notes
    -----
    Philox is counter-based: streams of neighbouring seeds are independent.
    Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".

    Examples
    --------
    >>> bool(generator(3).random() == generator(3).random())
    True
    """
    return np.random.Generator(np.random.Philox(key=draw_seed(seed).astype(np.uint64)))


def check_seed(seed: Any) -> int:
    """Return a seed as a Python integer, or raise ValueError.

    Parameters
    ----------
    seed : int or NumPy integer
        In [0, 2**32): the range that NumPy and the core's Philox share.

    Raises
    ------
    ValueError
        If `seed` is no integer or out of range.

    Examples
    --------
    >>> check_seed(42)
    42
    """
    try:
        number = operator.index(seed)
    except TypeError:
        raise ValueError(
            f"Expected `seed` argument to be an integer. Received: seed={seed} (of type {type(seed)})"
        ) from None
    if not 0 <= number < 2**32:
        raise ValueError(f"Expected `seed` argument to be between 0 and 2**32 - 1. Received: seed={seed}")
    return number


def get_state() -> dict[str, Any]:
    """Return where all shared sources of randomness stand, as JSON can hold it.

    Examples
    --------
    >>> before = get_state()
    >>> first = make_default_seed()
    >>> set_state(before)
    >>> make_default_seed() == first
    True
    """
    import random

    kind, keys, *rest = np.random.get_state(legacy=True)
    version, words, gauss = random.getstate()
    shared = None if _global_generator is None else _global_generator.state.numpy().tolist()
    numpy = [kind, np.asarray(keys, np.uint32).tolist(), *rest]
    return {"numpy": numpy, "python": [version, list(words), gauss], "shared": shared, "seed": _random_seed}


def set_state(state: dict[str, Any]) -> None:
    """Go back to where `get_state` was.

    Parameters
    ----------
    state : dict

    Raises
    ------
    ValueError, TypeError or KeyError
        If it is no such state.

    Examples
    --------
    >>> set_state(get_state())
    """
    import random

    global _global_generator, _random_seed
    kind, keys, *rest = state["numpy"]
    np.random.set_state((kind, np.asarray(keys, np.uint32), *rest))
    version, words, gauss = state["python"]
    random.setstate((version, tuple(words), gauss))
    _random_seed, _global_generator = state["seed"], None
    if state["shared"] is not None:
        _global_generator = SeedGenerator(0, name="seed_generator")
        _global_generator.state.live[:] = state["shared"]
