"""The tables printed after the run."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from kernel_cases import Case
from race import Lane, ratios


def span(values: Sequence[float], form: str) -> str:
    """Median, with least and greatest in brackets."""
    low, middle, high = (format(v, form) for v in (min(values), statistics.median(values), max(values)))
    return f"{middle} ({low}–{high})"


def grid(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as their widest cell: the first flush left, the others flush right."""
    widths = [max(len(row[c]) for row in rows) for c in range(len(rows[0]))]
    return [
        "  ".join(cell.rjust(w) if c else cell.ljust(w) for c, (cell, w) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]


def epoch_table(workload: Any, lanes: Sequence[Lane], score: str) -> list[str]:
    """One row per peer; a peer that does not count has no ratio, and its reason stands below."""
    baseline = lanes[0]
    facts: dict[str, Any] = next((lane.facts for lane in lanes if lane.facts), {})
    head = ["peer", "first epoch s", "epoch ms", f"× {baseline.name}", "loss, 1st epoch", score]
    rows = [head, *(_epoch_row(lane, baseline) for lane in lanes)]
    title = f"{workload.name}: {facts.get('network', '?')}; {facts.get('source', '?')}"
    notes = [f"! {lane.name} does not count: {lane.fault.splitlines()[0]}" for lane in lanes if lane.fault]
    return [title, *grid(rows), *notes]


def _epoch_row(lane: Lane, baseline: Lane) -> list[str]:
    facts = lane.facts
    comparable = not lane.fault and not baseline.fault
    return [
        ("! " if lane.fault else "") + lane.name,
        f"{facts['first_seconds']:.2f}" if "first_seconds" in facts else "-",
        span([1e3 * s for s in lane.seconds], ".1f") if lane.seconds else "-",
        span(ratios(lane, baseline), ".2f") if comparable else "-",
        f"{facts['first_loss']:.6f}" if "first_loss" in facts else "-",
        f"{facts['score']:.4f}" if "score" in facts else "-",
    ]


def kernel_table(
    cases: Mapping[str, Case], done: Mapping[str, Mapping[str, Lane]], peaks: Mapping[str, float]
) -> list[str]:
    """One row per kernel and size: the rate of each contender, and NumPy's time over that of the default build."""
    names = list(next(iter(done.values())))
    head = ["kernel, one core", "", *names, f"numpy / {names[-1]}", "of peak"]
    rows = [head, *(_kernel_row(cases[name], lanes, peaks) for name, lanes in done.items())]
    title = "kernels, float32, median rate" + (
        "; peak GFLOP/s: " + ", ".join(f"{name} {peak:.0f}" for name, peak in peaks.items()) if peaks else ""
    )
    faults = [
        f"! {name}, {lane.name}: {lane.fault.splitlines()[0]}"
        for name, lanes in done.items()
        for lane in lanes.values()
        if lane.fault
    ]
    return [title, *grid(rows), *faults]


def _kernel_row(case: Case, lanes: Mapping[str, Lane], peaks: Mapping[str, float]) -> list[str]:
    default = list(lanes.values())[-1]  # the best instruction set of this CPU, whether it is the fastest or not
    comparable = not default.fault and not lanes["numpy"].fault
    rates = ["!" if lane.fault else f"{case.work / lane.median / 1e9:.1f}" for lane in lanes.values()]
    peak = 0 if case.moves or default.fault else peaks.get(default.name, 0)
    return [
        case.name,
        case.unit,
        *rates,
        span(ratios(lanes["numpy"], default), ".2f") if comparable else "-",
        f"{case.work / default.median / 1e7 / peak:.0f} %" if peak else "-",
    ]
