"""A table's rows, each once: k copies of a row and the row with weight k become the same data."""

from __future__ import annotations

import functools

import numpy as np

_AT_ONCE = 1 << 19  # elements whose keys are computed at a time
_LOOK = 32  # columns by which most tables show that no row repeats


@functools.lru_cache(maxsize=8)
def _factors(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(1 << 63, size=count, dtype=np.uint64) * np.uint64(2) + np.uint64(1)


def keys(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A number for each row and its class, the same for equal ones: Σ r_j (b_j xor ⌊b_j / 2³²⌋) modulo 2⁶⁴.

    b_j are the bits of the elements, and of the class, r_j odd numbers drawn once: multilinear hashing (Lemire & Kaser
    2014, "Strongly universal string hashing is fast").  Elements like 3.0 differ in their highest bits alone, of which
    a product modulo 2⁶⁴ keeps few: hence the xor.

    Parameters
    ----------
    x : ndarray of float32 or float64, shape (m, i)
    y : ndarray of int, shape (m,)
    """
    factors, found = _factors(x.shape[1] + 1), y.astype(np.uint64)
    found *= factors[-1]
    step = max(1, _AT_ONCE // x.shape[1])
    for lo in range(0, len(x), step):
        bits = (x[lo : lo + step] + x.dtype.type(0)).view(f"u{x.itemsize}").astype(np.uint64, copy=False)  # -0 is 0
        bits ^= bits >> np.uint64(32)
        found[lo : lo + step] += bits @ factors[:-1]
    return found


def rows(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Leave out rows of weight 0, and put equal ones together, with the sum of their weights.

    Where that leaves rows of weight 1 they stay in the order in which they came; others stand in an order that depends
    on nothing but themselves, that of their `keys`.

    Parameters
    ----------
    x : ndarray of float32 or float64, shape (m, i)
    y : ndarray of int, shape (m,)
        Numbers of their classes.
    weights : ndarray, shape (m,)

    Returns
    -------
    x, y, weights : ndarray
        Those given, if there was nothing to do.
    """
    if not weights.all():
        x, y, weights = (array[weights > 0] for array in (x, y, weights))
    if (weights == 1).all() and not _repeats(x, y):
        return x, y, weights
    known = keys(x, y)
    order = np.argsort(known, kind="stable")
    same = known[order[1:]] == known[order[:-1]]
    if not _equal(x, y, order[:-1][same], order[1:][same]).all():  # different rows with one key: 1 pair in 2⁶⁴
        order = np.lexsort((*x.T, y, known))
        same = _equal(x, y, order[:-1], order[1:])
    starts = np.flatnonzero(np.append(True, ~same))
    sums, first = np.add.reduceat(weights[order], starts), order[starts]
    if (sums == 1).all():
        first.sort()
    return x[first], y[first], sums


def _repeats(x: np.ndarray, y: np.ndarray) -> bool:
    """Whether a key comes twice."""
    wide = x.shape[1] > 2 * _LOOK
    middle = (x.shape[1] - _LOOK) // 2
    known = keys(x[:, middle : middle + _LOOK] if wide else x, y)
    order = np.argsort(known)
    same = known[order[1:]] == known[order[:-1]]
    if not wide or not same.any():
        return bool(same.any())
    alike = order[np.append(False, same) | np.append(same, False)]
    return len(np.unique(keys(x[alike], y[alike]))) < len(alike)


def _equal(x: np.ndarray, y: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    found: np.ndarray = (x[one] == x[other]).all(axis=1) & (y[one] == y[other])
    return found
