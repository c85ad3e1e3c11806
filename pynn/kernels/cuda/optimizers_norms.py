"""Optimizers that look at a whole weight at once; sums of squares in double, one block."""

from __future__ import annotations

from pynn.kernels.cuda.forms import each, rows

_SQUARES = """found = double(0)
for j in range(thread, k, THREADS):
    found += double(x[j]) * double(x[j])
found = block_sum(found, shared)
if thread == 0:
    total[0] {} found"""
rows("sum_squares", "1", _SQUARES.format("="), "double")
rows("add_squares", "1", _SQUARES.format("+="), "double")
each(
    "lamb_direction", "k",
    """m[index] += rest_m * (g[index] - m[index])
v[index] += rest_v * (g[index] * g[index] - v[index])
u[index] = m[index] / rest_1 / (real(sqrt(v[index] / rest_2)) + epsilon)""",
    "rest_m, rest_v = real(1 - scalars[1]), real(1 - scalars[2])",
)  # fmt: skip
each(
    "lamb_update", "k", "w[index] -= rate * u[index]",
    "rate = real(scalars[1] * (sqrt(ww[0]) / sqrt(uu[0]) if uu[0] > 0 and ww[0] > 0 else double(1)))",
)  # fmt: skip
_MEAN = """found = double(0)
for q in range({count}):
    found += double(g[{at}]) * double(g[{at}])
{a}[index] = real(scalars[1] * {a}[index] + (1 - scalars[1]) * (found / double({count}) + scalars[2]))"""
each("adafactor_rows", "r", _MEAN.format(count="o", at="index * o + q", a="a"))
each("adafactor_columns", "b * o", _MEAN.format(count="i", at="(index // o * i + q) * o + index % o", a="c"))
each(
    "adafactor_outer", "b * i * o",
    """first, found = index // (i * o) * i, real(0)
for q in range(i):
    found += a[first + q]
v[index] = a[index // o] / (found / real(i)) * c[index // (i * o) * o + index % o]""",
)  # fmt: skip
each(
    "adafactor_update", "k", "w[index] -= share * u[index]",
    """share = scalars[1] * max(sqrt(ww[0] / double(k)), scalars[2])
share = real(share / max(double(1), sqrt(uu[0] / double(k)) / scalars[3]))""",
)  # fmt: skip
each(
    "muon_momentum", "k",
    """m[index] += g[index] + (momentum - real(1)) * m[index]
y[index] = g[index] + momentum * m[index] if nesterov != 0 else m[index]""",
)  # fmt: skip
