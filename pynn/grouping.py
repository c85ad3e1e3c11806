"""Groups: steps that workers walk without waiting for each other.

Every worker gets the same part of each step of a group: rows of the batch, or columns.  That is right as long as a step
takes of what another one of the group writes only what the same worker computed, or nothing.  Else the workers meet
before it, which costs a microsecond or two each time, and longer on a busy machine.  A step that has to wait for the
next group lets later ones, which do not need it, pass: the way forward over the rows of a batch is one group, and the
updates of all weights are another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from pynn.kernels.tables import ReferenceKernel, Table
from pynn.slots import Size, Slot
from pynn.steps import PythonStep, Step

_Cut = tuple[int, int, tuple[Size, ...]]


class _Use(NamedTuple):
    """How a step uses some memory: `part` says how a worker's part of it is cut out, None that it takes all."""

    part: _Cut | None
    written: bool


_Uses = dict[int, list[_Use]]


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
    uses = [_uses(step) for step in steps]
    waiting, groups = list(range(len(steps))), []
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


def _uses(step: Step) -> _Uses:
    found: _Uses = {}
    for operand, slot in zip(step.op.operands, step.slots, strict=True):
        use = _Use(_cut(slot, step.op.axis(operand)), operand.role != "in")
        found.setdefault(_memory(slot.root), []).append(use)
    return found


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
