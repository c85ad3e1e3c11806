"""Noise: normal numbers, a thread a pair of elements, and replacement."""

from __future__ import annotations

import math

import numpy as np

from pynn.kernels.cuda.dropout import DRAW
from pynn.kernels.cuda.forms import each
from pynn.kernels.cuda.philox import word

# Box & Muller 1958.  The angle is a quarter turn times `quarter`, and at most an eighth of a turn more or less, which
# float32 keeps exactly enough; words hold 32 of 64 bits, so that differences have a sign.
_NORMAL = """first = word(words(2 * index), step_number, key[0], key[1])
second = int(word(words(2 * index + 1), step_number, key[0], key[1]))
u = (real(int(first) >> 9) + real(0.5)) * real(1.0 / 8388608.0)
radius = real(sqrt(real(-2) * real(log(u))))
quarter = (second + 536870912) >> 30
angle = real(second - (quarter << 30)) * real(turn)
along, across = real(cos(angle)), real(sin(angle))
if quarter % 2 == 1:
    along, across = -across, along
if quarter == 2 or quarter == 3:
    along, across = -along, -across
z[2 * index] = mean + deviation * radius * along
if 2 * index + 1 < n * k:
    z[2 * index + 1] = mean + deviation * radius * across"""
each(
    "random_normal", "(n * k + 1) // 2", _NORMAL, DRAW, word=word, words=np.uint64, turn=2 * math.pi / 2**32,
    sin=math.sin, cos=math.cos,
)  # fmt: skip
each("keep_or_replace", "n * k", "y[index] = scale * x[index] + shift if keep[index] > 0 else other")
