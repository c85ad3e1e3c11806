"""Alternating rounds, and the verdict on each peer."""

from __future__ import annotations

import contextlib
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from remote import Remote, RemoteError


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


def alternate(lanes: Sequence[Lane], rounds: int, run: Any) -> None:
    """Let every lane run once per round; who goes first moves on, so that nobody always follows the same one.

    ``run(lane)`` returns the seconds.  A lane that fails keeps its fault and drops out.
    """
    for r in range(rounds):
        running = [lane for lane in lanes if not lane.fault]
        for lane in running[r % len(running) :] + running[: r % len(running)] if running else ():
            try:
                lane.seconds.append(run(lane))
            except RemoteError as error:
                lane.fault = str(error)


def ratios(lane: Lane, baseline: Lane) -> list[float]:
    """Lane / baseline, round by round: both sides of a round saw the same machine."""
    return [a / b for a, b in zip(lane.seconds, baseline.seconds, strict=False)]


def epochs(workload: Any, names: Sequence[str], rounds: int, mnist: str) -> list[Lane]:
    """One epoch in file order from equal weights (compiles; judged), then `rounds` shuffled, timed epochs each."""
    from peers import PEERS

    lanes, remotes = [Lane(name) for name in names], {}
    with contextlib.ExitStack() as stack:
        for lane in lanes:
            remote = Remote(
                f"{workload.name}-{lane.name}",
                "trainer:Trainer",
                lane.name,
                workload.name,
                mnist,
                environment=PEERS[lane.name].environment,
            )
            remotes[lane.name] = stack.enter_context(remote)
            _guard(lane, lambda lane=lane: _first(lane, remotes[lane.name]))
        alternate(lanes, rounds, lambda lane: remotes[lane.name].call("epoch", shuffle=True)["seconds"])
        for lane in lanes:
            _guard(lane, lambda lane=lane: lane.facts.update(remotes[lane.name].call("score")))
    for lane in lanes:
        lane.fault = lane.fault or verdict(workload, lane, lanes[0])
    return lanes


def _guard(lane: Lane, action: Any) -> None:
    if not lane.fault:
        try:
            action()
        except RemoteError as error:
            lane.fault = str(error)


def _first(lane: Lane, remote: Remote) -> None:
    lane.facts.update(remote.call("facts"))
    epoch = remote.call("epoch", shuffle=False)
    lane.facts.update(first_seconds=epoch["seconds"], first_mean_loss=epoch["loss"])
    lane.facts["first_loss"] = remote.call("score")["loss"]


def verdict(workload: Any, lane: Lane, baseline: Lane) -> str:
    """Why the lane does not count: its loss left the baseline's, or it did not learn.  "" if it counts."""
    loss, expected = lane.facts["first_loss"], baseline.facts.get("first_loss", math.nan)
    if not baseline.fault and not abs(loss - expected) <= workload.agreement * abs(expected):
        return f"loss {loss:.6f} after the first epoch, {baseline.name} has {expected:.6f}"
    if not lane.facts["score"] >= workload.floor:
        return f"score {lane.facts['score']:.4f} below {workload.floor}"
    return ""
