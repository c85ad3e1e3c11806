"""Regularizers: what they add to the loss, in double by one block, and to a gradient."""

from __future__ import annotations

from pynn.kernels.cuda.forms import each, rows

rows(
    "l1l2_penalty", "1",
    """sizes, squares = double(0), double(0)
for j in range(thread, n * k, THREADS):
    sizes += abs(double(x[j]))
    squares += double(x[j]) * double(x[j])
sizes = block_sum(sizes, shared)
squares = block_sum(squares, shared)
if thread == 0:
    total[0] += double(m) / double(n) * (scalars[1] * sizes + scalars[2] * squares)""",
    "double",
)  # fmt: skip
each(
    "l1l2_activity_gradient", "n * k",
    "side = real(1) if y[index] >= 0 else real(-1)\n"
    "dx[index] = dy[index] + (l1 * side + (l2 + l2) * y[index]) / real(n)",
)  # fmt: skip
rows(
    "unit_rows", "r",
    """found = double(0)
for j in range(line * c + thread, line * c + c, THREADS):
    found += double(x[j]) * double(x[j])
found = block_sum(found, shared)
over = 1 / scalars[1]
if found > 0 and 1 / sqrt(found) < over:
    over = 1 / sqrt(found)
for j in range(line * c + thread, line * c + c, THREADS):
    u[j] = x[j] * real(over)
if thread == 0:
    inverse[line] = real(over)""",
    "double",
)  # fmt: skip
rows(
    "unit_rows_backward", "r",
    """found = double(0)
for j in range(line * c + thread, line * c + c, THREADS):
    found += double(u[j]) * double(du[j])
along = real(block_sum(found, shared)) if inverse[line] < real(1 / scalars[1]) else real(0)
for j in range(line * c + thread, line * c + c, THREADS):
    dx[j] = inverse[line] * (du[j] - along * u[j])""",
    "double",
)  # fmt: skip
rows(
    "orthogonal_penalty", "1",
    """found = double(0)
for j in range(thread, r * r, THREADS):
    found += abs(double(p[j])) if j // r != j % r else double(0)
found = block_sum(found, shared)
if thread == 0:
    total[0] += scalars[1] * double(m) / double(b) * found / double(max(r * (r - 1), 1))""",
    "double",
)  # fmt: skip
each(
    "orthogonal_slope", "r * r",
    """side = real(1) if p[index] > 0 else real(0)
side = real(-1) if p[index] < 0 else side
slope = real(2 * scalars[1] / double(b * max(r * (r - 1), 1)))
dp[index] = side * slope if index // r != index % r else real(0)""",
)  # fmt: skip
each("transpose", "n * k", "y[index] = x[index % n * k + index // n]")
each("add_rows", "n * k", "y[index] = a[index] + b[index]")
rows(
    "square_sums", "r",
    """found = double(0)
for j in range(line * c + thread, line * c + c, THREADS):
    found += double(x[j]) * double(x[j])
found = block_sum(found, shared)
if thread == 0:
    sum[line] = found""",
    "double",
)  # fmt: skip
rows(
    "add_scaled", "1",
    """found = double(0)
for j in range(thread, r, THREADS):
    found += v[j]
found = block_sum(found, shared)
if thread == 0:
    total[0] += scalars[1] * found""",
    "double",
)  # fmt: skip
