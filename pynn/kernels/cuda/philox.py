"""Philox4x32-10, the counter-based generator of csrc/philox.h, on numbers of 64 bits that hold words of 32."""

from __future__ import annotations

from typing import Any

import numpy as np

# Every constant has the type of the words: beside a signed integer, an unsigned one would become a float.
_LOW, _WORD, _TWO, _THREE, _ZERO = (np.uint64(n) for n in (0xFFFFFFFF, 32, 2, 3, 0))
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)  # golden ratio and sqrt(3) - 1


def word(element: Any, step: Any, key_0: Any, key_1: Any) -> Any:
    """The random word of an element in row-major order: word (element mod 4) of block (element // 4).

    Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
    """
    block = element >> _TWO
    c0, c1, c2, c3 = block & _LOW, block >> _WORD, step & _LOW, step >> _WORD
    for _ in range(10):
        p0, p1 = c0 * _M0, c2 * _M1
        c0, c1, c2, c3 = (p1 >> _WORD) ^ c1 ^ key_0, p1 & _LOW, (p0 >> _WORD) ^ c3 ^ key_1, p0 & _LOW
        key_0, key_1 = (key_0 + _W0) & _LOW, (key_1 + _W1) & _LOW
    which = element & _THREE
    first, last = (c0 if which == _ZERO else c1), (c2 if which == _TWO else c3)
    return first if which < _TWO else last
