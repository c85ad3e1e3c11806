"""Steps in which a rank has no rows: the update part of a plan alone."""

from __future__ import annotations

from collections.abc import Callable

from pynn.models.loops import run_and_count
from pynn.models.works import Work


class Idle:
    """Takes part in steps without rows, with gradients that weigh nothing."""

    def __init__(self) -> None:
        self._made: tuple[Work, Work] | None = None  # the update part, and the work that it is of

    def run(self, work: Work, count: int, stopped: Callable[[], bool]) -> None:
        """Do so many steps, unless all ranks stop.

        Parameters
        ----------
        work : Work
            Of training.
        count : int
        stopped : callable
        """
        for _ in range(count):
            if stopped():
                return
            part = self._part(work)
            run_and_count(part.plan, part.runner(0), 0, 1, 1)

    def _part(self, work: Work) -> Work:
        if self._made is None or self._made[1] is not work:
            plan = work.plan.part(("update",))
            plan.counters = work.plan.counters  # of dropout's seeds, too: they count the same on all ranks
            assert work.plan.table is not None
            self._made = Work(plan, work.plan.table, work.batch), work
        return self._made[0]
