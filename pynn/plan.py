"""The plan: a model laid out once as a flat list of steps over slots.

A **slot** is a named, shaped region.  Its first size may be a `Batch`: so many rows for each row of the batch.
A **step** is an op with its slots and scalars.  Scalars that change from batch to batch are `Column`s: their values are
computed ahead, one row a batch.  Which kernels compute the steps is not the plan's concern (`runners.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import numpy as np

from pynn.kernels.contract import OPS, Op
from pynn.variables import Variable

Phase = Literal["forward", "loss", "backward", "update"]
# stream: an array bound at run time that moves on with each batch.  fixed: memory that outlives the plan (weights,
# optimizer state, constants, running sums).  arena: written and read within a batch.
Kind = Literal["stream", "fixed", "arena"]


class Batch:
    """A size of `times` rows for each row of the batch."""

    __slots__ = ("times",)

    def __init__(self, times: int = 1) -> None:
        self.times = times

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Batch) and other.times == self.times

    def __hash__(self) -> int:
        return hash(("batch", self.times))

    def __repr__(self) -> str:
        return "n" if self.times == 1 else f"{self.times}n"


Size = int | Batch
# First size of a stream that is the whole data set: its rows are not counted, `order` picks among them.
ALL_ROWS = 0


def resolve(size: Size, n: int) -> int:
    """The size for a batch of `n` rows."""
    return size.times * n if isinstance(size, Batch) else size


class Slot:
    """A named, shaped region of memory; a view shares the memory of its root."""

    __slots__ = ("array", "dtype", "kind", "name", "root", "shape")

    def __init__(
        self, name: str, shape: tuple[Size, ...], dtype: Any, kind: Kind, array: np.ndarray | None = None
    ) -> None:
        self.name, self.shape, self.dtype, self.kind = name, shape, np.dtype(dtype), kind
        self.array = array
        self.root: Slot = self

    @property
    def features(self) -> tuple[int, ...]:
        """Sizes after the first, which are always numbers."""
        return tuple(int(size) for size in self.shape[1:])  # type: ignore[arg-type]

    def view(self, *shape: Size) -> Slot:
        """The same memory in another shape."""
        if self._elements(shape) != self._elements(self.shape):
            raise ValueError(f"slot {self.name}: cannot view shape {self.shape} as {shape}")
        other = Slot(self.name, shape, self.dtype, self.kind)
        other.root = self.root
        return other

    def rows(self) -> Slot:
        """As a matrix: all but the last size together are its rows."""
        if len(self.shape) == 2:
            return self
        first = self.shape[0]
        times = int(np.prod(self.features[:-1], dtype=np.int64))
        rows = Batch(first.times * times) if isinstance(first, Batch) else first * times
        return self.view(rows, *self.features[-1:])

    @staticmethod
    def _elements(shape: tuple[Size, ...]) -> tuple[int, int]:
        batches = sum(isinstance(size, Batch) for size in shape)
        return batches, int(np.prod([size.times if isinstance(size, Batch) else size for size in shape]))

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.shape))})"


class Column:
    """A scalar with a new value for each batch.

    Parameters
    ----------
    name : str
    values : callable
        ``values(count)``: the values for the next `count` batches.
    """

    __slots__ = ("name", "values")

    def __init__(self, name: str, values: Callable[[int], np.ndarray]) -> None:
        self.name, self.values = name, values

    def __repr__(self) -> str:
        return f"<{self.name}>"


Scalar = float | Column


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

    def __repr__(self) -> str:
        count = len(self.op.inputs)
        given, made = ", ".join(map(str, self.slots[:count])), ", ".join(map(str, self.slots[count:]))
        scalars = "; " + ", ".join(map(str, self.scalars)) if self.scalars else ""
        when = f" when {self.when}" if self.when else ""
        return f"{self.op.name}: {given} -> {made}{scalars}{when}"


class Plan:
    """Steps and slots of one model, for one kind of work.

    Parameters
    ----------
    dtype : dtype
        Element type of every slot that does not say otherwise.
    training : bool
        Whether layers lower themselves for training (dropout drops) or for inference.

    Attributes
    ----------
    steps : list of Step
        In the order in which they run.
    gradients : dict
        ``{id of variable: gradient slot}``.
    counters : list of ndarray
        Single integers that count the batches done: an optimizer's iterations, the steps of a dropout's seed.
    """

    def __init__(self, dtype: Any, training: bool) -> None:
        self.dtype, self.training = np.dtype(dtype), training
        self.steps: list[Step] = []
        self.streams: dict[str, Slot] = {}
        self.kept: list[Slot] = []
        self.gradients: dict[int, Slot] = {}
        self.counters: list[np.ndarray] = []
        self.phase: Phase = "forward"
        self._parameters: dict[int, tuple[Variable, Slot]] = {}
        self._names: dict[str, int] = {}

    def stream(self, name: str, shape: tuple[Size, ...], dtype: Any = None) -> Slot:
        """A slot whose array is bound at run time and moves on with each batch."""
        slot = self.streams[name] = Slot(name, shape, dtype or self.dtype, "stream")
        return slot

    def parameter(self, variable: Variable) -> Slot:
        """The slot of a variable: the same slot at every call, the variable's own memory."""
        key = id(variable)
        if key not in self._parameters:
            value = variable.value
            slot = Slot(self._unique(variable.path), value.shape, value.dtype, "fixed", value)
            self._parameters[key] = variable, slot  # the variable too: while it lives, nothing else has its id
        return self._parameters[key][1]

    def fixed(self, name: str, array: np.ndarray) -> Slot:
        """A slot over memory that the caller keeps: constants, running sums."""
        return Slot(self._unique(name), array.shape, array.dtype, "fixed", array)

    def ones(self, size: Size) -> Slot:
        """A constant vector of ones, as long as any batch needs."""
        return Slot(self._unique("ones"), (size,), self.dtype, "fixed")

    def emit(
        self,
        name: str,
        *given: Slot,
        scalars: Sequence[Scalar] = (),
        label: str | None = None,
        when: Column | None = None,
    ) -> Any:
        """Append a step; returns its outputs (one slot, a tuple of them, or None if all are updated in place).

        Parameters
        ----------
        name : str
            An op.
        *given : Slot
            Inputs, then the operands that the op updates in place; outputs proper are made here.
        scalars : sequence of float or Column
        label : str, optional
            Name of the (first) output.
        when : Column, optional
            The step runs only in batches for which this is not 0; who reads what it makes has the same `when`.

        Raises
        ------
        ValueError
            If there is no such op, or the slots do not fit its signature.
        """
        if name not in OPS:
            raise ValueError(f"there is no op {name!r}")
        op = OPS[name]
        wanted = [a for a in op.operands if a.role != "out"]
        if len(given) != len(wanted) or len(scalars) != len(op.scalars):
            raise ValueError(f"{op!r} takes slots {wanted} and scalars {op.scalars}, got {given} and {scalars}")
        slots = self._with_outputs(op, list(given), label or name.removesuffix("_forward"))
        step = Step(op, slots, scalars, self.phase, when)
        self.steps.append(step)
        made = [s for a, s in zip(op.operands, slots, strict=True) if a.role == "out"]
        return tuple(made) if len(made) > 1 else made[0] if made else None

    def _with_outputs(self, op: Op, given: list[Slot], label: str) -> list[Slot]:
        wanted = [a for a in op.operands if a.role != "out"]
        for operand, slot in zip(wanted, given, strict=True):
            if slot.dtype != np.dtype(operand.dtype or self.dtype):
                raise ValueError(f"{op!r}: {operand!r} cannot be slot {slot} of {slot.dtype}")
        sizes: dict[str, Any] = op.bind([slot.shape for slot in given], wanted)
        slots, rest = [], iter(given)
        for operand in op.operands:
            if operand.role != "out":
                slots.append(next(rest))
            else:
                shape = tuple(d if isinstance(d, int) else sizes[d] for d in operand.dims)
                full = label if operand is op.outputs[0] else f"{label}.{operand.name}"
                slots.append(Slot(self._unique(full), shape, operand.dtype or self.dtype, "arena"))
        return slots

    def add_gradient(self, variable: Variable, gradient: Slot) -> None:
        """Say where the gradient of a variable stands.

        Raises
        ------
        ValueError
            If the variable has one already: a layer may stand in a Sequential model once.
        """
        if id(variable) in self.gradients:
            raise ValueError(f"variable {variable.path} would get two gradients; use a layer once in a model")
        self.gradients[id(variable)] = gradient

    def keep(self, slot: Slot) -> None:
        """Mark a slot that somebody outside reads after a batch."""
        self.kept.append(slot.root)

    def into_stream(self, slot: Slot, name: str) -> None:
        """Let a step write its output straight into an array bound at run time, instead of the arena."""
        root = slot.root
        root.kind, root.name = "stream", name
        self.streams[name] = root

    def layout(self) -> None:
        """Drop steps whose outputs nobody reads (the first layer's input gradient)."""
        live = {id(slot) for slot in self.kept}
        kept: list[Step] = []
        for step in reversed(self.steps):
            lasting = (slot for slot in step.writes() if slot.kind != "arena")
            if any(True for _ in lasting) or any(id(slot) in live for slot in step.writes()):
                live.update(id(slot) for slot in step.reads())
                kept.append(step)
        self.steps = kept[::-1]

    def columns(self) -> list[Column]:
        """The columns that steps read, each once."""
        read = ((*step.scalars, step.when) for step in self.steps)
        return list(dict.fromkeys(s for scalars in read for s in scalars if isinstance(s, Column)))

    def _unique(self, name: str) -> str:
        count = self._names[name] = self._names.get(name, 0) + 1
        return name if count == 1 else f"{name}.{count}"

    def __str__(self) -> str:
        lines = [f"{'phase':9}{'op':34}{'operands'}"]
        for step in self.steps:
            name, _, operands = str(step).partition(": ")
            lines.append(f"{step.phase:9}{name:34}{operands}")
        return "\n".join(lines)
