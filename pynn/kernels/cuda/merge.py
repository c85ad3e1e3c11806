"""Several inputs become one, element by element; inner products."""

from __future__ import annotations

from pynn.kernels.cuda.forms import each

each("add_forward", "n * k", "y[index] = a[index] + b[index]")
each("subtract_forward", "n * k", "y[index] = a[index] - b[index]")
each("multiply_forward", "n * k", "y[index] = a[index] * b[index]")
# NaN wins, as in NumPy.
each("maximum_forward", "n * k", "y[index] = b[index] if a[index] < b[index] or b[index] != b[index] else a[index]")
each("minimum_forward", "n * k", "y[index] = b[index] if a[index] > b[index] or b[index] != b[index] else a[index]")
each(
    "maximum_backward", "n * k",
    "share = above(a[index], b[index])\nda[index] = dy[index] * share\ndb[index] = dy[index] * (real(1) - share)",
)  # fmt: skip
each(
    "inner_products", "n * i * j",
    """found = double(0)
r, p, q = index // (i * j), index // j % i, index % j
for f in range(k):
    found += double(a[(r * i + p) * k + f]) * double(b[(r * j + q) * k + f])
y[index] = real(found)""",
)  # fmt: skip
