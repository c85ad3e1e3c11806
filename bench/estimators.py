"""pynn.sklearn's classifier beside scikit-learn's own: the same trainings, to rounding.  Timing is never asserted."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest
import race
import table
from conftest import TABLES
from fitter import CASES, MODULES
from remote import Remote
from replay import CLOCK, replay

ROUNDS = 7
# Most relative difference of the last losses: the same random_state gives the same training.
AGREEMENT = 1e-4
Lanes = dict[str, race.Lane]


def _run(case: str, rounds: int, rows: int) -> Lanes:
    remotes = {
        name: Remote(f"{case}-{name}", "fitter:Fitter", name, case, str(rows), environment={}) for name in MODULES
    }
    lanes = [race.Lane(name) for name in MODULES]
    try:
        for lane in lanes:  # a first fit, which is not timed
            race.guard(lane, lambda lane=lane: remotes[lane.name].call("fit"))
        race.alternate(lanes, rounds, lambda lane: float(remotes[lane.name].call("fit")["seconds"]), race.MOST_SECONDS)
        for lane in lanes:
            race.guard(lane, lambda lane=lane: lane.facts.update(remotes[lane.name].call("score")))
    finally:
        for remote in remotes.values():
            remote.__exit__(None, None, None)
    losses = [lane.facts.get("loss", float("nan")) for lane in lanes]
    if not abs(losses[0] - losses[1]) <= AGREEMENT * abs(losses[1]):
        lanes[0].fault = lanes[0].fault or f"loss {losses[0]:.6f}, scikit-learn has {losses[1]:.6f}"
    return {lane.name: lane for lane in lanes}


@pytest.fixture(scope="session")
def results(pytestconfig: pytest.Config) -> Callable[[str], Lanes]:
    """Both lanes of a case, run once."""
    head = ["MLPClassifier", "pynn, ms", "scikit-learn, ms", "times", "accuracy"]
    lines = [head]

    @functools.cache
    def run(case: str) -> Lanes:
        lanes = _run(case, pytestconfig.getoption("--rounds") or ROUNDS, pytestconfig.getoption("--rows"))
        own, theirs = lanes.values()
        if not (own.fault or theirs.fault):
            times = [[1e3 * s for s in lane.seconds] for lane in (own, theirs)]
            accuracy = f"{own.facts['score']:.4f} / {theirs.facts['score']:.4f}"
            lines.append([case, *(table.span(t, ".1f") for t in times)])
            lines[-1] += [table.span(race.ratios(theirs, own), ".1f"), accuracy]
        pytestconfig.stash[TABLES][:] = [table.grid(lines)]
        return lanes

    return run


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("library", MODULES)
@pytest.mark.benchmark(timer=CLOCK)
def bench_estimator(case: str, library: str, results: Callable[[str], Lanes], benchmark: Any) -> None:
    pytest.importorskip("sklearn", reason="for want of scikit-learn")
    lane = results(case)[library]
    benchmark.group = f"estimator {case}"
    benchmark.extra_info.update(lane.facts, fault=lane.fault)
    replay(benchmark, lane.seconds or [float("nan")])
    if lane.fault:
        pytest.fail(lane.fault, pytrace=False)
