"""Weights of rows that turn a mean over the n rows into another reduction, or leave rows out; a thread a row."""

from __future__ import annotations

from pynn.kernels.cuda.forms import each, rows

each("weights_of_sum", "n", "v[index] = w[index] * real(n)")
each(
    "weights_of_mean", "n", "v[index] = real(w[index] * share)",
    """found = double(0)
for r in range(n):
    found += double(w[r])
share = double(n) / found if found != 0 else double(0)""",
)  # fmt: skip
_LEFT = """count = 0
for index in range(n):
    count += 1 if {left} else 0
share = real(double(n) / double(count)) if rescale != 0 and count > 0 else real(1)"""
for _name, _left in (
    ("weights_of_others", "t[index] != int(scalars[1])"),
    ("weights_of_positive", "x[index] > 0"),
):
    each(_name, "n", f"v[index] = w[index] * share if {_left} else real(0)", _LEFT.format(left=_left))
each("replace_label", "n", "u[index] = int(scalars[2]) if t[index] == int(scalars[1]) else t[index]")
each("weigh", "n", "y[index] = x[index] * w[index]")
rows(
    "mean_of_rows", "1",
    """found = double(0)
for j in range(thread, n, THREADS):
    found += double(x[j])
found = block_sum(found, shared)
if thread == 0:
    mean[0] = real(found / double(n))""",
    "double",
)  # fmt: skip
each("repeat_for_rows", "n", "y[index] = x[0]")
