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


def epoch_table(workload: Any, lanes: Sequence[Lane], score: str, peaks: Mapping[str, float]) -> list[str]:
    """One row per peer; a peer that does not count has no ratio, and its reason stands below."""
    baseline = lanes[0]
    facts: dict[str, Any] = next((lane.facts for lane in lanes if lane.facts), {})
    head = ["peer", "epoch ms", f"× {baseline.name}", "of peak", "first fit +ms", "MiB", "loss, 1st epoch", score]
    peak = max(peaks.values(), default=0.0)
    rows = [head, *(_epoch_row(lane, baseline, peak) for lane in lanes)]
    title = f"{workload.name}: {facts.get('network', '?')}; {facts.get('source', '?')}"
    notes = [workload.note] if workload.note else []
    notes += [f"! {lane.name} does not count: {lane.fault.splitlines()[0]}" for lane in lanes if lane.fault]
    return [title, *grid(rows), *notes]


def _epoch_row(lane: Lane, baseline: Lane, peak: float) -> list[str]:
    facts = lane.facts
    comparable = not lane.fault and not baseline.fault
    timed = bool(lane.seconds)
    return [
        ("! " if lane.fault else "") + lane.name,
        span([1e3 * s for s in lane.seconds], ".4g") if timed else "-",
        span(ratios(lane, baseline), ".2f") if comparable else "-",
        f"{100 * facts['flops'] / lane.median / peak:.1f} %" if timed and peak and not lane.fault else "-",
        f"{1e3 * (facts['first_seconds'] - lane.median):.0f}" if timed else "-",
        f"{facts['memory']:.0f}" if timed else "-",
        f"{facts['first_loss']:.6f}" if "first_loss" in facts else "-",
        f"{facts['score']:.4f}" if "score" in facts else "-",
    ]


def matrix(title: str, cases: Mapping[str, float], lanes: Mapping[str, Mapping[str, Lane]], unit: str) -> list[str]:
    """Peers by cases: what a case is worth over the median time, beside it the ratio of the times to the first peer's.

    Parameters
    ----------
    title, unit : str
    cases : dict
        ``{name: worth}``: rows, if the cells are rows a second; 0: cells are microseconds.
    lanes : dict
        ``{case: {peer: lane}}``.
    """
    peers = list(next(iter(lanes.values())))
    rows = [[unit, *cases]]
    for peer in peers:
        cells = []
        for case, worth in cases.items():
            lane, baseline = lanes[case][peer], lanes[case][peers[0]]
            if not lane.seconds or lane.fault:
                cells.append("!")
                continue
            value = f"{worth / lane.median:,.0f}" if worth else f"{1e6 * lane.median:.1f}"
            ratio = f" ×{statistics.median(ratios(lane, baseline)):.2f}" if not baseline.fault else ""
            cells.append(value + ratio)
        rows.append([peer, *cells])
    faults = {
        f"! {lane.name}: {lane.fault.splitlines()[0]}" for row in lanes.values() for lane in row.values() if lane.fault
    }
    return [title, *grid(rows), *sorted(faults)]


def kernel_table(
    cases: Mapping[str, Case], done: Mapping[str, Mapping[str, Lane]], peaks: Mapping[str, float]
) -> list[str]:
    """One row per kernel and size: the rate of each contender, and NumPy's time over that of the default build."""
    names = list(next(iter(done.values())))
    head = ["kernel, one core", "", *names, f"numpy / {names[-1]}", *(f"{name}, of peak" for name in peaks)]
    rows = [head, *(_kernel_row(cases[name], lanes, peaks) for name, lanes in done.items())]
    title = "kernels, float32, median rate; peak GB/s: a copy of as many bytes" + (
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
    copy = lanes["numpy"].facts.get("copy")
    shares = ["-" if lanes[x].fault else _share(case, lanes[x], copy or peak) for x, peak in peaks.items()]
    return [
        case.name,
        case.unit,
        *rates,
        span(ratios(lanes["numpy"], default), ".2f") if comparable else "-",
        *shares,
    ]


def _share(case: Case, lane: Lane, peak: float) -> str:
    return f"{case.work / lane.median / 1e7 / peak:.0f} %"


def costs_table(lanes: Mapping[str, Mapping[str, Lane]]) -> list[str]:
    """Peers by what is paid once, in milliseconds, and the memory of a process that trained W1."""
    peers = list(next(iter(lanes.values())))
    rows = [["once, in ms", *lanes, "W1, MiB"]]
    for peer in peers:
        row = [lanes[case][peer] for case in lanes]
        cells = ["!" if lane.fault else span([1e3 * s for s in lane.seconds], ".0f") for lane in row]
        memory = row[0].facts.get("memory")
        rows.append([peer, *cells, f"{memory:.0f}" if memory else "-"])
    faults = [f"! {x.name}: {x.fault.splitlines()[0]}" for row in lanes.values() for x in row.values() if x.fault]
    return ["costs: median (least–greatest)", *grid(rows), *faults]
