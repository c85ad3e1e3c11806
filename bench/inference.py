"""Predictions of W2's network: rows a second at several batch sizes, and the time for one row."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
import race
import table
from conftest import TABLES, chosen
from remote import Remote
from replay import CLOCK, replay

WORKLOAD = "W2"
ROUNDS = 7
# Largest difference of a probability to the first peer's, after no training.
AGREEMENT = 1e-5
COMPARED = 200


class Case(NamedTuple):
    """What is called on how many rows, and how often in a round."""

    how: str
    rows: int
    batch: int
    calls: int


CASES = {
    "predict, batch 32": Case("predict", 10_000, 32, 1),
    "predict, batch 256": Case("predict", 10_000, 256, 1),
    "predict, batch 2048": Case("predict", 10_000, 2048, 1),
    "one row, predict": Case("predict", 1, 32, 20),
    "one row, model(x)": Case("call", 1, 1, 100),
}
Lanes = dict[str, dict[str, race.Lane]]


@pytest.fixture(scope="session")
def results(pytestconfig: pytest.Config) -> Callable[[], Lanes]:
    """All lanes of all cases, run once."""

    @functools.cache
    def run() -> Lanes:
        rounds = pytestconfig.getoption("--rounds") or ROUNDS
        with race.trainers(WORKLOAD, chosen(pytestconfig), 0) as (lanes, remotes):
            expected: list[float] = []
            for lane in lanes:
                race.guard(lane, lambda lane=lane: _judge(lane, remotes[lane.name], expected))
            found = {name: _alternate(case, lanes, remotes, rounds) for name, case in CASES.items()}
        for title, unit, method in (("rows a second", "rows/s", 0), ("one row", "µs", 1)):
            shown = {n: 0.0 if method else float(c.rows) for n, c in CASES.items() if (c.rows == 1) == bool(method)}
            head = f"inference, W2's network: {title}; × is the time over {lanes[0].name}'s"
            pytestconfig.stash[TABLES].append(table.matrix(head, shown, found, unit))
        return found

    return run


def _judge(lane: race.Lane, remote: Remote, expected: list[float]) -> None:
    outputs = remote.call("outputs", rows=COMPARED)
    expected[:] = expected or outputs
    if not np.abs(np.subtract(outputs, expected)).max() <= AGREEMENT:
        lane.fault = "its outputs differ from the first peer's"


def _alternate(case: Case, first: list[race.Lane], remotes: dict[str, Remote], rounds: int) -> dict[str, race.Lane]:
    lanes = [race.Lane(lane.name, fault=lane.fault) for lane in first]
    race.alternate(lanes, rounds, lambda lane: remotes[lane.name].call("infer", **case._asdict()))
    return {lane.name: lane for lane in lanes}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.benchmark(timer=CLOCK)
def bench_inference(case: str, peer: str, results: Callable[[], Lanes], benchmark: Any) -> None:
    lane = results()[case][peer]
    if "NotImplementedError" in lane.fault:
        pytest.skip(lane.fault.splitlines()[0])
    benchmark.group = f"inference {case}"
    benchmark.extra_info.update(fault=lane.fault, rows=CASES[case].rows)
    replay(benchmark, lane.seconds or [float("nan")])
    if lane.fault:
        pytest.fail(lane.fault, pytrace=False)
