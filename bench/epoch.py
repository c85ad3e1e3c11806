"""Time per epoch of each workload, pynn beside its peers.  Timing is never asserted; learning is."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import arrays
import pytest
import race
import table
from conftest import TABLES, chosen, peaks
from replay import CLOCK, replay
from workloads import WORKLOADS

Results = Callable[[str], dict[str, race.Lane]]


@pytest.fixture(scope="session")
def results(pytestconfig: pytest.Config) -> Results:
    """All lanes of a workload, run once, when the first of its peers is asked for."""

    @functools.cache
    def run(name: str) -> dict[str, race.Lane]:
        workload = WORKLOADS[name]
        rounds = pytestconfig.getoption("--rounds") or workload.rounds
        peak = peaks(pytestconfig)
        lanes = race.epochs(workload, chosen(pytestconfig), rounds, pytestconfig.getoption("--rows"))
        title = table.epoch_table(workload, lanes, arrays.LOSSES[workload.loss][0], peak)
        pytestconfig.stash[TABLES].append(title)
        for lane in lanes:
            lane.facts["peaks"] = peak
        return {lane.name: lane for lane in lanes}

    return run


@pytest.mark.parametrize("name", WORKLOADS)
@pytest.mark.benchmark(timer=CLOCK)
def bench_epoch(name: str, peer: str, results: Results, benchmark: Any) -> None:
    lane = results(name)[peer]
    if "NotImplementedError" in lane.fault:
        pytest.skip(lane.fault.splitlines()[0])
    benchmark.group = f"epoch {name}"
    benchmark.extra_info.update(lane.facts, fault=lane.fault)
    replay(benchmark, lane.seconds or [float("nan")])
    if lane.fault:
        pytest.fail(lane.fault, pytrace=False)
