"""What scikit-learn's linear models draw, from the same seeds: the order of their rows, and which they hold out."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.utils import check_random_state

_LARGEST = np.iinfo(np.int32).max


@functools.lru_cache(maxsize=32)  # the seed is 0 unless one says otherwise
def shuffled(n: int, seed: int) -> np.ndarray:
    """Where a shuffle of n rows takes each from: Fisher and Yates, by the numbers of a 32-bit xorshift.

    Source: Marsaglia 2003, "Xorshift RNGs", with the shifts 13, 17 and 5.
    """
    state, order = seed or 1, list(range(n))
    for i in range(n - 1):
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        j = i + (state & 0x7FFFFFFF) % (n - i)
        order[i], order[j] = order[j], order[i]
    return np.array(order, np.int64)


def draw(estimator: Any, y: np.ndarray, weights: np.ndarray, neurons: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Rows held out, and each neuron's shuffle if there is one.

    Parameters
    ----------
    estimator : BaseEstimator
        Has the settings.
    y : ndarray of int, shape (m,)
        Numbers of classes.
    weights : ndarray, shape (m,)
    neurons : int
    """
    random = check_random_state(estimator.random_state)
    if neurons == 1:
        random.randint(1, _LARGEST)
        held, seeds = _held_out(estimator, y, weights), [random.randint(_LARGEST)]
    else:
        held, seeds = _held_out(estimator, y, weights), []
        for seed in random.randint(_LARGEST, size=neurons):
            of_neuron = np.random.RandomState(seed)
            of_neuron.randint(1, _LARGEST)
            seeds.append(of_neuron.randint(_LARGEST))
    return held, np.array([shuffled(len(y), int(seed)) for seed in seeds]) if estimator.shuffle else None


def _held_out(estimator: Any, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    held = np.zeros(len(y), bool)
    if not estimator.early_stopping:
        return held
    alone = np.flatnonzero(np.bincount(y) == 1)
    if len(alone):
        raise ValueError(
            f"{type(estimator).__name__}: early_stopping=True holds rows of each class out, but class "
            f"{estimator.classes_.tolist()[alone[0]]!r} has one row only (equal rows count as one)"
        )
    split = StratifiedShuffleSplit(test_size=estimator.validation_fraction, random_state=estimator.random_state)
    held[next(split.split(np.zeros((len(y), 1)), y))[1]] = True
    if not weights[held].any():
        raise ValueError("The sample weights for validation set are all zero, consider using a different random state.")
    return held
