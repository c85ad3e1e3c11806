"""What is paid once: importing, the first `fit`, memory.  What more workers bring, bench/epoch.py says."""

from __future__ import annotations

import functools
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import race
import table
from conftest import TABLES, chosen
from peers import PEERS
from remote import HERE
from replay import CLOCK, replay

ROUNDS = 5
# Rows of W1 whose first and second fit are compared: few, so that a difference of milliseconds shows.
FEW_ROWS = 3_200
IMPORTS = {"pynn": "pynn.keras", "jax": "jax", "torch": "torch", "scikit-learn": "sklearn.neural_network"}
NUMPY_FIRST = "import time, numpy; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"
CASES = ("import, over NumPy", "first fit, over a later one")
Lanes = dict[str, dict[str, race.Lane]]


def _import(lane: race.Lane) -> float:
    """Seconds to import a peer's library in a fresh interpreter that has NumPy already."""
    from os import environ

    module = IMPORTS.get(lane.name, "keras" if lane.name.startswith("keras") else "math")
    settings = {**environ, **PEERS[lane.name].environment, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-P", "-c", NUMPY_FIRST.format(module)]
    done = subprocess.run(command, capture_output=True, text=True, env=settings, cwd=HERE)
    if done.returncode:
        lane.fault = done.stderr.strip().splitlines()[-1]
    return float(done.stdout or "nan")


def _first_fit(lane: race.Lane) -> float:
    """Seconds that the first `fit` of a process takes more than the quickest of three later ones."""
    with race.trainers("W1", [lane.name], FEW_ROWS) as (_, remotes):
        remote = remotes[lane.name]
        remote.call("facts")  # the model is made before the clock starts
        first, *later = (remote.call("fit", epochs=1, shuffle=True)["seconds"] for _ in range(4))
    return max(0.0, first - min(later))


def _memory(lane: race.Lane, rows: int) -> None:
    with race.trainers("W1", [lane.name], rows) as (_, remotes):
        lane.facts["memory"] = remotes[lane.name].call("fit", epochs=1, shuffle=True)["memory"]


@pytest.fixture(scope="session")
def results(pytestconfig: pytest.Config) -> Callable[[], Lanes]:
    """All lanes of all cases, run once."""

    @functools.cache
    def run() -> Lanes:
        names = [name for name in chosen(pytestconfig) if not name.endswith("1-thread")]
        rounds = pytestconfig.getoption("--rounds") or ROUNDS
        found: Lanes = {}
        for case, measure in zip(CASES, (_import, _first_fit), strict=True):
            lanes = [race.Lane(name) for name in names]
            race.alternate(lanes, rounds, measure)
            found[case] = {lane.name: lane for lane in lanes}
        for lane in found[CASES[0]].values():
            race.guard(lane, lambda lane=lane: _memory(lane, pytestconfig.getoption("--rows")))
        pytestconfig.stash[TABLES].append(table.costs_table(found))
        return found

    return run


@pytest.mark.parametrize("case", CASES)
@pytest.mark.benchmark(timer=CLOCK)
def bench_costs(case: str, peer: str, results: Callable[[], Lanes], benchmark: Any) -> None:
    if peer.endswith("1-thread"):
        pytest.skip("the same library")
    lane = results()[case][peer]
    benchmark.group = f"costs {case}"
    benchmark.extra_info.update(lane.facts, fault=lane.fault)
    replay(benchmark, lane.seconds or [float("nan")])
    if lane.fault:
        pytest.fail(lane.fault, pytrace=False)
