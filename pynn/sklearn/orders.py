"""The order in which scikit-learn's linear models take their rows, from the same seeds."""

from __future__ import annotations

import functools

import numpy as np


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
