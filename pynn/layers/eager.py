"""A layer applied to arrays by itself: its plan, run once; a tape that records gets the way back from the same plan."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn import backends, recording, trials
from pynn.arena import Arena
from pynn.entries import record
from pynn.kernels.tables import table
from pynn.layers import masks
from pynn.layers.added import add_loss
from pynn.layers.shapes import shapes
from pynn.nothing import refuse_none
from pynn.plan import Batch, Plan, Slot
from pynn.runners import Runner, runner
from pynn.structures import arrays_of, flatten, is_nested, pack_as
from pynn.tensor import Tensor, as_tensor
from pynn.variables import Variable

if TYPE_CHECKING:
    from pynn.layers.layer import Layer

# Plans that a layer keeps: one for each shape of the input, mode, and whether a tape records.
_MOST_APPLIED = 8


# Layers that functions of keras.ops can compute, for tapes within tapes; `twice`, which names them, puts them in.
AGAIN: dict[type, Callable[..., Any]] = {}


class _Applied:
    """A layer's plan for inputs of some shapes: forward steps, and backward steps if a tape records."""

    def __init__(
        self, layer: Layer, xs: list[np.ndarray], structure: Any, training: bool, taped: bool, masked: Any
    ) -> None:
        self.plan = Plan(np.dtype(layer.dtype), training)
        slots = [self.plan.stream(f"x{i}", (Batch(), *x.shape[1:])) for i, x in enumerate(xs)]
        if masked is not None:
            slots[0].mask = self.plan.stream("mask", (Batch(), *masked[1:]))
        added: list[tuple[Any, Slot]] = []
        self.plan.added = added
        y, backward = layer.lower(self.plan, pack_as(structure, slots))
        self.variables: list[Variable] = layer.trainable_weights if taped else []  # lowering may build activations
        self.structure = y
        ys = [self._output(slot, i) for i, slot in enumerate(flatten(y))]
        self.adders = [adder for adder, _ in added]
        for i, (_, slot) in enumerate(added):
            self._output(self._copy(slot), len(ys) + i)
        self.shapes = [slot.shape for slot in [*ys, *(slot for _, slot in added)]]
        self.gradients: list[bool] = []
        if taped:
            self._way_back(backward, ys, slots)
        self.plan.layout()
        self.n = len(xs[0])
        self.free: list[_Memory] = []
        self.is_direct = not added and not self.plan.counters and not is_nested(y) and not self.plan.columns()

    def _copy(self, slot: Slot) -> Slot:
        copied: Slot = self.plan.emit("affine", slot.rows(), scalars=(1.0, 0.0))
        return copied

    def _output(self, slot: Slot, index: int) -> Slot:
        """A slot that nothing else names, written to a stream."""
        if slot.root.kind != "arena":  # the layer passes its input on, or a weight
            slot = self._copy(slot).view(*slot.shape)
        self.plan.keep(slot)
        self.plan.into_stream(slot, f"y{index}")
        return slot

    def _way_back(self, backward: Any, ys: list[Slot], slots: list[Slot]) -> None:
        self.plan.phase = "backward"
        dys = [self.plan.stream(f"dy{i}", y.shape) for i, y in enumerate(ys)]
        dxs = flatten(backward(pack_as(self.structure, dys)))
        weights = [self.plan.gradients.get(id(v)) for v in self.variables]
        for index, gradient in enumerate([*dxs, *weights]):
            self.gradients.append(gradient is not None)
            if gradient is not None:
                copied = self._copy(gradient)
                self.plan.keep(copied)
                self.plan.into_stream(copied, f"d{index}")


class _Memory:
    """An arena with the runners over it: what one recorded call holds until its gradient has been taken."""

    def __init__(self, applied: _Applied) -> None:
        plan, n = applied.plan, applied.n
        arena = Arena(plan, n)
        self.forward = runner(plan.part(("forward",)), table(), arena, n, n)
        self.backward = runner(plan.part(("backward",)), table(), arena, n, n) if applied.gradients else None


def apply(layer: Layer, x: Any, training: bool, mask: Any = None) -> Any:
    """The output of `layer` for the rows of `x`, some of whose steps a mask may hide.

    Raises
    ------
    ValueError
        If x has no rows or a shape that the layer cannot take.
    """
    refuse_none(f"layer '{layer.name}': its input", "each array", *(x if type(x) in (list, tuple) else [x]))
    given, structure = arrays_of(x)
    xs = [_array(layer, leaf) for leaf in given]
    _check_rows(layer, xs)
    arrays = pack_as(structure, xs)
    if layer.built:
        layer.check_input(shapes(arrays))
    else:
        layer.ensure_built(shapes(arrays))
    hidden = masks.as_array(layer, mask, xs[0]) if layer._takes_mask and masks.there(mask) else None
    if len(recording.state.stack) > 1 and type(layer) in AGAIN and hidden is None:
        tensors = [_tensor(leaf, a) for leaf, a in zip(given, xs, strict=True)]
        found = AGAIN[type(layer)](layer, pack_as(structure, tensors), training)
        if found is not None:
            return found
    taped = bool(recording.state.stack)
    applied = _applied(layer, xs, arrays, (training, taped, None if hidden is None else hidden.shape))
    memory = applied.free.pop() if applied.free else _Memory(applied)
    outs = [
        np.empty([applied.n * s.times if isinstance(s, Batch) else s for s in shape], layer.dtype)
        for shape in applied.shapes
    ]
    state = _State(layer, applied.plan) if taped else None
    inputs = {f"x{i}": a for i, a in enumerate(xs)} | ({} if hidden is None else {"mask": hidden})
    _note(layer, applied.plan)
    _run(memory.forward, inputs | _named("y", outs))
    _count(applied.plan)
    if state is None:
        applied.free.append(memory)
        return _handed_out(applied, [as_tensor(out) for out in outs])
    return _handed_out(applied, _recorded(layer, _Lease(applied, memory, state), (given, inputs), outs))


def _handed_out(applied: _Applied, made: list[Any]) -> Any:
    """The outputs, which stand first; losses go to the layers that added them."""
    count = len(made) - len(applied.adders)
    for adder, loss in zip(applied.adders, made[count:], strict=True):
        add_loss(adder, loss)
    return pack_as(applied.structure, made[:count])


def _note(layer: Layer, plan: Plan) -> None:
    """In a trial, what the call may change is put back afterwards."""
    if trials.is_on():
        for array in (*(v.live for v in layer.non_trainable_weights), *plan.counters):
            trials.note(array)


def _named(name: str, arrays: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays for the streams of this name; a scalar is a row."""
    return {f"{name}{i}": a if a.ndim else a.reshape(1) for i, a in enumerate(arrays)}


def _tensor(leaf: Any, array: np.ndarray) -> Any:
    """An input in the layer's type, which a tape follows if it followed what was given."""
    if not isinstance(leaf, Tensor):
        return as_tensor(array)
    return leaf if leaf.dtype == array.dtype else leaf.astype(array.dtype)


def _array(layer: Layer, leaf: Any) -> np.ndarray:
    array = np.ascontiguousarray(leaf, layer.dtype)
    if np.ndim(leaf) < 1 or len(array) == 0:
        raise ValueError(f"layer '{layer.name}' needs an array with at least one row, got shape {np.shape(leaf)}")
    return array


def _check_rows(layer: Layer, xs: list[np.ndarray]) -> None:
    """All inputs have as many rows as the first one: the plan of a batch reads so many of each."""
    if any(len(x) != len(xs[0]) for x in xs):
        raise ValueError(
            f"layer '{layer.name}' needs inputs with the same number of rows (the batch, their first axis), "
            f"got shapes {', '.join(str(x.shape) for x in xs)}"
        )


def _applied(layer: Layer, xs: list[np.ndarray], structure: Any, how: tuple[bool, bool, Any]) -> _Applied:
    kept: dict[Any, _Applied] = layer.__dict__.setdefault("_applied", {})
    key = _key(layer, [x.shape for x in xs], how)
    if key not in kept:
        while len(kept) >= _MOST_APPLIED:
            del kept[next(iter(kept))]
        kept[key] = _Applied(layer, xs, structure, *how)
    return kept[key]


def _key(layer: Layer, sizes: Any, how: tuple[bool, bool, Any]) -> Any:
    return (tuple(sizes), how, backends.get_backend(), tuple(map(id, layer.trainable_weights)))


def direct(layer: Layer, x: np.ndarray, training: bool) -> tuple[Any, tuple[int, ...]] | None:
    """What computes the one output for an array of a form that was seen, and its shape; None if that takes more.

    ``run(x, y)`` has a memory of its own, which two threads must not use at once.
    """
    applied = layer.__dict__.get("_applied", {}).get(_key(layer, [x.shape], (training, False, None)))
    if applied is None or not applied.is_direct:
        return None
    run = _Memory(applied).forward.direct(["x0", "y0"])
    applied.is_direct = run is not None  # else it has Python steps
    shape = tuple(applied.n * s.times if isinstance(s, Batch) else s for s in applied.shapes[0])
    return None if run is None else (run, shape)


def _run(runner: Runner, arrays: dict[str, np.ndarray]) -> None:
    for name in runner.streams:
        runner.bind(name, arrays[name])
    runner.run(0, 1, 0.0)


def _count(plan: Plan) -> None:
    for counter in plan.counters:
        counter += 1


class _State:
    """The weights and counters of a call, for the way back: an optimizer or another call may change them before."""

    def __init__(self, layer: Layer, plan: Plan) -> None:
        self._arrays = [*(v.live for v in layer.weights), *plan.counters]
        self._values = [array.copy() for array in self._arrays]

    @contextlib.contextmanager
    def again(self) -> Iterator[None]:
        """As it was when the call was made."""
        pairs = list(zip(self._arrays, self._values, strict=True))
        changed = [(a, value, a.copy()) for a, value in pairs if not np.array_equal(a, value, equal_nan=True)]
        for array, value, _ in changed:
            array[...] = value
        try:
            yield
        finally:
            for array, _, now in changed:
                array[...] = now


class _Lease:
    """Memory of a call; it is given back when nobody can ask for the gradient of the call any more."""

    def __init__(self, applied: _Applied, memory: _Memory, state: _State) -> None:
        self.applied, self.memory, self.state = applied, memory, state

    def __del__(self) -> None:
        self.applied.free.append(self.memory)


def _recorded(layer: Layer, held: _Lease, inputs: Any, outs: list[np.ndarray]) -> list[Any]:
    (given, arrays_in), applied = inputs, held.applied
    xs = [arrays_in[f"x{i}"] for i in range(len(given))]

    def backward(*slopes: np.ndarray) -> list[np.ndarray | None]:
        runner = held.memory.backward
        assert runner is not None
        like = [*xs, *(v.live for v in applied.variables)]
        found = [
            np.empty(np.shape(a), layer.dtype) if there else None
            for a, there in zip(like, applied.gradients, strict=True)
        ]
        arrays = arrays_in | _named("y", outs)
        count = len(outs) - len(applied.adders)
        dys = [np.ascontiguousarray(dy, layer.dtype) for dy in slopes]
        arrays |= _named("dy", dys[:count]) | _named("dl", dys[count:])
        arrays |= {f"d{i}": a for i, a in enumerate(found) if a is not None}
        with held.state.again():
            _run(runner, arrays)
        return found

    made: list[Any] = flatten(record(layer, [*given, *applied.variables], outs, backward))
    return made
