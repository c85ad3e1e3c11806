"""Dropout: the mask of an element depends on seed, step and element only, and is that of every other table."""

from __future__ import annotations

import numpy as np

from pynn.kernels.cuda.forms import each
from pynn.kernels.cuda.philox import word

# An element is dropped if its word is below rate · 2^32: a comparison of integers.
DRAW = """key = words(scalars[1]), words(scalars[2])
step_number, limit = words(scalars[3]), words(floor(scalars[4] * 4294967296.0))
"""
_KEPT = "drawn = word(words(index), step_number, key[0], key[1])\n"
_NAMES = {"word": word, "words": np.uint64}
for _name, _from, _to in (("dropout_forward", "x", "y"), ("dropout_backward", "dy", "dx")):
    _line = f"{_to}[index] = {_from}[index] * scale if drawn >= limit else real(0)"
    each(_name, "n * k", _KEPT + _line, DRAW + "scale = real(1.0 / (1.0 - scalars[4]))", **_NAMES)
each("random_keep", "n * k", _KEPT + "keep[index] = real(1) if drawn >= limit else real(0)", DRAW, **_NAMES)
