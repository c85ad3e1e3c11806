"""The plan: a model laid out once as a flat list of steps over slots.

A **slot** is a named, shaped region.  Its first size may be a `Batch`: so many rows for each row of the batch.
A **step** is an op with its slots and scalars.  Scalars that change from batch to batch are `Column`s: their values are
computed ahead, one row a batch.  Which kernels compute the steps is not the plan's concern (`runners.py`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from pynn.kernels.contract import Op, op_of
from pynn.kernels.tables import Table
from pynn.slots import ALL_ROWS, Batch, Column, Kind, Scalar, Size, Slot, resolve
from pynn.steps import Phase, PythonStep, Step
from pynn.variables import Variable

__all__ = ["ALL_ROWS", "Batch", "Column", "Kind", "Phase", "Plan", "Scalar", "Size", "Slot", "Step", "resolve"]


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
    watched : ndarray of float64, shape (1,), or None
        A number, the loss: the walk comes back to Python after the batch in which it stops being finite.
    draws : dict
        ``{id of a seed generator: places that draw from it, less one}``.
    table : Table or None
        Whose kernels compute it, if that is settled: `print` shows which table each comes from.
    shares : bool
        Whether workers share its steps, where that pays.
    mode_is_said : bool
        Whether somebody has said that this is training or not, which in a graph goes before what its calls say.
    """

    def __init__(self, dtype: Any, training: bool) -> None:
        self.dtype, self.training = np.dtype(dtype), training
        self.steps: list[Step] = []
        self.streams: dict[str, Slot] = {}
        self.kept: list[Slot] = []
        self.gradients: dict[int, Slot] = {}
        self.counters: list[np.ndarray] = []
        self.watched: np.ndarray | None = None
        self.draws: dict[int, int] = {}
        self.shares = self.mode_is_said = True
        self.table: Table | None = None
        self.phase: Phase = "forward"
        self.layer = ""  # whose steps are emitted
        # Where penalties (regularizers, `add_loss`) are added up, times the rows of the batch; None: nobody asks.
        self.penalties: Slot | None = None
        # Or handed out one by one, with their layers; None: added up.
        self.added: list[tuple[Any, Slot]] | None = None
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
            value = variable.live
            slot = Slot(self._unique(variable.path), value.shape, value.dtype, "fixed", value)
            slot.layer = self.layer
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
        **sizes: Size,
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
        **sizes : int or Batch
            Dimensions by letter that only outputs have.

        Raises
        ------
        ValueError
            If there is no such op, or the slots do not fit its signature.
        """
        op = op_of(name)
        wanted = [a for a in op.operands if a.role != "out"]
        if len(given) != len(wanted) or len(scalars) != len(op.scalars):
            raise ValueError(f"{op!r} takes slots {wanted} and scalars {op.scalars}, got {given} and {scalars}")
        slots = self._with_outputs(op, list(given), label or name.removesuffix("_forward"), sizes)
        step = Step(op, slots, scalars, self.phase, when)
        self.steps.append(step)
        made = [s for a, s in zip(op.operands, slots, strict=True) if a.role == "out"]
        return tuple(made) if len(made) > 1 else made[0] if made else None

    def _with_outputs(self, op: Op, given: list[Slot], label: str, more: dict[str, Size]) -> list[Slot]:
        wanted = [a for a in op.operands if a.role != "out"]
        for operand, slot in zip(wanted, given, strict=True):
            if slot.dtype != np.dtype(operand.dtype or self.dtype):
                raise ValueError(f"{op!r}: {operand!r} cannot be slot {slot} of {slot.dtype}")
        sizes: dict[str, Any] = op.bind([slot.shape for slot in given], wanted, more)
        slots, rest = [], iter(given)
        for operand in op.operands:
            if operand.role != "out":
                slots.append(next(rest))
            else:
                shape = tuple(d if isinstance(d, int) else sizes[d] for d in operand.dims)
                full = label if operand is op.outputs[0] else f"{label}.{operand.name}"
                slots.append(self._made(full, shape, operand.dtype))
        return slots

    def _made(self, name: str, shape: tuple[Size, ...], dtype: Any) -> Slot:
        slot = Slot(self._unique(name), shape, dtype or self.dtype, "arena")
        slot.layer = self.layer
        return slot

    def python(
        self,
        name: str,
        function: Callable[..., None],
        reads: Sequence[Slot] = (),
        writes: Sequence[tuple[tuple[Size, ...], Any]] = (),
        updates: Sequence[Slot] = (),
    ) -> list[Slot]:
        """Append a Python step; returns its outputs.

        Parameters
        ----------
        name : str
            Whose code runs: a layer, a loss.
        function : callable
            Called for each batch with the arrays of `reads`, of the outputs, which it fills, and of `updates`, which
            it changes in place.
        reads, updates : sequence of Slot
        writes : sequence of (shape, dtype)
            Outputs to make.
        """
        made = [self._made(name, shape, dtype) for shape, dtype in writes]
        roles = [("in", s) for s in reads] + [("out", s) for s in made] + [("inout", s) for s in updates]
        self.steps.append(PythonStep(name, function, roles, self.phase))
        return made

    def sum(self, a: Slot, b: Slot) -> Slot:
        """Emit a + b, for gradients of what several steps read."""
        total: Slot = self.emit("add_forward", a.rows(), b.rows(), label=a.name)
        return total.view(*a.shape)

    def penalize(self, loss: Slot, layer: Any) -> Slot:
        """Add up what a layer's `add_loss` was given; returns the gradient: 1 for every element, or what is bound."""
        if self.added is not None:
            self.added.append((layer, loss))
            return self.stream(f"dl{len(self.added) - 1}", (_elements(loss),)).view(*loss.shape)
        ones = self.ones(_elements(loss))
        if self.penalties is not None:
            self.python("add_loss", _add_loss, [loss, self.ones(Batch())], updates=[self.penalties])
        return ones.view(*loss.shape)

    @contextlib.contextmanager
    def as_training(self, training: bool | None) -> Iterator[None]:
        """Layers lowered inside behave as in training, or as in inference; as before if None."""
        before = self.training, self.mode_is_said
        if training is not None:
            self.training, self.mode_is_said = training, True
        try:
            yield
        finally:
            self.training, self.mode_is_said = before

    @contextlib.contextmanager
    def of_layer(self, name: str) -> Iterator[None]:
        """Slots made inside are said to be those of a layer."""
        before, self.layer = self.layer, name
        try:
            yield
        finally:
            self.layer = before

    def add_gradient(self, variable: Variable, gradient: Slot) -> None:
        """Say where the gradient of a variable stands; several, of a layer that is used twice, are added up."""
        before = self.gradients.get(id(variable))
        self.gradients[id(variable)] = gradient if before is None else self.sum(before, gradient.view(*before.shape))

    def part(self, phases: Sequence[Phase]) -> Plan:
        """The steps of some phases alone, over the same slots."""
        part = Plan(self.dtype, self.training)
        part.steps = [step for step in self.steps if step.phase in phases]
        used = {id(slot.root) for step in part.steps for slot in step.slots}
        part.streams = {name: slot for name, slot in self.streams.items() if id(slot.root) in used}
        return part

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
        head = f"{'table':11}" if self.table else ""
        lines = [f"{'phase':9}{head}{'op':34}{'operands'}"]
        for step in self.steps:
            name, _, operands = str(step).partition(": ")
            lines.append(f"{step.phase:9}{self.origin(step):{len(head)}}{name:34}{operands}")
        return "\n".join(lines)

    def origin(self, step: Step) -> str:
        """The table that the kernel of a step comes from; "" if no table is settled."""
        if self.table is None:
            return ""
        return "python" if isinstance(step, PythonStep) else self.table.origin(step.key())


def _elements(slot: Slot) -> Size:
    """All sizes as one."""
    if not slot.shape:
        return 1
    size = int(np.prod(slot.features, dtype=np.int64))
    first = slot.shape[0]
    return Batch(first.times * size) if isinstance(first, Batch) else first * size


def _add_loss(loss: np.ndarray, rows: np.ndarray, total: np.ndarray) -> None:
    total += len(rows) * float(loss.sum(dtype=np.float64))
