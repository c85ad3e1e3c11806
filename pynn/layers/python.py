"""What a user wrote in Python, as a step of the plan: computed once a batch, with a tape that knows the way back.

Correct first: the walk leaves the compiled core, and the arrays of one batch go through NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pynn.graph import KerasTensor, is_symbolic
from pynn.plan import Batch, Plan, Size, Slot, resolve
from pynn.structures import flatten, map_structure, pack_as
from pynn.tape import GradientTape
from pynn.tensor import as_tensor
from pynn.trials import unchanged
from pynn.variables import Variable

# Two batch sizes: what differs between them is what grows with the batch.
_FEW, _MORE = 2, 3


def outputs_of(function: Callable[..., Any], args: Sequence[Any]) -> Any:
    """KerasTensors for what `function` gives for symbolic arguments: found by running it on zeros."""
    few, more = (_run(function, args, rows) for rows in (_FEW, _MORE))
    shapes = [_common(a, b) for a, b in zip(flatten(few), flatten(more), strict=True)]
    dtypes = [np.asarray(leaf).dtype.name for leaf in flatten(few)]
    return pack_as(few, [KerasTensor(shape, dtype) for shape, dtype in zip(shapes, dtypes, strict=True)])


def _run(function: Callable[..., Any], args: Sequence[Any], rows: int) -> Any:
    def zeros(leaf: Any) -> Any:
        if isinstance(leaf, Slot):
            return as_tensor(np.zeros([resolve(size, rows) for size in leaf.shape], leaf.dtype))
        if is_symbolic(leaf):
            shape = tuple(rows if size is None else size for size in leaf.shape)
            return as_tensor(np.zeros(shape, leaf.dtype))
        return leaf

    with unchanged(), np.errstate(all="ignore"):
        return function(*[map_structure(zeros, arg) for arg in args])


def _common(few: Any, more: Any) -> tuple[int | None, ...]:
    return tuple(a if a == b else None for a, b in zip(np.shape(few), np.shape(more), strict=True))


def slot_shape(function: Callable[..., Any], args: Sequence[Any], name: str) -> tuple[Any, list[tuple[Size, ...]]]:
    """The structure of the outputs of `function`, and their shapes as slots have them."""
    few, more = (_run(function, args, rows) for rows in (_FEW, _MORE))
    found: list[tuple[Size, ...]] = []
    for a, b in zip(flatten(few), flatten(more), strict=True):
        sizes: list[Size] = [
            p if p == q else Batch((q - p) // (_MORE - _FEW)) for p, q in zip(np.shape(a), np.shape(b), strict=True)
        ]
        if any(isinstance(size, Batch) for size in sizes[1:]):
            raise ValueError(f"{name}: the rows of the batch must stay the first axis; an output has shape {sizes}")
        found.append(tuple(sizes))
    return few, found


class _Call:
    """One function in one plan: it runs forward, and what the tape wrote down waits for the way back."""

    def __init__(self, function: Callable[..., Any], args: Sequence[Any], variables: Sequence[Variable]) -> None:
        self.function, self.args, self.variables = function, args, list(variables)
        self.slots: list[Slot] = [leaf for leaf in flatten(list(args)) if isinstance(leaf, Slot)]
        self._tape: GradientTape | None = None
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []

    def forward(self, *arrays: np.ndarray) -> None:
        """Fill the outputs, which stand behind the inputs and the variables."""
        count = len(self.slots)
        self._inputs = [as_tensor(a.copy()) for a in arrays[:count]]
        rest = iter(self._inputs)
        filled = map_structure(lambda leaf: next(rest) if isinstance(leaf, Slot) else leaf, list(self.args))
        with GradientTape(persistent=False) as tape:
            tape.watch([x for x in self._inputs if x.dtype.kind == "f"])
            self._outputs = flatten(self.function(*filled))
        self._tape = tape
        for out, value in zip(arrays[count + len(self.variables) :], self._outputs, strict=True):
            out[...] = np.asarray(value).reshape(out.shape)

    def backward(self, *arrays: np.ndarray) -> None:
        """Fill the gradients of the inputs and of the variables; before them come those of the outputs, and these."""
        assert self._tape is not None
        count = len(self._outputs)
        given, made = arrays[:count], arrays[2 * count :]
        pairs = [(y, as_tensor(dy.reshape(np.shape(y)))) for y, dy in zip(self._outputs, given, strict=True)]
        pairs = [(y, dy) for y, dy in pairs if np.asarray(y).dtype.kind == "f"]
        found = self._tape.gradient(
            [y for y, _ in pairs], [*self._inputs, *self.variables], output_gradients=[dy for _, dy in pairs]
        )
        for out, gradient in zip(made, found, strict=True):
            out[...] = 0 if gradient is None else np.asarray(gradient).reshape(out.shape)
        self._tape, self._inputs, self._outputs = None, [], []


def lower(
    plan: Plan, function: Callable[..., Any], args: Sequence[Any], variables: Sequence[Variable], name: str
) -> tuple[Any, Callable[[Any], Any]]:
    """Emit a Python step for ``function(*args)``.

    Parameters
    ----------
    plan : Plan
    function : callable
        Takes tensors where `args` has slots.
    args : sequence
        Slots, and what else the function takes, nested.
    variables : sequence of Variable
        Trainable variables that the function reads.
    name : str
        Whose code it is.

    Returns
    -------
    tuple
        Slots in the structure of the result, and the function that emits the way back: it returns a slot, or a list
        of them where `args` has more than one.
    """
    call = _Call(function, args, variables)
    structure, shapes = slot_shape(function, args, name)
    weights = [plan.parameter(v) for v in variables]
    ys = plan.python(name, call.forward, [*call.slots, *weights], [(shape, None) for shape in shapes])

    def backward(dy: Any) -> Any:
        dys = [_or_zeros(plan, d, y) for d, y in zip(flatten(dy), ys, strict=True)]
        # Reading the outputs keeps the forward step in front of this one.
        wanted = [(slot.shape, None) for slot in (*call.slots, *weights)]
        made = plan.python(f"{name}.backward", call.backward, [*dys, *ys], wanted)
        for variable, gradient in zip(variables, made[len(call.slots) :], strict=True):
            plan.add_gradient(variable, gradient)
        return made[0] if len(call.slots) == 1 else made[: len(call.slots)]

    return pack_as(structure, ys), backward


def _or_zeros(plan: Plan, dy: Slot | None, y: Slot) -> Slot:
    if dy is not None:
        return dy
    zeros = plan.emit("affine", plan.sum(y, y).rows(), scalars=(0.0, 0.0))
    return zeros.view(*y.shape)  # type: ignore[no-any-return]
