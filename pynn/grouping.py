"""Groups: steps that workers walk without waiting for each other.

Every worker gets the same part of each step of a group: rows of the batch, or columns.  That is right as long as a step
takes of what another one of the group writes only what the same worker computed, or nothing.  Else the workers meet
before it, which costs a microsecond or two each time, and longer on a busy machine.  A step that has to wait for the
next group lets later ones, which do not need it, pass: the way forward over the rows of a batch is one group, the way
back through layers of middling size is one, and the updates of all weights are another.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pynn.kernels.contract import Operand
from pynn.kernels.tables import ReferenceKernel, Table
from pynn.slots import Batch, Column, Size, Slot
from pynn.steps import PythonStep, Step

_Cut = tuple[int, int, tuple[Size, ...]]


class _Use(NamedTuple):
    """How a step uses some memory: `part` says how a worker's part of it is cut out, None that it takes all."""

    part: _Cut | None
    written: bool


_Uses = dict[int, list[_Use]]

# Weights that each worker reads whole for its rows, though others wrote some of them: more would take longer than
# the meeting that is saved, and so few are not worth sharing.
_FEWEST_WHOLE, _MOST_WHOLE = 1 << 12, 1 << 15


def shared_by(step: Step) -> str | None:
    """The dimension of its op that workers share out."""
    also = step.op.also
    if also is None:
        return step.op.cut
    whole = [slot for operand, slot in zip(step.op.operands, step.slots, strict=True) if also not in operand.dims]
    return also if _FEWEST_WHOLE <= sum(map(_numbers, whole)) <= _MOST_WHOLE else step.op.cut


def _numbers(slot: Slot) -> float:
    return math.inf if any(isinstance(size, Batch) for size in slot.shape) else math.prod(slot.shape)  # type: ignore[arg-type]


def rows_of(step: Step, dims: Mapping[str, int]) -> tuple[int, int, list[int]] | None:
    """What the core needs of a step of which a part is a call on some rows (`pn_rows`, pynn.h); None for another step.

    The number of the dimension, the extent of such a call, and the bytes of each operand's rows.
    """
    by = shared_by(step)
    if by is None or by == step.op.cut:
        return None
    pairs = zip(step.op.operands, step.slots, strict=True)
    moved = [math.prod(slot.features) * slot.dtype.itemsize if by in operand.dims else 0 for operand, slot in pairs]
    return step.op.dims.index(by), step.op.extent(dims), moved


def in_python(steps: Sequence[Step], table: Table) -> list[Step]:
    """The steps; a Python step for each that has no machine code in the table: a user's function without numba."""
    return [step if isinstance(step, PythonStep) else _walkable(step, table) for step in steps]


def _walkable(step: Step, table: Table) -> Step:
    kernel = table[step.op.name, step.real()]
    if not isinstance(kernel, ReferenceKernel):
        return step
    roles = [(a.role, slot) for a, slot in zip(step.op.operands, step.slots, strict=True)]
    return PythonStep(step.op.name, kernel, roles, step.phase)


def segments(steps: Sequence[Step]) -> list[list[Step]]:
    """Runs of compiled steps, and Python steps one by one."""
    cut: list[list[Step]] = []
    for step in steps:
        if cut and not isinstance(step, PythonStep) and not isinstance(cut[-1][0], PythonStep):
            cut[-1].append(step)
        else:
            cut.append([step])
    return cut


def together(steps: Sequence[Step]) -> list[list[int]]:
    """The numbers of the steps, group by group, each step after all that it depends on."""
    return _groups([_uses(step, shared_by(step)) for step in steps])


def in_turn(steps: Sequence[Step], groups: Sequence[Sequence[int]]) -> list[int]:
    """The numbers of the steps in the order for one worker: weights are updated soon after they are read.

    `groups` are those of `together`, and their order serves if no step is shared by rows.
    """
    if any(shared_by(step) != step.op.cut for step in steps):
        groups = _groups([_uses(step, step.op.cut) for step in steps])
    return [number for group in groups for number in group]


def ahead(steps: Sequence[Step], groups: Sequence[Sequence[int]]) -> list[int]:
    """The numbers of steps that may run before the batch to which they belong: rows brought to the batch, in general.

    They are of the first group, read what no step writes, and write whole what no other step writes, so that two
    memories for it keep two batches apart.
    """
    writers: dict[int, set[int]] = {}
    for i, step in enumerate(steps):
        for operand, slot in zip(step.op.operands, step.slots, strict=True):
            if operand.role != "in":
                writers.setdefault(_memory(slot.root), set()).add(i)
    return [i for i in groups[0] if _may_go_ahead(steps[i], i, writers)]


def _may_go_ahead(step: Step, number: int, writers: Mapping[int, set[int]]) -> bool:
    if step.when or any(isinstance(scalar, Column) for scalar in step.scalars):
        return False
    pairs = zip(step.op.operands, step.slots, strict=True)
    return all(
        _memory(slot.root) not in writers
        if operand.role == "in"
        else operand.role == "out" and slot.root.kind == "arena" and writers[_memory(slot.root)] == {number}
        for operand, slot in pairs
    )


def _groups(uses: Sequence[_Uses]) -> list[list[int]]:
    waiting, groups = list(range(len(uses))), []
    while waiting:
        taken, left = _first_group(waiting, uses)
        groups.append(taken)
        waiting = left
    return groups


def _first_group(waiting: Sequence[int], uses: Sequence[_Uses]) -> tuple[list[int], list[int]]:
    taken: list[int] = []
    left: list[int] = []
    of_taken: _Uses = {}
    of_left: _Uses = {}
    for i in waiting:
        fits = not list(_meetings(uses[i], of_left)) and all(_meetings(uses[i], of_taken))
        (taken if fits else left).append(i)
        for memory, found in uses[i].items():
            (of_taken if fits else of_left).setdefault(memory, []).extend(found)
    return taken, left


def _meetings(later: _Uses, before: _Uses) -> Iterator[bool]:
    """For each pair of uses of the same memory of which one writes: whether both keep to the same part."""
    for memory in later.keys() & before.keys():
        for a in later[memory]:
            for b in before[memory]:
                if a.written or b.written:
                    yield a.part is not None and a.part == b.part


def _uses(step: Step, by: str | None) -> _Uses:
    found: _Uses = {}
    for operand, slot in zip(step.op.operands, step.slots, strict=True):
        use = _Use(_cut(slot, _axis(step, operand, by)), operand.role != "in")
        found.setdefault(_memory(slot.root), []).append(use)
    return found


def _axis(step: Step, operand: Operand, by: str | None) -> int | None:
    return step.op.axis(operand) if by == step.op.cut else 0 if by in operand.dims else None


def _cut(slot: Slot, axis: int | None) -> _Cut | None:
    """The same for slots of which a worker gets the same part: rows of any shape, columns of the same matrix."""
    if axis is None:
        return None
    return id(slot.root), axis, slot.shape if axis else slot.shape[:1]


def _memory(root: Slot) -> int:
    """The same number for slots whose memory may overlap."""
    owner = root.array
    if owner is None:
        return id(root)
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    return id(owner)
