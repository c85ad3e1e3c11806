"""Dropout: the mask depends on seed, step and element only, so the backward pass draws it again.

The generator is Philox4x32-10, in integers of 64 bits whose high halves are cut off where they would count.
"""

from __future__ import annotations

from typing import Any

from pynn.kernels.numba.words import onward, real, reals, stack

_LOW = 0xFFFFFFFF
_BLOCKS = 16  # of four words drawn at a time: enough for the loop over them to fill vectors
_kept = stack(4 * _BLOCKS)


def philox(block: int, step: int, key_0: int, key_1: int) -> tuple[int, int, int, int]:
    """Four words for a counter and a key."""
    c0, c1, c2, c3 = block & _LOW, block >> 32, step & _LOW, step >> 32
    for _ in range(10):
        # Products of 32-bit numbers: bits 32 to 63 are right although the sign bit is one of them.
        p0, p1 = c0 * 0xD2511F53, c2 * 0xCD9E8D57
        c0, c1 = ((p1 >> 32) ^ c1 ^ key_0) & _LOW, p1 & _LOW
        c2, c3 = ((p0 >> 32) ^ c3 ^ key_1) & _LOW, p0 & _LOW
        key_0, key_1 = (key_0 + 0x9E3779B9) & _LOW, (key_1 + 0xBB67AE85) & _LOW
    return c0, c1, c2, c3


def mask(x: Any, y: Any, s: Any, start: int, end: int) -> None:
    """y = x / (1 - rate) where the element's word is at least rate · 2³², else 0; elements [start, end)."""
    key_0, key_1, step, kept = int(s[0]), int(s[1]), int(s[2]), _kept()
    threshold, scale = int(s[3] * 4294967296), real(1 / (1 - s[3]))
    for first in range(start >> 2, (end + 3) >> 2, _BLOCKS):
        for i in range(_BLOCKS):
            four = philox(first + i, step, key_0, key_1)
            kept[4 * i] = 1.0 if four[0] >= threshold else 0.0
            kept[4 * i + 1] = 1.0 if four[1] >= threshold else 0.0
            kept[4 * i + 2] = 1.0 if four[2] >= threshold else 0.0
            kept[4 * i + 3] = 1.0 if four[3] >= threshold else 0.0
        skipped = max(4 * first, start)
        keep, x_at, y_at = onward(kept, skipped - 4 * first), onward(x, skipped), onward(y, skipped)
        for e in range(min(4 * (first + _BLOCKS), end) - skipped):
            y_at[e] = x_at[e] * scale if keep[e] != 0.0 else 0.0


def dropout_forward(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """x(n,k) -> y(n,k); seed_low, seed_high, step, rate."""
    mask(reals(p[0], 0), reals(p[1], 0), s, lo * d[1], hi * d[1])


def dropout_backward(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
    """dy(n,k) -> dx(n,k); seed_low, seed_high, step, rate."""
    mask(reals(p[0], 0), reals(p[1], 0), s, lo * d[1], hi * d[1])
