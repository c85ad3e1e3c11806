"""Metrics that are means over rows: running sums in double, one block; shares of right answers, a thread a row."""

from __future__ import annotations

from typing import Any

from pynn.kernels.cuda.forms import each, rows

_SUM = """found = double(0)
for j in range(thread, n, THREADS):
    found += double({term})
found = block_sum(found, shared)
"""
_COUNT = "if thread == 0:\n    total[0] += found\n    count[0] += {count}"
rows("accumulate", "1", _SUM.format(term="v[j]") + "if thread == 0:\n    total[0] += found", "double")
rows("accumulate_mean", "1", _SUM.format(term="v[j]") + _COUNT.format(count="n"), "double")
rows(
    "accumulate_weighted_mean", "1",
    _SUM.format(term="w[j]") + "weight = found\n" + _SUM.format(term="v[j] * w[j]") + _COUNT.format(count="weight"),
    "double",
)  # fmt: skip
each("weights_without_label", "n", "v[index] = real(0) if double(t[index]) == scalars[1] else w[index]")


def first_largest(x: object, first: int, k: int) -> int:
    """The place of the first largest of k numbers."""
    best = 0
    for j in range(1, k):
        if x[first + j] > x[first + best]:  # type: ignore[index]
            best = j
    return best


def among_top(y: object, first: int, k: int, place: int, top: float) -> bool:
    """Whether fewer than `top` of the k numbers exceed number `place`, as NaN does; no for a place that is none."""
    if place < 0 or place >= k:
        return False
    exceeding = 0
    for j in range(k):
        if not y[first + j] <= y[first + place]:  # type: ignore[index]
            exceeding += 1
    return exceeding < top


_PLACE: dict[str, Any] = {"first_largest": first_largest, "among_top": among_top}
_TARGET = "first_largest(t, index * k, k)"
_HIT = "hit[index] = real(1) if {} else real(0)"
each("categorical_accuracy", "n", _HIT.format(f"first_largest(y, index * k, k) == {_TARGET}"), **_PLACE)
each("sparse_categorical_accuracy", "n", _HIT.format("first_largest(y, index * k, k) == t[index]"), **_PLACE)
each("top_k_categorical_accuracy", "n", _HIT.format(f"among_top(y, index * k, k, {_TARGET}, top)"), **_PLACE)
each("sparse_top_k_categorical_accuracy", "n", _HIT.format("among_top(y, index * k, k, t[index], top)"), **_PLACE)
each(
    "sorted_top_k_accuracy", "n",
    "found = 0\nfor j in range(k):\n    if j < top and ids[index * k + j] == real(t[index]):\n        found = 1\n"
    "hit[index] = real(found)",
)  # fmt: skip
