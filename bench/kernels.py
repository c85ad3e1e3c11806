"""Each kernel of every backend on the CPU, the compiled core's per instruction set, beside NumPy: one core."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import race
import table
from conftest import TABLES
from kernel_cases import CASES, Case
from peers import ONE_THREAD
from remote import Remote, RemoteError
from replay import CLOCK, replay

ROUNDS = 9
# Of Σ|·|: float32 rounding stays far below it, a kernel that computes something else does not.
AGREEMENT = 1e-4
# Below this a kernel may flush to zero.
NOTHING = 1e-30


def contenders() -> list[str]:
    """NumPy, the definitions, numba where it is installed, and this CPU's instruction sets, the default one last."""
    if importlib.util.find_spec("pynn") is None:
        return ["numpy"]
    from pynn.backends import has_numba
    from pynn.kernels.tables import isas

    return ["numpy", "reference", *(["numba"] if has_numba() else []), *isas()]


CONTENDERS = contenders()
Results = Callable[[str], dict[str, race.Lane]]


@pytest.fixture(scope="session")
def remotes() -> Iterator[dict[str, Remote]]:
    """A process per contender."""
    with contextlib.ExitStack() as stack:
        yield {
            name: stack.enter_context(
                Remote(f"kernels-{name}", "kernel_runner:KernelRunner", name, environment=ONE_THREAD)
            )
            for name in CONTENDERS
        }


@pytest.fixture(scope="session")
def results(remotes: dict[str, Remote], pytestconfig: pytest.Config) -> Iterator[Results]:
    """All lanes of a case, run once; the table of all of them at the end."""
    done: dict[str, dict[str, race.Lane]] = {}

    @functools.cache
    def run(name: str) -> dict[str, race.Lane]:
        lanes = _run(CASES[name], remotes, pytestconfig.getoption("--rounds") or ROUNDS)
        done[name] = {lane.name: lane for lane in lanes}
        return done[name]

    yield run
    if done:
        pytestconfig.stash[TABLES].append(table.kernel_table(CASES, done, _peaks(remotes)))


def _run(case: Case, remotes: dict[str, Remote], rounds: int) -> list[race.Lane]:
    lanes = [race.Lane(name) for name in remotes]
    for lane in lanes:
        try:
            lane.facts["sums"] = remotes[lane.name].call("prepare", name=case.name)
        except RemoteError as error:
            lane.fault = str(error)
    race.alternate(lanes, rounds, lambda lane: remotes[lane.name].call("run"), pause=0)  # one thread each
    if case.moves:
        lanes[0].facts["copy"] = remotes["numpy"].call("copy", size=int(case.work))
    for lane in lanes:
        lane.fault = lane.fault or _verdict(lane, lanes[0])
    return lanes


def _verdict(lane: race.Lane, numpy: race.Lane) -> str:
    pairs = zip(lane.facts["sums"], numpy.facts["sums"], strict=True)
    wrong = [
        i for i, ((got, _), (want, scale)) in enumerate(pairs) if not abs(got - want) <= AGREEMENT * scale + NOTHING
    ]
    return f"operands {wrong} differ from NumPy's after one call" if wrong else ""


def _peaks(remotes: dict[str, Remote]) -> dict[str, float]:
    """Peak of one core per instruction set, measured in the same run."""
    return {name: remote.call("peak") for name, remote in remotes.items() if name != "numpy"}


@pytest.mark.parametrize("contender", CONTENDERS)
@pytest.mark.parametrize("name", CASES)
@pytest.mark.benchmark(timer=CLOCK)
def bench_kernel(name: str, contender: str, results: Results, benchmark: Any) -> None:
    lane, case = results(name)[contender], CASES[name]
    benchmark.group = f"kernel {name}"
    replay(benchmark, lane.seconds or [float("nan")])
    if lane.seconds:
        benchmark.extra_info[case.unit] = case.work / lane.median / 1e9
    if lane.fault:
        pytest.fail(lane.fault, pytrace=False)
