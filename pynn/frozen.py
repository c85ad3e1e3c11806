"""Frozen steps: what a plan becomes in the compiled core for one batch size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from pynn import _core
from pynn.arena import Arena
from pynn.grouping import ahead, in_turn, rows_of, shared_by, together
from pynn.kernels.contract import parts_worth
from pynn.kernels.tables import Table
from pynn.slots import Batch, Column, Slot
from pynn.steps import PythonStep, Step, dims_of

_Group = tuple[list[int], int]  # numbers of steps, and the most parts worth cutting them into


class Setting(NamedTuple):
    """What all segments of a runner have in common."""

    table: Table
    arena: Arena
    columns: list[Column]
    shares: bool  # among workers
    n: int  # rows of a batch
    batch: int  # rows by which streams move on from batch to batch


class Segment:
    """Steps between two Python steps, frozen to one C program; or one Python step.

    Parameters
    ----------
    setting : Setting
    steps : sequence of Step
    whole : bool
        Whether these are all steps of the plan: then some may run a batch ahead.
    """

    def __init__(self, setting: Setting, steps: Sequence[Step], whole: bool) -> None:
        self.python: PythonStep | None = steps[0] if isinstance(steps[0], PythonStep) else None
        self.streams: list[tuple[str, bool]] = []  # of each pointer that moves: its stream, whether it is written
        self.program: Any = None
        self.count = len(steps)
        self.spent: np.ndarray | None = None
        self._setting = setting
        if self.python is None:
            self.program = self._frozen(steps, whole)

    def _frozen(self, steps: Sequence[Step], whole: bool) -> Any:
        groups = together(steps)
        first, shared = self._shared(steps, groups, whole)
        twice = {id(slot) for i in first[0] for slot in steps[i].writes()}
        lines = [self._line(step) for step in steps]
        pointers = [pointer for i, step in enumerate(steps) for pointer in self._moving(step, i)]
        turns = [turn for i, step in enumerate(steps) for turn in self._turning(step, i, twice)]
        scalars = [feed for i, step in enumerate(steps) for feed in self._scalars(step, i)]
        return _core.Program(lines, shared, in_turn(steps, groups), pointers, scalars, first, turns)

    def _shared(self, steps: Sequence[Step], groups: list[list[int]], whole: bool) -> tuple[_Group, list[_Group]]:
        """The steps that are to run a batch ahead, and the groups of the others.

        Steps run ahead that are worth sharing, if at some other group all workers but one would wait.
        """
        first = ahead(steps, groups) if whole else []
        parts = self._parts(steps, first)
        if parts > 1:
            left = [[i for i in group if i not in first] for group in groups]
            shared = [(group, self._parts(steps, group)) for group in left if group]
            if any(alone == 1 for _, alone in shared):
                return (first, parts), shared
        return ([], 1), [(group, self._parts(steps, group)) for group in groups]

    def _parts(self, steps: Sequence[Step], group: Sequence[int]) -> int:
        if not self._setting.shares:
            return 1
        return parts_worth(sum(steps[i].op.cost(**dims_of(steps[i], self._setting.n)) for i in group))

    def _line(self, step: Step) -> Any:
        """A step as the core takes it."""
        dims, arena = dims_of(step, self._setting.n), self._setting.arena
        addresses = [0 if slot.root.kind == "stream" else arena.address(slot) for slot in step.slots]
        kernel = self._setting.table[step.key()]
        values = [0.0 if isinstance(s, Column) else float(s) for s in step.scalars]
        by = shared_by(step)
        extent = 1 if by is None else dims[by]
        return kernel.address, addresses, [dims[d] for d in step.op.dims], values, extent, rows_of(step, dims)

    def _moving(self, step: Step, index: int) -> list[tuple[int, int, int]]:
        """The operands of a step that are streams; they are noted."""
        found = [(j, slot.root) for j, slot in enumerate(step.slots) if slot.root.kind == "stream"]
        self.streams += [(root.name, step.op.operands[j].role != "in") for j, root in found]
        return [(index, j, _stride(root, self._setting.batch)) for j, root in found]

    def _turning(self, step: Step, index: int, twice: set[int]) -> list[tuple[int, int, int, int]]:
        """The operands of a step for which batches take turns in two memories, with both of them."""
        arena = self._setting.arena
        found = [(j, slot) for j, slot in enumerate(step.slots) if id(slot.root) in twice]
        return [(index, j, arena.address(slot), arena.other_address(slot)) for j, slot in found]

    def _scalars(self, step: Step, index: int) -> list[tuple[int, int, int]]:
        """The scalars of a step that come from columns."""
        columns = self._setting.columns
        found = [(index, j, columns.index(s)) for j, s in enumerate(step.scalars) if isinstance(s, Column)]
        return found + ([(index, -1, columns.index(step.when))] if step.when else [])


def _stride(slot: Slot, batch: int) -> int:
    """Bytes from batch to batch; 0 for the whole data set, whose rows `order` picks."""
    first = slot.shape[0]
    rows = batch * first.times if isinstance(first, Batch) else first
    return int(rows * math.prod(slot.features) * slot.dtype.itemsize)
