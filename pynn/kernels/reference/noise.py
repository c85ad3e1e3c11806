"""Random numbers for noise layers: they depend on seed, step and element only, as dropout's masks do.

Sources: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3" (Philox4x32-10); Box & Muller
1958, "A note on the generation of random normal deviates".
"""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import bits
from pynn.kernels.reference.dropout import keeps, words

Array = np.ndarray
_SEED = (12345.0, 678.0, 9.0)


@op("-> z(n,k); seed_low, seed_high, step, mean, deviation", scalars=(*_SEED, 1.0, 0.5))
def random_normal(
    z: Array, seed_low: float, seed_high: float, step: float, mean: float, deviation: float, lo: int, hi: int
) -> None:
    """Normal numbers: pair (2i, 2i + 1) of elements in row-major order comes from two words of the generator.

    seed_low, seed_high : the seed's 32-bit halves.
    step : number of the batch, >= 0.
    """
    columns = z.shape[1]
    start, stop = lo * columns // 2 * 2, -(-hi * columns // 2) * 2
    pairs = words(start, stop, (seed_low, seed_high), step).reshape(-1, 2)
    radius = np.sqrt(-2 * np.log(((pairs[:, 0] >> np.uint64(9)) + 0.5) / 2**23))
    angle = pairs[:, 1] * (2 * np.pi / 2**32)
    normal = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).reshape(-1)
    z[lo:hi] = (mean + deviation * normal[lo * columns - start :][: (hi - lo) * columns]).reshape(hi - lo, columns)


@op("-> keep(n,k); seed_low, seed_high, step, rate", scalars=(*_SEED, 0.3))
def random_keep(keep: Array, seed_low: float, seed_high: float, step: float, rate: float, lo: int, hi: int) -> None:
    """keep = 0 with probability `rate`, else 1: the mask that dropout draws for the same seed and step."""
    keep[lo:hi] = keeps((len(keep), keep.shape[1]), (seed_low, seed_high), step, rate, lo, hi)


@op("x(n,k), keep(n,k) -> y(n,k); scale, shift, other", scalars=(0.75, 0.25, -1.5), draws={"keep": bits})
def keep_or_replace(
    x: Array, keep: Array, y: Array, scale: float, shift: float, other: float, lo: int, hi: int
) -> None:
    """y = scale · x + shift where kept, else `other`."""
    y[lo:hi] = np.where(keep[lo:hi] > 0, scale * x[lo:hi] + shift, other)
