"""Dropout with a counter-based generator: the mask depends on seed, step and element only.

The backward op draws the same mask again, so none is stored.
Sources: Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting"; Salmon, Moraes,
Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3" (Philox4x32-10).
"""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op

Array = np.ndarray
_MASK = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)


def philox(counter: list[Array], key: list[int]) -> list[Array]:
    """Four 32-bit words (as uint64 arrays) for each counter of four words; ten rounds."""
    c = [np.asarray(word, np.uint64) for word in counter]
    k = [np.uint64(word) for word in key]
    for _ in range(10):
        p0, p1 = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [(p1 >> _SHIFT) ^ c[1] ^ k[0], p1 & _MASK, (p0 >> _SHIFT) ^ c[3] ^ k[1], p0 & _MASK]
        k = [(k[0] + np.uint64(0x9E3779B9)) & _MASK, (k[1] + np.uint64(0xBB67AE85)) & _MASK]
    return c


def words(start: int, stop: int, seed: tuple[float, float], step: float) -> Array:
    """The words of elements [start, stop): word 4·b + r of block b belongs to that element in row-major order."""
    element = np.arange(start, stop, dtype=np.uint64)
    block = element >> np.uint64(2)
    now = np.full_like(block, int(step))
    four = philox([block & _MASK, block >> _SHIFT, now & _MASK, now >> _SHIFT], [int(seed[0]), int(seed[1])])
    return np.choose((element & np.uint64(3)).astype(np.intp), four)


def keeps(shape: tuple[int, int], seed: tuple[float, float], step: float, rate: float, lo: int, hi: int) -> Array:
    """True for the elements of rows [lo, hi) that are kept."""
    word = words(lo * shape[1], hi * shape[1], seed, step)
    # Scaled by 2^32: an exact comparison of integers in every table.
    return (word >= np.uint64(np.floor(rate * 2.0**32))).reshape(hi - lo, shape[1])


_SCALARS = (12345.0, 678.0, 9.0, 0.3)


@op("x(n,k) -> y(n,k); seed_low, seed_high, step, rate", scalars=_SCALARS)
def dropout_forward(
    x: Array, y: Array, seed_low: float, seed_high: float, step: float, rate: float, lo: int, hi: int
) -> None:
    """y = x / (1 - rate) where kept, 0 where dropped; an element is dropped with probability `rate`.

    seed_low, seed_high : the seed's 32-bit halves.
    step : number of the batch, >= 0.
    rate : in [0, 1).
    """
    keep = keeps((x.shape[0], x.shape[1]), (seed_low, seed_high), step, rate, lo, hi)
    y[lo:hi] = np.where(keep, x[lo:hi] * (1 / (1 - rate)), 0)


@op("dy(n,k) -> dx(n,k); seed_low, seed_high, step, rate", scalars=_SCALARS)
def dropout_backward(
    dy: Array, dx: Array, seed_low: float, seed_high: float, step: float, rate: float, lo: int, hi: int
) -> None:
    """dx = dy / (1 - rate) where kept, 0 where dropped, with the forward pass's mask."""
    dropout_forward(dy, dx, seed_low, seed_high, step, rate, lo, hi)
