"""Maxima and sums of a row, in an order that depends on its length alone; lane by lane, so that they vectorise."""

from __future__ import annotations

from typing import Any

from pynn.kernels.numba.words import LANES, stack

_lanes = stack(LANES)


def row_max(x: Any, k: int) -> Any:
    """The largest of k >= 1 numbers; of those that are numbers."""
    top = x[0]
    if k >= LANES:
        lane = _lanes()
        for j in range(LANES):
            lane[j] = x[j]
        for at in range(LANES, k - LANES + 1, LANES):
            for j in range(LANES):
                lane[j] = x[at + j] if x[at + j] > lane[j] else lane[j]
        for j in range(LANES):
            top = lane[j] if lane[j] > top else top
    for j in range(k - k % LANES, k):
        top = x[j] if x[j] > top else top
    return top


def row_sum(x: Any, k: int) -> Any:
    """Their sum: one partial sum a lane, then the lanes in order, then the rest."""
    total = 0.0
    if k >= LANES:
        lane = _lanes()
        for j in range(LANES):
            lane[j] = x[j]
        for at in range(LANES, k - LANES + 1, LANES):
            for j in range(LANES):
                lane[j] = lane[j] + x[at + j]
        for j in range(LANES):
            total = total + lane[j]
    for j in range(k - k % LANES, k):
        total = total + x[j]
    return total
