"""Steps: an op applied to slots, or a Python function for what a user wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import numpy as np

from pynn.kernels.contract import Op, Operand
from pynn.slots import Batch, Column, Scalar, Slot, resolve

Phase = Literal["forward", "loss", "backward", "update"]


class Step:
    """An op applied to slots; with a column `when`, only in batches for which that is not 0."""

    __slots__ = ("op", "phase", "scalars", "slots", "when")

    def __init__(
        self, op: Op, slots: Sequence[Slot], scalars: Sequence[Scalar], phase: Phase, when: Column | None = None
    ) -> None:
        self.op, self.slots, self.scalars, self.phase, self.when = op, tuple(slots), tuple(scalars), phase, when

    def reads(self) -> Iterator[Slot]:
        """Root slots whose values matter to the step, those updated in place included."""
        return (s.root for a, s in zip(self.op.operands, self.slots, strict=True) if a.role != "out")

    def writes(self) -> Iterator[Slot]:
        """Root slots that the step changes."""
        return (s.root for a, s in zip(self.op.operands, self.slots, strict=True) if a.role != "in")

    def real(self) -> Any:
        """Element type: that of the operands that do not fix one."""
        for operand, slot in zip(self.op.operands, self.slots, strict=True):
            if operand.dtype is None:
                return slot.dtype
        return np.float32

    def key(self) -> tuple[str, Any]:
        """Of its kernel in a table."""
        return self.op.name, self.real()

    def __repr__(self) -> str:
        count = len(self.op.inputs)
        given, made = ", ".join(map(str, self.slots[:count])), ", ".join(map(str, self.slots[count:]))
        scalars = "; " + ", ".join(map(str, self.scalars)) if self.scalars else ""
        when = f" when {self.when}" if self.when else ""
        return f"{self.op.name}: {given} -> {made}{scalars}{when}"


class PythonOp:
    """What stands in place of an op in a Python step: operands without a signature.

    Parameters
    ----------
    name : str
        Whose code runs.
    function : callable
        ``function(*arrays)``: an array for each slot, those of outputs to be filled.
    operands : sequence of Operand
    """

    scalars: tuple[str, ...] = ()

    def __init__(self, name: str, function: Callable[..., None], operands: Sequence[Operand]) -> None:
        self.name, self.function, self.operands = f"python:{name}", function, tuple(operands)

    @property
    def inputs(self) -> list[Operand]:
        return [a for a in self.operands if a.role == "in"]


class PythonStep(Step):
    """A Python function applied to slots: slower, and only for what a user wrote.

    Parameters
    ----------
    name, function
        See `PythonOp`.
    reads, writes, updates : sequence of Slot
        What the function gets, in this order: inputs, outputs to be filled, and what it changes in place.
    phase : Phase
    """

    __slots__ = ()
    op: PythonOp  # type: ignore[assignment]

    def __init__(
        self, name: str, function: Callable[..., None], slots: Sequence[tuple[str, Slot]], phase: Phase
    ) -> None:
        operands = [Operand(f"a{i}", (), role, slot.dtype.type) for i, (role, slot) in enumerate(slots)]  # type: ignore[arg-type]
        super().__init__(PythonOp(name, function, operands), [slot for _, slot in slots], (), phase)  # type: ignore[arg-type]


def dims_of(step: Step, n: int) -> dict[str, int]:
    """Sizes of an op's dimensions in a batch of n rows, by letter."""
    sizes: dict[str, int] = {}
    for operand, slot in zip(step.op.operands, step.slots, strict=True):
        for letter, size in zip(operand.dims, slot.shape, strict=True):
            if isinstance(letter, str):
                sizes[letter] = resolve(size, n)
    return sizes


def rows_stay_apart(steps: Sequence[Step]) -> bool:
    """Whether each row of the outputs depends on the same row of the inputs alone, and on no number that is drawn."""
    return all(_by_rows(step) for step in steps)


def _by_rows(step: Step) -> bool:
    if isinstance(step, PythonStep) or step.when or any(isinstance(s, Column) for s in step.scalars):
        return False
    for operand, slot in zip(step.op.operands, step.slots, strict=True):
        batches = [isinstance(size, Batch) for size in slot.shape]
        if any(batches[1:]) or (batches[:1] == [True] and step.op.axis(operand) != 0):
            return False
        if operand.role != "in" and batches[:1] != [True]:
            return False
    return True
