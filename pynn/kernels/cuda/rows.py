"""Rows of the data set: gathered in shuffled order and converted on the way in."""

from __future__ import annotations

from pynn.kernels.cuda.forms import each
from pynn.kernels.reference.rows import SOURCES

for _source in SOURCES:
    each(f"gather_{_source}", "n * k", "y[index] = real(x[order[index // k] * k + index % k])")
    each(f"convert_{_source}", "n * k", "y[index] = real(x[index])")
each("gather_labels", "n * k", "y[index] = x[order[index // k] * k + index % k]")
each("affine", "n * k", "y[index] = scale * x[index] + shift")
