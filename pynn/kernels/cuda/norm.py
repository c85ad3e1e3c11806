"""Normalization: statistics of columns, a thread a column, and of rows, a block a row; sums in double."""

from __future__ import annotations

from pynn.kernels.cuda.forms import each, rows

each(
    "moments", "k",
    """found = double(0)
for r in range(n):
    found += double(x[r * k + index])
center = found / double(n)
found = double(0)
for r in range(n):
    found += (double(x[r * k + index]) - center) * (double(x[r * k + index]) - center)
mean[index], variance[index] = real(center), real(found / double(n))""",
)  # fmt: skip
_ROOT = "root = real(sqrt(variance[index] + epsilon))\nroot = smallest if root < smallest else root\n"
each("inverse_deviation", "k", _ROOT + "inverse[index] = real(1) / root")
each("deviation", "k", _ROOT + "result[index] = root")
each("scale_shift", "n * k", "j = index % k\ny[index] = (x[index] - center[j]) * scale[j] + shift[j]")
_WEIGHTS = """products, found = double(0), double(0)
for r in range(n):
    e = r * k + index
    products += double(dy[e]) * double({unit})
    found += double(dy[e])
"""
each(
    "batch_norm_backward_weights", "k",
    _WEIGHTS.format(unit="x[e] - mean[index]")
    + "dgamma[index], dbeta[index] = real(products * double(inverse[index])), real(found)",
)  # fmt: skip
each(
    "batch_norm_backward_input", "n * k",
    """j = index % k
unit = (x[index] - mean[j]) * inverse[j]
dx[index] = gamma[j] * inverse[j] * (dy[index] - (dbeta[j] + unit * dgamma[j]) / real(n))""",
)  # fmt: skip
rows(
    "layer_norm_forward", "n",
    """found = double(0)
for j in columns:
    found += double(x[j])
center = real(block_sum(found, shared) / double(k))
b = center if centered != 0 else real(0)
found = double(0)
for j in columns:
    found += double(x[j] - b) * double(x[j] - b)
over = real(1 / sqrt(block_sum(found, shared) / double(k) + scalars[1]))
a = center if subtracts != 0 else real(0)
for j in columns:
    y[j] = (x[j] - a) * over * gamma[j - line * k] + beta[j - line * k]
if thread == 0:
    mean[line], inverse[line] = center, over""",
    "double",
)  # fmt: skip
rows(
    "layer_norm_backward_input", "n",
    """a = mean[line] if subtracts != 0 else real(0)
b = mean[line] if centered != 0 else real(0)
found, products = double(0), double(0)
for j in columns:
    g = gamma[j - line * k] * dy[j]
    found += double(g)
    products += double(g) * double(x[j] - a)
found = block_sum(found, shared)
products = block_sum(products, shared)
over = inverse[line]
off = real(found / double(k)) if subtracts != 0 else real(0)
slope = real(products / double(k)) * over * over
for j in columns:
    dx[j] = over * (gamma[j - line * k] * dy[j] - off - (x[j] - b) * slope)""",
    "double",
)  # fmt: skip
each(
    "layer_norm_backward_weights", "k",
    _WEIGHTS.format(unit="(x[e] - (mean[r] if subtracts != 0 else real(0))) * inverse[r]")
    + "dgamma[index], dbeta[index] = real(products), real(found)",
)  # fmt: skip
rows(
    "unit_forward", "n",
    """found = double(0)
for j in columns:
    found += double(x[j]) * double(x[j])
whole = real(block_sum(found, shared))
length = real(sqrt(epsilon if whole < epsilon else whole))
for j in columns:
    y[j] = x[j] / length
if thread == 0:
    squares[line] = whole""",
    "double",
)  # fmt: skip
rows(
    "unit_backward", "n",
    """found = real(0)
for j in columns:
    found += y[j] * dy[j]
along = block_sum(found, shared)
along = along if squares[line] > epsilon else real(0)
length = real(sqrt(epsilon if squares[line] < epsilon else squares[line]))
for j in columns:
    dx[j] = (dy[j] - y[j] * along) / length""",
)  # fmt: skip
