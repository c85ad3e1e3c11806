"""The order in which an epoch takes the rows: `numpy.random.permutation`, several times as fast for many rows."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from pynn import _core

# Below, NumPy takes two microseconds.
_WORTH_IT = 32


def permutation(n: int, random: Any = None) -> np.ndarray:
    """``numpy.random.permutation(n)``: the same order, and the same state of NumPy's global generator after it.

    Parameters
    ----------
    n : int
        At least 0.
    random : RandomState, optional
        In place of the global generator.

    Returns
    -------
    ndarray of int64, shape (n,)
    """
    order = np.empty(n, np.int64)
    permute(order[None], random)
    return order


def permute(orders: np.ndarray, random: Any = None) -> None:
    """Fill each row with a `permutation`, one after another.

    Parameters
    ----------
    orders : ndarray of int64, shape (m, n)
        Written; elements of a row stand side by side.
    random : RandomState, optional
        In place of the global generator.
    """
    n = orders.shape[1]
    source: Any = np.random if random is None else random
    generator: Any = np.random.get_bit_generator() if random is None else random._bit_generator  # type: ignore[attr-defined]
    if _WORTH_IT <= n < 2**31 and _is_known(generator):
        with generator.lock:
            _core.permute(generator.capsule, orders)
        return
    for order in orders:
        order[:] = source.permutation(n)


@functools.lru_cache(maxsize=4)
def _is_known(generator: Any) -> bool:
    """Whether this is the Mersenne twister, with a state that stands in memory as the core reads it."""
    if type(generator).__name__ != "MT19937":
        return False
    with generator.lock:
        state = generator.state["state"]
        return bool(_core.twister_is(generator.capsule, state["key"], state["pos"]))
