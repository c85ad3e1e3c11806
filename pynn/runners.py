"""Runners: they take a plan, a table and a batch size, and walk the steps.

`CompiledRunner` freezes the plan to the C array of steps and walks it without Python.  `ReferenceRunner` walks the
same plan with the NumPy definitions, one Python call a step: a debugger can stop between two of them.
"""

from __future__ import annotations

import time
from typing import Any, Protocol

import numpy as np

from pynn import _core
from pynn.kernels.tables import Table
from pynn.plan import Batch, Column, Plan, Slot, Step, resolve
from pynn.variables import aligned_empty

# Operations for which waking a worker and meeting it again (1-2 µs) costs little: about 5 µs of one core's work.
_WORTH_SHARING = 250_000
_MOST_PARTS = 256


class Arena:
    """The memory of a plan's arena slots, for batches of up to `capacity` rows."""

    def __init__(self, plan: Plan, capacity: int) -> None:
        self.capacity = capacity
        self._arrays: dict[int, np.ndarray] = {}
        slots = {id(s.root): s.root for step in plan.steps for s in step.slots}
        for key, slot in slots.items():
            if slot.kind == "arena":
                self._arrays[key] = aligned_empty(_sizes(slot, capacity), slot.dtype)
            elif slot.kind == "fixed" and slot.array is None:
                self._arrays[key] = np.ones(_sizes(slot, capacity), slot.dtype)
            elif slot.kind == "fixed" and slot.array is not None:
                self._arrays[key] = slot.array

    def array(self, slot: Slot, n: int) -> np.ndarray:
        """The slot as an array for a batch of `n` rows."""
        whole = self._arrays[id(slot.root)]
        shape = _sizes(slot, n)
        return whole.reshape(-1)[: int(np.prod(shape))].reshape(shape)


def _sizes(slot: Slot, n: int) -> tuple[int, ...]:
    return tuple(resolve(size, n) for size in slot.shape)


def _dims(step: Step, n: int) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for operand, slot in zip(step.op.operands, step.slots, strict=True):
        for letter, size in zip(operand.dims, slot.shape, strict=True):
            if isinstance(letter, str):
                sizes[letter] = resolve(size, n)
    return sizes


class Runner(Protocol):
    """What training needs of a runner."""

    reached: int
    owner: object  # the pass whose arrays are bound

    def bind(self, name: str, array: np.ndarray) -> None:
        """Give a stream its array; batch b starts at row ``b * batch``."""

    def unbind(self) -> None:
        """Let go of the arrays."""

    def run(self, first: int, last: int, seconds: float) -> int:
        """Walk batches [first, last) or until the time is up; returns the batch reached, at least first + 1."""


class CompiledRunner:
    """Walks in C, without the GIL.

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
        self._feeds: dict[str, list[tuple[int, bool]]] = {name: [] for name in plan.streams}
        self.reached = 0
        self.owner: object = None
        self._unbound = set(plan.streams)
        steps: list[Any] = []
        pointers: list[tuple[int, int, int]] = []
        scalars: list[tuple[int, int, int]] = []
        for index, step in enumerate(plan.steps):
            addresses = []
            for j, slot in enumerate(step.slots):
                if slot.root.kind == "stream":
                    self._feeds[slot.root.name].append((len(pointers), step.op.operands[j].role != "in"))
                    pointers.append((index, j, _stride(slot.root, batch)))
                    addresses.append(0)
                else:
                    addresses.append(arena.array(slot, n).ctypes.data)
            values = [0.0 if isinstance(s, Column) else float(s) for s in step.scalars]
            scalars += [(index, j, self._columns.index(s)) for j, s in enumerate(step.scalars) if isinstance(s, Column)]
            scalars += [(index, -1, self._columns.index(step.when))] if step.when else []
            steps.append(self._frozen(step, table, n, addresses, values))
        self._arena = arena  # the steps point into it
        self._program = _core.Program(steps, pointers, scalars)

    def _frozen(self, step: Step, table: Table, n: int, addresses: list[int], values: list[float]) -> Any:
        dims = _dims(step, n)
        extent = step.op.extent(dims)
        kernel = table[step.op.name, _real(step)]
        parts = max(1, min(extent, _MOST_PARTS, step.op.cost(**dims) // _WORTH_SHARING))
        return kernel.address, addresses, [dims[d] for d in step.op.dims], values, extent, parts

    def bind(self, name: str, array: np.ndarray) -> None:
        """See `Runner`."""
        for pointer, writable in self._feeds[name]:
            self._program.bind(pointer, array, writable)
        self._unbound.discard(name)

    def unbind(self) -> None:
        """See `Runner`."""
        self._program.unbind()
        self._unbound = set(self._feeds)

    def run(self, first: int, last: int, seconds: float) -> int:
        """See `Runner`."""
        if self._unbound:
            raise ValueError(f"streams {sorted(self._unbound)} have no array: bind them before run")
        table = _table(self._columns, last - first)
        self._program.reached = first
        try:
            return self._program.run(first, last, table, seconds)
        finally:
            self.reached = self._program.reached


class ReferenceRunner:
    """Walks in Python over the same plan, with the NumPy definitions.  Parameters as for `CompiledRunner`."""

    def __init__(self, plan: Plan, table: Table, arena: Arena, n: int, batch: int) -> None:
        self._plan, self._table, self._arena, self._n, self._batch = plan, table, arena, n, batch
        self._bound: dict[str, np.ndarray] = {}
        self._columns = plan.columns()
        self.reached = 0
        self.owner: object = None

    def bind(self, name: str, array: np.ndarray) -> None:
        """See `Runner`."""
        self._bound[name] = array

    def unbind(self) -> None:
        """See `Runner`."""
        self._bound.clear()

    def run(self, first: int, last: int, seconds: float) -> int:
        """See `Runner`."""
        table, end = _table(self._columns, last - first), time.perf_counter() + seconds
        self.reached = first
        while self.reached < last:
            self._walk(self.reached, dict(zip(self._columns, table[self.reached - first], strict=True)))
            self.reached += 1
            if time.perf_counter() >= end:
                break
        return self.reached

    def _walk(self, batch: int, row: dict[Column, float]) -> None:
        for step in self._plan.steps:
            if step.when is not None and row[step.when] == 0:
                continue
            arrays = [self._array(slot, batch) for slot in step.slots]
            scalars = [row[s] if isinstance(s, Column) else s for s in step.scalars]
            self._table[step.op.name, _real(step)](*arrays, scalars=scalars)

    def _array(self, slot: Slot, batch: int) -> np.ndarray:
        if slot.root.kind != "stream":
            return self._arena.array(slot, self._n)
        whole = self._bound[slot.root.name]
        first = slot.root.shape[0]
        if not isinstance(first, Batch):  # all rows of the data set: the same for every batch
            return whole.reshape(-1, *_sizes(slot, self._n)[1:])
        start = batch * self._batch * first.times
        return whole[start : start + resolve(first, self._n)].reshape(_sizes(slot, self._n))


def _real(step: Step) -> Any:
    """Element type of a step: that of its operands that do not fix one."""
    for operand, slot in zip(step.op.operands, step.slots, strict=True):
        if operand.dtype is None:
            return slot.dtype
    return np.float32


def _stride(slot: Slot, batch: int) -> int:
    """Bytes from batch to batch; 0 for the whole data set, whose rows `order` picks."""
    first = slot.shape[0]
    if not isinstance(first, Batch):
        return 0
    return int(batch * first.times * np.prod(slot.features, dtype=np.int64) * slot.dtype.itemsize)


def _table(columns: list[Column], count: int) -> np.ndarray:
    """The values of the columns for the next `count` batches, a row a batch."""
    if not columns:
        return np.empty((count, 0))
    return np.ascontiguousarray(np.stack([np.asarray(c.values(count), np.float64) for c in columns], axis=1))
