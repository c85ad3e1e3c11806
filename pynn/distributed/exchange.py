"""The exchange of gradients: between the backward pass and the update, one Allreduce over one block of memory.

The weight of a rank in the mean is the number of rows it took in the step, so that all ranks together compute what one
process computes with all of these rows.  It travels in the block, behind the gradients.  A block that is larger than a
core's cache is sent in pieces.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from pynn.distributed.group import Group
from pynn.distributed.job import group, is_initialized
from pynn.plan import Batch, Plan, Slot, Step, resolve
from pynn.steps import PythonStep
from pynn.variables import Variable, aligned_empty

# Numbers behind the gradients: the weight of the mean, and how many ranks want to stop.
_TAIL = 2
_LINE = 64  # bytes: each gradient begins on a cache line of its own
# Bytes of a piece: it stays in the cache while it is weighed, copied and added.  84 MB take 30 ms so, and 50 ms at once
# (two ranks on one machine, `bench/ranks.py`).
_PIECE = 2 << 20


class Round:
    """One call of `fit`, on this rank.

    Parameters
    ----------
    team : Group
    wants_stop : callable
        Whether a callback on this rank has told training to stop.
    """

    def __init__(self, team: Group, wants_stop: Callable[[], bool]) -> None:
        self.team, self.wants_stop = team, wants_stop
        self.stopped = False  # as all ranks know it, since the step before


class Exchange:
    """Makes the gradients of an optimizer those of all ranks.

    Parameters
    ----------
    own_rows : bool
        Whether each rank brings rows of its own, instead of taking its part of rows that all have.
    """

    def __init__(self, own_rows: bool) -> None:
        self.own_rows = own_rows
        self.round: Round | None = None  # while `fit` runs
        self.joined = False  # whether `train_on_batch` has taken over rank 0's weights

    def __getstate__(self) -> dict[str, Any]:
        return {"own_rows": self.own_rows, "round": None, "joined": False}

    @property
    def is_needed(self) -> bool:
        """Whether there are other ranks."""
        return is_initialized() and group().size > 1

    def lower(self, plan: Plan, variables: Sequence[Variable], reductions: Sequence[str | None]) -> None:
        """Emit the exchange behind a backward pass.

        Parameters
        ----------
        plan : Plan
            Its gradients move to one block of memory, into which the backward steps write.
        variables : sequence of Variable
        reductions : sequence of str
            How each loss combines its rows.
        """
        pairs = [(v, plan.gradients[id(v)]) for v in variables if id(v) in plan.gradients]
        if not self.is_needed or not pairs:
            return
        summed = _is_sum(plan, reductions)
        counts, count = _counts(plan, reductions)
        plan.phase = "update"
        block, parts = _block([v.size for v, _ in pairs], plan.dtype)
        taken: set[int] = set()
        for (variable, gradient), part in zip(pairs, parts, strict=True):
            plan.gradients[id(variable)] = _moved(plan, gradient, part, taken)
        slot = plan.fixed("gradients", block)

        def call(rows: np.ndarray, flat: np.ndarray) -> None:
            self._reduce(count(rows), flat, summed)

        plan.python("allreduce", call, [counts], updates=[slot])

    def _reduce(self, weight: float, flat: np.ndarray, summed: bool) -> None:
        now = self.round
        if now is None:
            raise ValueError(
                "A DistributedOptimizer trains in `fit` and `train_on_batch`; for `profile` use a plain optimizer."
            )
        tail = flat[-_TAIL:]
        tail[:] = weight, now.wants_stop()
        if flat.nbytes <= _PIECE:
            _weigh(flat[:-_TAIL], weight, summed)
            now.team.sum(flat)
            if not summed and tail[0]:
                flat[:-_TAIL] /= tail[0]
        else:
            now.team.sum(tail)
            share = weight / float(tail[0]) if tail[0] else 0.0
            for start in range(0, len(flat) - _TAIL, step := _PIECE // flat.itemsize):
                piece = flat[start : min(start + step, len(flat) - _TAIL)]
                _weigh(piece, share, summed)
                now.team.sum(piece)
        now.stopped = bool(tail[1])

    def averaged(self, grads: list[np.ndarray]) -> list[np.ndarray]:
        """Gradients that a program computed itself, averaged over ranks; those of `fit` are already."""
        if self.round is not None or not self.is_needed:
            return grads
        team = group()
        team.meet("apply_gradients", {"gradients": [(g.dtype.name, *g.shape) for g in grads]})
        flat = np.concatenate([g.reshape(-1) for g in grads])
        team.sum(flat)
        flat /= flat.dtype.type(team.size)
        ends = np.cumsum([g.size for g in grads])
        return [part.reshape(g.shape) for part, g in zip(np.split(flat, ends[:-1]), grads, strict=True)]


def _weigh(gradients: np.ndarray, weight: float, summed: bool) -> None:
    if not weight:
        gradients[:] = 0
    elif not summed:
        gradients *= gradients.dtype.type(weight)


def _block(sizes: Sequence[int], dtype: np.dtype[Any]) -> tuple[np.ndarray, list[np.ndarray]]:
    """One block with room for arrays of these sizes and the tail; and the arrays.

    They are made of a buffer, not as views: steps that write different ones need not wait for each other (`grouping`).
    """
    line = _LINE // dtype.itemsize
    starts = np.cumsum([0, *(-(-size // line) * line for size in sizes)]).tolist()
    block = aligned_empty((starts[-1] + _TAIL,), dtype)
    block[:] = 0
    buffer = memoryview(block)  # type: ignore[arg-type]
    at = zip(starts, sizes, strict=False)
    return block, [np.frombuffer(buffer, dtype, size, start * dtype.itemsize) for start, size in at]


def _moved(plan: Plan, gradient: Slot, memory: np.ndarray, taken: set[int]) -> Slot:
    """The gradient in this memory: written there in the first place, or copied if it must stay where it is."""
    root = gradient.root
    if root.kind != "arena" or id(root) in taken or _elements(root) != memory.size:
        copied: Slot = plan.emit("affine", gradient.rows(), scalars=(1.0, 0.0), label=f"{root.name}.sent")
        gradient, root = copied.view(*gradient.shape), copied.root
    taken.add(id(root))
    root.kind, root.array = "fixed", memory.reshape([resolve(size, 1) for size in root.shape])
    return gradient


def _elements(slot: Slot) -> int | None:
    """How many, if that does not depend on the batch."""
    return None if any(isinstance(s, Batch) for s in slot.shape) else math.prod(resolve(s, 1) for s in slot.shape)


def _is_sum(plan: Plan, reductions: Sequence[str | None]) -> bool:
    """Whether the loss of a batch is the sum of its rows' losses, which is just added up."""
    sums = [reduction == "sum" for reduction in reductions]
    if any(sums) and (not all(sums) or _has_penalties(plan)):
        raise ValueError(
            "DistributedOptimizer: a loss with reduction='sum' cannot be combined with one that is a mean, an activity "
            "regularizer or add_loss. Use reduction='sum_over_batch_size' (the default) for all losses."
        )
    return all(sums) and bool(sums)


_Count = Callable[[np.ndarray], float]


def _counts(plan: Plan, reductions: Sequence[str | None]) -> tuple[Slot, _Count]:
    """What adds up to the weight of a rank, and how: all rows, or what the loss divides by instead."""
    found = [rule for step in plan.steps if step.phase == "loss" for rule in _weighing(step)]
    python = [step for step in plan.steps if isinstance(step, PythonStep) and step.phase == "loss"]
    refused = found and (len(found) > 1 or len(reductions) > 1 or _has_penalties(plan))
    if refused or (python and "mean_with_sample_weight" in reductions):
        raise ValueError(
            "DistributedOptimizer: where a mean is not one over all rows (masked outputs, ignore_class, "
            "reduction='mean_with_sample_weight'), the ranks can weigh one built-in loss alone, without activity "
            "regularizers."
        )
    return found[0] if found else (plan.ones(Batch()), _total)


def _weighing(step: Step) -> Iterator[tuple[Slot, _Count]]:
    """What a step that makes weights divides by."""
    name, slots, scalars = step.op.name, step.slots, step.scalars
    if name == "weights_of_mean":
        yield slots[0], _total
    elif name == "weights_of_positive" and scalars[0]:
        yield slots[0], lambda mask: float(np.count_nonzero(mask > 0))
    elif name == "weights_of_others" and scalars[1]:
        yield slots[0], lambda labels: float(np.count_nonzero(labels != scalars[0]))


def _total(rows: np.ndarray) -> float:
    return float(rows.sum(dtype=np.float64))


def _has_penalties(plan: Plan) -> bool:
    return any(slot is plan.penalties for step in plan.steps for slot in step.writes())
