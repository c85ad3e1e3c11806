"""Alternating rounds, and the verdict on each peer."""

from __future__ import annotations

import contextlib
import importlib.util
import math
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from remote import Remote, RemoteError

# A difference of losses that decides nothing: of rows that are known by heart, chance is left.
NOTHING = 0.02
# Seconds of wall time that a lane gets for its timed rounds, and rounds that it gets all the same.
MOST_SECONDS, LEAST_ROUNDS = 60.0, 2


@dataclass
class Lane:
    """What one contender did: seconds of each round, facts for the table, and why it does not count (if so)."""

    name: str
    seconds: list[float] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    fault: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


# Seconds before a turn.  Threads of the one before may still look for work, on a core: those of OpenBLAS do for 0.11 s.
PAUSE = 0.15


def alternate(lanes: Sequence[Lane], rounds: int, run: Any, most: float = math.inf, pause: float = PAUSE) -> None:
    """Let every lane run once per round; who goes first moves on, so that nobody always follows the same one.

    ``run(lane)`` returns the seconds.  A lane that fails keeps its fault and drops out; one that has taken more than
    `most` seconds of wall time sits out the other rounds, but for the second.
    """
    taken = dict.fromkeys((lane.name for lane in lanes), 0.0)
    for r in range(rounds):
        running = [lane for lane in lanes if not lane.fault and (taken[lane.name] < most or r < LEAST_ROUNDS)]
        for lane in running[r % len(running) :] + running[: r % len(running)] if running else ():
            time.sleep(pause)
            start = time.perf_counter()
            try:
                lane.seconds.append(run(lane))
            except RemoteError as error:
                lane.fault = str(error)
            taken[lane.name] += time.perf_counter() - start


def ratios(lane: Lane, baseline: Lane) -> list[float]:
    """Lane / baseline, round by round: both sides of a round saw the same machine."""
    return [a / b for a, b in zip(lane.seconds, baseline.seconds, strict=False)]


@contextlib.contextmanager
def trainers(workload: str, names: Sequence[str], rows: int) -> Iterator[tuple[list[Lane], dict[str, Remote]]]:
    """A lane and a process for each peer of a workload."""
    from peers import PEERS

    with contextlib.ExitStack() as stack:
        remotes = {
            name: stack.enter_context(
                Remote(
                    f"{workload}-{name}",
                    "trainer:Trainer",
                    name,
                    workload,
                    str(rows),
                    environment=PEERS[name].environment,
                )
            )
            for name in names
        }
        yield [Lane(name) for name in names], remotes


def peaks() -> dict[str, float]:
    """The peak of one core and of all, in operations a second; empty without pynn, whose core measures it."""
    if importlib.util.find_spec("pynn") is None:
        return {}
    with Remote("peaks", "trainer:Machine", environment={}) as machine:
        found: dict[str, float] = machine.call("peaks")
        return found


def epochs(workload: Any, names: Sequence[str], rounds: int, rows: int = 0) -> list[Lane]:
    """One epoch in file order from equal weights (compiles; judged), then `rounds` shuffled, timed ones each."""
    with trainers(workload.name, names, rows) as (lanes, remotes):
        for lane in lanes:
            guard(lane, lambda lane=lane: _first(lane, remotes[lane.name]))

        def timed(lane: Lane) -> float:
            done = remotes[lane.name].call("fit", epochs=workload.epochs, shuffle=True)
            lane.facts["memory"] = done["memory"]
            return float(done["seconds"])

        alternate(lanes, rounds, timed, MOST_SECONDS)
        for lane in lanes:
            guard(lane, lambda lane=lane: lane.facts.update(remotes[lane.name].call("score")))
    for lane in lanes:
        lane.fault = lane.fault or verdict(workload, lane, lanes[0])
    return lanes


def guard(lane: Lane, action: Callable[[], Any]) -> None:
    """Do something for a lane that is still running; if it fails, the lane has its fault."""
    if not lane.fault:
        try:
            action()
        except RemoteError as error:
            lane.fault = str(error)


def _first(lane: Lane, remote: Remote) -> None:
    lane.facts.update(remote.call("facts"))
    done = remote.call("fit", epochs=1, shuffle=False)
    lane.facts.update(first_seconds=done["seconds"], first_losses=done["losses"])
    lane.facts["first_loss"] = remote.call("score")["loss"]


def verdict(workload: Any, lane: Lane, baseline: Lane) -> str:
    """Why the lane does not count: a loss left the baseline's, or it did not learn.  "" if it counts."""
    if not baseline.fault:
        compared = [
            ("after the first epoch", "first_loss", workload.agreement, 0.0),
            ("after all epochs", "loss", workload.drift, NOTHING),
        ]
        for when, key, bound, least in compared:
            loss, expected = lane.facts[key], baseline.facts[key]
            if not abs(loss - expected) <= bound * abs(expected) + least:
                return f"loss {loss:.6f} {when}, {baseline.name} has {expected:.6f}"
        for loss, expected in zip(lane.facts["first_losses"][1:], baseline.facts["first_losses"][1:], strict=True):
            if not abs(loss - expected) <= workload.agreement * abs(expected):
                return f"loss {loss:.6f} on rows held back, {baseline.name} has {expected:.6f}"
    score = lane.facts.get("score", math.nan)
    return "" if score >= workload.floor else f"score {score:.4f} below {workload.floor}"
