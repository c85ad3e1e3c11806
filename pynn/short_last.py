"""Batches of one size but for the last of an epoch, which has the rows that are left."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pynn.runners import Runner


class ShortLast:
    """Two runners of one plan as one: `last`, for fewer rows, walks the last of every `period` batches.

    Parameters
    ----------
    runner, last : Runner
    period : int
        Batches of an epoch, at least 2.
    """

    def __init__(self, runner: Runner, last: Runner, period: int) -> None:
        self._runner, self._last, self.period = runner, last, period
        self.reached, self.streams = 0, runner.streams
        self._at_once = False  # in the compiled core, without coming back before a short batch

    @property
    def owner(self) -> object:
        """The pass whose arrays are bound in both."""
        return self._runner.owner if self._runner.owner is self._last.owner else None

    @owner.setter
    def owner(self, owner: object) -> None:
        self._runner.owner = self._last.owner = owner

    def bind(self, name: str, array: np.ndarray) -> None:
        """See `Runner`."""
        self._runner.bind(name, array)
        self._last.bind(name, array)
        if name == self.streams[0]:
            self._at_once = self._runner.end_with(self._last, self.period)

    def unbind(self) -> None:
        """See `Runner`."""
        self._runner.unbind()
        self._last.unbind()

    def direct(self, names: Sequence[str]) -> Callable[..., None] | None:
        """It is more than one batch."""
        return None

    def end_with(self, last: Runner, period: int) -> bool:
        """It ends with one already."""
        return False

    def sum_epochs(self, sums: Sequence[np.ndarray], ends: np.ndarray, period: int) -> bool:
        """See `Runner`; once the arrays are bound."""
        return self._at_once and self._runner.sum_epochs(sums, ends, period)

    def run(self, first: int, last: int, seconds: float) -> int:
        """See `Runner`; comes back before and after a short batch, if the core does not do both."""
        self.reached = first
        runner, until = self._next(first, last)
        try:
            return runner.run(first, until, seconds)
        finally:
            self.reached = max(first, runner.reached)

    def _next(self, batch: int, last: int) -> tuple[Runner, int]:
        """Who walks the batch, and how far."""
        if self._at_once:
            return self._runner, last
        left = self.period - 1 - batch % self.period  # before the short one
        return (self._runner, min(last, batch + left)) if left else (self._last, batch + 1)
