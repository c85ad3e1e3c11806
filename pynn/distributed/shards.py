"""Who takes which rows: every row once, and the same number of steps on every rank."""

from __future__ import annotations

import numpy as np


def steps_of(rows: int, batch: int, size: int) -> int:
    """Steps of an epoch: in each, every rank takes up to `batch` rows.

    Parameters
    ----------
    rows, batch, size : int
        Rows of the data set, rows of a rank in a step, number of ranks.

    Examples
    --------
    >>> steps_of(10, 2, 2)
    3
    """
    return -(-rows // (batch * size))


def tail_of(rows: int, size: int, rank: int) -> slice:
    """The rows of a rank where `rows` are divided evenly: the first ranks take one more.

    Parameters
    ----------
    rows, size, rank : int

    Examples
    --------
    >>> [tail_of(5, 3, rank) for rank in range(3)]
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    each, more = divmod(rows, size)
    first = rank * each + min(rank, more)
    return slice(first, first + each + (rank < more))


def order_of(order: np.ndarray, batch: int, size: int, rank: int) -> np.ndarray:
    """What a rank takes of the rows in this order: step by step its `batch`, of the last step its even part.

    One process that takes ``batch * size`` rows in a step takes the same rows in each step as all ranks together.

    Parameters
    ----------
    order : ndarray of int64, shape (n,)
    batch, size, rank : int

    Examples
    --------
    >>> [order_of(np.arange(11), 2, 2, rank).tolist() for rank in range(2)]
    [[0, 1, 4, 5, 8, 9], [2, 3, 6, 7, 10]]
    """
    full = len(order) // (batch * size) * batch * size
    steps = order[:full].reshape(-1, size, batch)[:, rank].reshape(-1)
    rest = order[full:]
    return np.ascontiguousarray(np.concatenate([steps, rest[tail_of(len(rest), size, rank)]]))
