"""Runners: they take a plan, a table and a batch size, and walk the steps.

`CompiledRunner` freezes the plan to the C array of steps and walks it without Python.  `ReferenceRunner` walks the
same plan with the NumPy definitions, one Python call a step: a debugger can stop between two of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import numpy as np

from pynn import _core
from pynn.arena import Arena, sizes_of
from pynn.frozen import Segment, Setting
from pynn.grouping import in_python, segments
from pynn.kernels.tables import Table
from pynn.plan import Batch, Column, Plan, Slot, resolve
from pynn.slots import rows_ahead
from pynn.steps import PythonStep
from pynn.watching import Watch, timed

within = _core.within


class Runner(Protocol):
    """What training needs of a runner."""

    reached: int
    owner: object  # the pass whose arrays are bound
    streams: list[str]

    def bind(self, name: str, array: np.ndarray) -> None:
        """Give a stream its array; batch b starts at row ``b * batch``."""

    def unbind(self) -> None:
        """Let go of the arrays."""

    def direct(self, names: Sequence[str]) -> Callable[..., None] | None:
        """What walks one batch over arrays of all streams, which are no longer bound then; None if that takes more."""

    def end_with(self, last: Runner, period: int) -> bool:
        """Let `last`, for fewer rows, walk the last of every `period` batches until `unbind`; False: this cannot."""

    def sum_epochs(self, sums: Sequence[np.ndarray], ends: np.ndarray, period: int) -> bool:
        """After every `period` batches move what `sums` hold to a row of `ends`, until `unbind`; False: this cannot."""

    def run(self, first: int, last: int, seconds: float) -> int:
        """Walk batches [first, last) or until the time is up; returns the batch reached, at least first + 1."""


class CompiledRunner:
    """Walks in C, without the GIL; Python steps, where a user wrote a part, run in between.

    Parameters
    ----------
    plan : Plan
    table : Table
    arena : Arena
    n : int
        Rows of every batch of this runner.
    batch : int
        Rows by which streams move on from batch to batch: a short last batch has n < batch.
    """

    def __init__(self, plan: Plan, table: Table, arena: Arena, n: int, batch: int) -> None:
        self._columns = plan.columns()
        self.reached = 0
        self.owner: object = None
        self.streams, self._unbound = list(plan.streams), set(plan.streams)
        self._n, self._batch, self._arena = n, batch, arena  # the steps point into it
        self.watch = Watch(plan.watched)
        self._bound: dict[str, np.ndarray] = {}
        table.prepare(step.key() for step in plan.steps if not isinstance(step, PythonStep))
        pieces = segments(in_python(plan.steps, table))
        self._pure = len(pieces) == 1 and not isinstance(pieces[0][0], PythonStep)
        setting = Setting(table, arena, self._columns, plan.shares, n, batch)
        self._segments = [Segment(setting, steps, self._pure) for steps in pieces]
        # Per stream: the segment, the number of its pointer there, whether it is written.
        self._feeds: dict[str, list[tuple[Segment, int, bool]]] = {name: [] for name in plan.streams}
        for segment in self._segments:
            self._settle(segment)

    def _settle(self, segment: Segment) -> None:
        """Note its streams, and what it is to watch."""
        for pointer, (name, written) in enumerate(segment.streams):
            self._feeds[name].append((segment, pointer, written))
        if segment.program is not None and self.watch.array is not None:
            segment.program.watch(self.watch.array)

    def bind(self, name: str, array: np.ndarray) -> None:
        """See `Runner`."""
        for segment, pointer, writable in self._feeds[name]:
            segment.program.bind(pointer, array, writable)
        self._bound[name] = array
        self._unbound.discard(name)

    def unbind(self) -> None:
        """See `Runner`."""
        for segment in self._segments:
            if segment.program is not None:
                segment.program.unbind()
        self._bound.clear()
        self._unbound = set(self._feeds)

    def time_steps(self, spent: np.ndarray | None) -> None:
        """Add the seconds of each step to `spent` from now on, float64, one number a step; None: no longer."""
        first = 0
        for segment in self._segments:
            segment.spent = None if spent is None else spent[first : first + segment.count]
            first += segment.count
            if segment.program is not None:
                segment.program.time_steps(segment.spent)

    def direct(self, names: Sequence[str]) -> Callable[..., None] | None:
        """See `Runner`."""
        if not self._pure or self._columns or set(names) != set(self._feeds):
            return None
        places = {pointer: i for i, name in enumerate(names) for _, pointer, _ in self._feeds[name]}
        return _core.Direct(self._segments[0].program, [places[pointer] for pointer in sorted(places)], self._arena)

    def end_with(self, last: Runner, period: int) -> bool:
        """See `Runner`."""
        if self._pure and isinstance(last, CompiledRunner):
            self._segments[0].program.end_with(last._segments[0].program, period)
        return self._pure

    def sum_epochs(self, sums: Sequence[np.ndarray], ends: np.ndarray, period: int) -> bool:
        """See `Runner`."""
        if self._pure:
            self._segments[0].program.sum_epochs(list(sums), ends, period)
        return self._pure

    def run(self, first: int, last: int, seconds: float) -> int:
        """See `Runner`."""
        if self._unbound:
            raise ValueError(f"streams {sorted(self._unbound)} have no array: bind them before run")
        table = rows_ahead(self._columns, last - first)
        last = first + len(table)
        self.reached = first
        if not self._pure:
            return self._run_mixed(first, last, table, seconds)
        program = self._segments[0].program
        program.reached = first
        try:
            reached: int = program.run(first, last, table, seconds)
        finally:
            self.reached = program.reached
        return reached

    def _run_mixed(self, first: int, last: int, table: np.ndarray, seconds: float) -> int:
        end = time.perf_counter() + seconds
        self.watch.begin()
        while self.reached < last:
            batch = self.reached
            row = table[batch - first : batch - first + 1]
            for segment in self._segments:
                if segment.python is None:
                    segment.program.run(batch, batch + 1, row, 0.0)
                else:
                    timed(segment.spent, partial(self._call, segment.python, batch))
            self.reached += 1
            if time.perf_counter() >= end or self.watch.lost():
                break
        return self.reached

    def _call(self, step: PythonStep, batch: int) -> None:
        step.op.function(*[_batch_of(s, self._arena, self._bound, (batch, self._batch, self._n)) for s in step.slots])


def _batch_of(slot: Slot, arena: Arena, bound: dict[str, np.ndarray], where: tuple[int, int, int]) -> np.ndarray:
    """The array of a slot in one batch; `where`: number of the batch, rows from batch to batch, rows of this one."""
    batch, stride, n = where
    if slot.root.kind != "stream":
        return arena.array(slot, n)
    whole, first = bound[slot.root.name], slot.root.shape[0]
    if not isinstance(first, Batch):  # all rows of the data set, the same for every batch; or some for each batch
        whole = whole.reshape(-1, *sizes_of(slot, n)[1:])
        return whole[batch * first : (batch + 1) * first] if first else whole
    if first.times > 1:  # several rows of the slot in each row of the data set
        whole = whole.reshape(-1, *sizes_of(slot.root, n)[1:])
    start = batch * stride * first.times
    return whole[start : start + resolve(first, n)].reshape(sizes_of(slot, n))


class ReferenceRunner:
    """Walks in Python over the same plan, with the NumPy definitions.  Parameters as for `CompiledRunner`."""

    def __init__(self, plan: Plan, table: Table, arena: Arena, n: int, batch: int) -> None:
        self._plan, self._table, self._arena, self._n, self._batch = plan, table, arena, n, batch
        self._bound: dict[str, np.ndarray] = {}
        self.streams, self._columns = list(plan.streams), plan.columns()
        self._watch = Watch(plan.watched)
        self.reached = 0
        self.owner: object = None

    def bind(self, name: str, array: np.ndarray) -> None:
        """See `Runner`."""
        self._bound[name] = array

    def unbind(self) -> None:
        """See `Runner`."""
        self._bound.clear()

    def direct(self, names: Sequence[str]) -> None:
        """There is no shorter way in Python."""

    def end_with(self, last: Runner, period: int) -> bool:
        """There is no shorter way in Python."""
        return False

    def sum_epochs(self, sums: Sequence[np.ndarray], ends: np.ndarray, period: int) -> bool:
        """In Python that is no quicker than one epoch after another."""
        return False

    def run(self, first: int, last: int, seconds: float) -> int:
        """See `Runner`."""
        table, end = rows_ahead(self._columns, last - first), time.perf_counter() + seconds
        self.reached, last = first, first + len(table)
        self._watch.begin()
        while self.reached < last:
            self._walk(self.reached, dict(zip(self._columns, table[self.reached - first], strict=True)))
            self.reached += 1
            if time.perf_counter() >= end or self._watch.lost():
                break
        return self.reached

    def _walk(self, batch: int, row: dict[Column, float]) -> None:
        for step in self._plan.steps:
            if step.when is not None and row[step.when] == 0:
                continue
            arrays = [_batch_of(s, self._arena, self._bound, (batch, self._batch, self._n)) for s in step.slots]
            if isinstance(step, PythonStep):
                step.op.function(*arrays)
                continue
            scalars = [row[s] if isinstance(s, Column) else s for s in step.scalars]
            self._table[step.key()](*arrays, scalars=scalars)


def runner(plan: Plan, table: Table, arena: Arena, n: int, batch: int) -> Runner:
    """The runner that walks with the kernels of a table.  Parameters as for `CompiledRunner`."""
    if table.name == "cuda":
        from pynn.device_runner import CudaRunner

        return CudaRunner(plan, table, arena, n, batch)
    return (ReferenceRunner if table.name == "reference" else CompiledRunner)(plan, table, arena, n, batch)
