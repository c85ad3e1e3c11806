"""How large a tile of sums the vector registers of this processor hold."""

from __future__ import annotations

import functools
from typing import NamedTuple

import llvmlite.binding as llvm


class Shape(NamedTuple):
    """Bytes in a vector; most vectors in a row of a tile, and how many rows it may have; bytes of a panel of b.

    The sums, one row of b and one vector of a must fit the registers: 32, or 16 of 32 bytes, or 16 of 16.  A panel
    takes two thirds of a first cache of 48 KiB, or less.
    """

    vector: int
    wide: int
    heights: tuple[int, ...]
    panel: int

    def lanes(self, bits: int) -> int:
        """Elements in a vector."""
        return self.vector * 8 // bits


@functools.cache
def shape() -> Shape:
    """The shape for this processor."""
    has = llvm.get_host_cpu_features()
    if has.get("avx512f"):
        return Shape(64, 3, (8, 4, 2, 1), 30720)
    if has.get("avx2"):
        return Shape(32, 2, (6, 4, 2, 1), 16384)
    if has.get("neon"):
        return Shape(16, 3, (8, 4, 2, 1), 16384)
    return Shape(16, 2, (4, 2, 1), 8192)
