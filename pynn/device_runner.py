"""The runner of the table "cuda": arena, weights and data on the device, one launch for each step.

Launches do not wait, so a batch is put on a stream whole.  What changes between batches changes on the device
(`kernels.cuda.feeding`): every batch is the same list of launches, captured in a CUDA graph once it has run.  Weights
go up when a run begins and come back when it ends: whoever looks between two runs sees them, and may change them.
"""

from __future__ import annotations

import functools
import math
import os
import time
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from pynn.kernels.cuda import feeding
from pynn.kernels.cuda.array import DeviceArray
from pynn.kernels.cuda.device import SIMULATED
from pynn.kernels.cuda.mirror import Mirror
from pynn.kernels.tables import Table
from pynn.plan import Batch, Column, Plan, Slot, resolve
from pynn.slots import Lasting, rows_ahead
from pynn.steps import PythonStep, dims_of
from pynn.watching import Watch

# Batches of a graph: a launch of one costs the host some microseconds, however many steps it has.
_BATCHES_OF_A_GRAPH = 8
# Seconds after which the host looks how far the device is: a fraction of a slice (`models.loops`).
_LOOK_SECONDS = 0.02


class CudaRunner:
    """Walks on the device.  Parameters as for `pynn.runners.CompiledRunner`; runners over one arena share memory of the
    device, too.

    Raises
    ------
    KeyError
        If the table has no kernel for a step.
    """

    def __init__(self, plan: Plan, table: Table, arena: Any, n: int, batch: int) -> None:
        self.reached = 0
        self.owner: object = None
        self.streams, self._n, self._batch = list(plan.streams), n, batch
        self._plan, self._columns, self._watched = plan, plan.columns(), plan.watched
        self._kernels: list[Any] = [
            None if isinstance(s, PythonStep) else table[s.op.name, s.real()] for s in plan.steps
        ]
        self._stream: Any = feeding.new_stream()
        self._bound: dict[str, np.ndarray] = {}
        self._there: dict[str, Any] = {}  # streams on the device
        roots = {id(s.root): s.root for step in plan.steps for s in step.slots}
        written = {id(s) for step in plan.steps for s in step.writes()}
        self._written_streams = [s for s in roots.values() if s.kind == "stream" and id(s) in written]
        fixed = [s for s in roots.values() if s.kind == "fixed" and s.array is not None]
        given = [s.array for s in fixed if s.array is not None]
        self._mirror = Mirror([*given, *([] if plan.watched is None else [plan.watched])], self._stream)
        self._changed = [s.array for s in fixed if s.array is not None and id(s) in written]
        self._arena = arena
        self._memory = {key: self._made(key, root) for key, root in roots.items() if root.kind != "stream"}
        self._lay_control()
        self._graph: Any = None
        self._graphs = os.environ.get("PYNN_CUDA_GRAPHS", "1") != "0" and not SIMULATED

    def _made(self, key: int, root: Slot) -> Any:
        if root.array is not None:
            return self._mirror.device(root.array)
        if key not in self._arena.there:
            count = math.prod(resolve(size, self._arena.capacity) for size in root.shape)
            made = feeding.empty(count, root.dtype)
            if root.kind == "fixed":  # ones
                made = feeding.copied(np.ones(count, root.dtype), self._stream)
            self._arena.there[key] = made
        return self._arena.there[key]

    def _lay_control(self) -> None:
        """Where each step has its scalars and the beginnings of its operands, and what `feed` changes there."""
        starts, scalars = [0], [0.0]
        pointers: list[int] = []
        columns: list[int] = []
        self._places: list[tuple[int, int]] = []  # of each step's operands and scalars
        whens = []
        for step in self._plan.steps:
            self._places.append((len(starts), len(scalars)))
            for operand, slot in enumerate(step.slots):
                if slot.root.kind == "stream" and (moved := _elements_a_batch(slot.root, self._batch)):
                    pointers += [len(starts) + operand, moved, 0]
            for place, scalar in enumerate((step.when or 1.0, *step.scalars), len(scalars)):
                if isinstance(scalar, Column):
                    columns += [place, self._columns.index(scalar), len(self._columns)]
            whens.append(len(scalars))
            starts += [0] * len(step.slots)
            scalars += [0.0 if isinstance(s, Column) else float(s) for s in (step.when or 1.0, *step.scalars)]
        self._scalars = np.array(scalars)
        up = functools.partial(feeding.copied, stream=self._stream)
        self._starts_there, self._scalars_there = up(np.array(starts, np.int64)), up(self._scalars)
        self._pointers_there = up(np.array(pointers or [0], np.int64))
        self._columns_there, self._whens_there = up(np.array(columns or [0], np.int64)), up(np.array(whens, np.int64))
        self._state_there: Any = feeding.empty(feeding.STATE, np.int64)
        self._table_there: Any = feeding.empty(1, np.float64)
        nothing = np.zeros(1) if self._watched is None else self._watched
        self._watched_there = up(nothing) if self._watched is None else self._mirror.device(nothing)

    def bind(self, name: str, array: np.ndarray) -> None:
        """See `pynn.runners.Runner`.  A `Lasting` array is copied to the device once."""
        if not array.flags.c_contiguous:
            raise ValueError(f"stream {name!r} must be C-contiguous, got strides {array.strides}")
        written = any(slot.name == name for slot in self._written_streams)
        if written and not array.flags.writeable:
            raise ValueError(f"stream {name!r} is written to, but the array is read-only")
        before = self._there.get(name)
        if isinstance(array, Lasting) and not written:
            if array.on_device is None:
                array.on_device = feeding.copied(array, self._stream)
                self._stream.synchronize()  # runners with streams of their own read it, too
            self._there[name] = array.on_device
        elif before is None or isinstance(self._bound.get(name), Lasting) or before.size != max(1, array.size):
            self._there[name] = feeding.copied(array, self._stream)
        elif not written and array.size:
            before.copy_to_device(array.reshape(-1), stream=self._stream)
        self._bound[name] = array

    def unbind(self) -> None:
        """See `pynn.runners.Runner`."""
        self._bound.clear()
        self._there = {name: there for name, there in self._there.items() if name == "order"}

    def direct(self, names: Sequence[str]) -> None:
        """There is no shorter way to the device."""

    def end_with(self, *_: Any) -> bool:
        """A batch of another size has kernels of its own."""
        return False

    sum_epochs = end_with  # sums are read once a slice

    def on_device(self, slot: Slot) -> DeviceArray:
        """The memory of a slot, flat, for other libraries to take: by ``__cuda_array_interface__`` or DLPack."""
        return DeviceArray(self._there_of(slot), self._stream)

    def _there_of(self, slot: Slot) -> Any:
        return self._there[slot.root.name] if slot.root.kind == "stream" else self._memory[id(slot.root)]

    def run(self, first: int, last: int, seconds: float) -> int:
        """See `pynn.runners.Runner`."""
        if missing := set(self.streams) - set(self._bound):
            raise ValueError(f"streams {sorted(missing)} have no array: bind them before run")
        table = rows_ahead(self._columns, last - first)
        last = first + len(table)
        self.reached = first
        self._begin(first, last, table)
        end = time.perf_counter() + seconds
        try:
            if None in self._kernels:
                self._walk_mixed(first, last, end)
            else:
                self._walk(first, last, end)
        finally:
            self._finish(first)
        return self.reached

    def _begin(self, first: int, last: int, table: np.ndarray) -> None:
        good = self._watched is not None and bool(np.isfinite(self._watched[0]))
        self._mirror.upload()
        self._scalars_there.copy_to_device(self._scalars, stream=self._stream)
        self._state_there.copy_to_device(np.array([first, first, last, 0, good], np.int64), stream=self._stream)
        if table.size > self._table_there.size:
            self._table_there = feeding.empty(table.size, np.float64)
        if table.size:
            self._table_there[: table.size].copy_to_device(table.reshape(-1), stream=self._stream)

    def _finish(self, first: int) -> None:
        self._stream.synchronize()
        self.reached = int(self._state_there.copy_to_host()[feeding.NEXT])
        self._mirror.download(self._changed)
        for slot in self._written_streams:
            step = _elements_a_batch(slot, self._batch)
            size = math.prod(resolve(part, self._n) for part in slot.shape)
            begin, end = (first * step, (self.reached - 1) * step + size) if self.reached > first else (0, 0)
            if end > begin:
                found = self._there[slot.name][begin:end].copy_to_host()
                self._bound[slot.name].reshape(-1)[begin:end] = found

    def _walk(self, first: int, last: int, end: float) -> None:
        """Put batches on the stream, looking now and then how long they take."""
        at_once, launched = 1, first
        while launched < last:
            start = time.perf_counter()
            count = min(at_once, last - launched)
            launched += self._launch_batches(count)
            self._stream.synchronize()
            now = time.perf_counter()
            if now >= end or self._lost():
                break
            if now - start < _LOOK_SECONDS:
                at_once *= 2

    def _lost(self) -> bool:
        return self._watched is not None and int(self._state_there.copy_to_host()[feeding.ENDED]) != 0

    def _launch_batches(self, count: int) -> int:
        """Put about so many batches on the stream; returns how many.  Those behind the run's last one do nothing."""
        if count < _BATCHES_OF_A_GRAPH or not self._recorded():
            for _ in range(count):
                self._launch_batch()
            return count
        graphs = -(-count // _BATCHES_OF_A_GRAPH)
        for _ in range(graphs):
            self._graph.replay()
        return graphs * _BATCHES_OF_A_GRAPH

    def _recorded(self) -> bool:
        """Whether there is a graph of some batches over the memory that is bound, with the kernels of today."""
        memory = [*(self._there[name] for name in sorted(self._there)), self._table_there]
        if self._graphs and not (self._graph and self._graph.serves(memory)):
            try:
                self._graph = feeding.Recorded(self._stream, self._launch_graph, memory)
            except (ImportError, RuntimeError) as error:
                self._graphs = False
                warnings.warn(
                    f"CUDA graphs cannot be used here ({error}): each step is launched by itself, which takes longer.",
                    stacklevel=2,
                )
        return self._graphs

    def _launch_graph(self) -> None:
        for _ in range(_BATCHES_OF_A_GRAPH):
            self._launch_batch()

    def _launch_batch(self) -> None:
        self._feed()
        for index in range(len(self._kernels)):
            self._launch(index)

    def _feed(self) -> None:
        feeding.launch(
            self._stream, self._state_there, self._starts_there, self._pointers_there, self._scalars_there,
            self._columns_there, self._table_there, self._whens_there, self._watched_there,
        )  # fmt: skip

    @functools.cached_property
    def _dims(self) -> list[dict[str, int]]:
        return [{} if isinstance(s, PythonStep) else dims_of(s, self._n) for s in self._plan.steps]

    def _launch(self, index: int) -> None:
        step, (operands, scalars) = self._plan.steps[index], self._places[index]
        arrays = [self._there_of(slot) for slot in step.slots]
        starts = self._starts_there[operands : operands + len(arrays)]
        own = self._scalars_there[scalars : scalars + 1 + len(step.scalars)]
        self._kernels[index].launch(arrays, starts, self._dims[index], own, self._stream)

    def _walk_mixed(self, first: int, last: int, end: float) -> None:
        """Batch by batch, with what users wrote run in between on arrays of the host."""
        watch = Watch(self._watched)
        watch.begin()
        for batch in range(first, last):
            self._feed()
            for index, step in enumerate(self._plan.steps):
                if isinstance(step, PythonStep):
                    self._call(step, batch)
                else:
                    self._launch(index)
            if time.perf_counter() >= end:
                break
            self._stream.synchronize()

    def _call(self, step: PythonStep, batch: int) -> None:
        self._stream.synchronize()
        parts = [self._part(slot, batch) for slot in step.slots]
        arrays = [part.copy_to_host().reshape(self._shape(s)) for part, s in zip(parts, step.slots, strict=True)]
        step.op.function(*arrays)
        for operand, part, array in zip(step.op.operands, parts, arrays, strict=True):
            if operand.role != "in":
                part.copy_to_device(array.reshape(-1), stream=self._stream)

    def _shape(self, slot: Slot) -> tuple[int, ...]:
        return tuple(resolve(size, self._n) for size in slot.shape)

    def _part(self, slot: Slot, batch: int) -> Any:
        """The memory of a slot in one batch."""
        there = self._there_of(slot)
        begin = batch * _elements_a_batch(slot.root, self._batch) if slot.root.kind == "stream" else 0
        return there[begin : begin + math.prod(self._shape(slot))]


def _elements_a_batch(slot: Slot, batch: int) -> int:
    """Elements by which a stream moves on from batch to batch; 0 for the whole data set, whose rows `order` picks."""
    first = slot.shape[0]
    return (batch * first.times if isinstance(first, Batch) else first) * math.prod(slot.features)
