"""Rounds that were timed elsewhere, handed to pytest-benchmark through its own fixture.

pytest-benchmark times one test after the other; alternating rounds need all contenders at once, each in its own
process.  So the rounds are run first, and the fixture then "times" a function that only moves its clock on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class ReplayClock:
    """A timer for ``@pytest.mark.benchmark(timer=...)`` that stands still unless told."""

    __name__ = "replay"  # pytest-benchmark writes it into its JSON

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def rewind(self) -> None:
        """Back to 0: adding up long runs would round short ones away."""
        self.now = 0.0


CLOCK = ReplayClock()


def replay(benchmark: Any, seconds: Sequence[float]) -> None:
    """Give the fixture one round per duration.  The test must be marked with ``timer=CLOCK``."""
    waiting = iter(seconds)

    def spend() -> None:
        CLOCK.now += next(waiting)

    benchmark.pedantic(spend, setup=CLOCK.rewind, rounds=len(seconds))
