"""Moves of elements: axes swapped, repeated, summed away, columns copied in and out."""

from __future__ import annotations

from pynn.kernels.cuda.forms import each

each(
    "swap_blocks", "n * b * a * c",
    """row, f = index // (a * b * c), index % c
p, q = index // c % a, index // (a * c) % b
y[index] = x[((row * a + p) * b + q) * c + f]""",
)  # fmt: skip
each("repeat_axis", "n * r * c", "y[index] = scale * x[index // (r * c) * c + index % c]")
each(
    "sum_axis", "n * c",
    """found = double(0)
for q in range(r):
    found += double(x[(index // c * r + q) * c + index % c])
y[index] = real(scalars[1] * found)""",
)  # fmt: skip
each(
    "copy_columns_in", "n * a",
    "column = index % a + int(scalars[1])\nif column < w:\n    y[index // a * w + column] = x[index]",
)  # fmt: skip
each(
    "copy_columns_out", "n * a",
    "column = index % a + int(scalars[1])\nx[index] = y[index // a * w + column] if column < w else real(0)",
)  # fmt: skip
