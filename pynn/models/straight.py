"""Straight calls: an array of a form that was seen before goes past the door, to a plan that is frozen for it.

What the long way has checked and found (that such rows fit, the plan, its copy for so many rows) is kept with the model
and holds until a layer changes.  What depends on the values is looked at each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pynn import changes, recording
from pynn.data import Rows
from pynn.layers.context import said_training
from pynn.layers.straight import IN_FORM
from pynn.models import matching
from pynn.models.lowering import stream_name
from pynn.models.works import MOST_AT_ONCE, Work, inside, make_room
from pynn.runners import CompiledRunner, within
from pynn.structures import is_nested, pack_as
from pynn.tensor import Tensor

if TYPE_CHECKING:
    from pynn.models.model import Model

# Forms of rows that a model keeps; the oldest go.
_MOST_KEPT = 32


class Straight:
    """A frozen plan, for one input of one form.

    Parameters
    ----------
    model : Model
    x : ndarray
        An input of that form.
    work : Work
    runner : CompiledRunner
    run : callable
        What walks the runner's steps over x and the outputs; see `CompiledRunner.direct`.
    """

    def __init__(self, model: Model, x: np.ndarray, work: Work, runner: CompiledRunner, run: Any) -> None:
        self.changes = inside(model).changes
        self.work, self._runner, self._run = work, runner, run
        self._shapes = [(len(x), *(int(size or 0) for size in shape[1:])) for shape in matching.output_shapes(model)]
        self._real = model.real
        self.structure = matching.output_structure(model)
        self.single = not is_nested(self.structure)
        self._checks = matching.value_checks(model, 0)
        self._largest = b""
        if x.dtype.kind == "f":
            least = min(self._real, x.dtype, key=lambda dtype: float(np.finfo(dtype).max))
            self._largest = np.asarray(np.finfo(least).max, x.dtype).tobytes()

    def __call__(self, x: np.ndarray) -> list[np.ndarray] | None:
        """The outputs, flat; None where only the long way can tell."""
        if x.flags.num & IN_FORM != IN_FORM or (self._largest and not within(x, self._largest)):
            return None
        for check in self._checks:
            check(x)
        if not self.work.lock.acquire(blocking=False):  # in another thread
            return None
        try:
            if self._runner.owner is not None:  # a pass that stands between two slices: it binds its arrays anew
                self._runner.owner = None
                self._runner.unbind()
            outputs = [np.empty(shape, self._real) for shape in self._shapes]
            self._run(x, *outputs)
        finally:
            self.work.lock.release()
        return outputs


def _kept(model: Model, kind: str, x: Any) -> Straight | None:
    """What is kept for arrays like x, if it still holds."""
    if type(x) is not np.ndarray and type(x) is not Tensor:
        return None
    found: Straight | None = vars(model).get("_short_cuts", {}).get((kind, x.shape, x.dtype))
    return found if found is not None and found.changes == changes.seen.count else None


def call(model: Model, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What ``model(x)`` returns, or None: go the long way."""
    if len(args) != 1 or (kwargs and kwargs.keys() != {"training"}) or recording.state.stack:
        return None
    network = vars(model).get("_network")
    if network is None or network.masked:
        return None
    straight = _kept(model, kind_of(said_training(kwargs)), args[0])
    outputs = straight(args[0]) if straight is not None else None
    if straight is None or outputs is None:
        return None
    if straight.single:
        return outputs[0].view(Tensor)
    return pack_as(straight.structure, [out.view(Tensor) for out in outputs])


def predict(model: Model, x: Any, batch: int | None) -> Any:
    """What ``predict(x)`` returns, or None: go the long way.  `batch`: None if x is one batch."""
    straight = _kept(model, "predict", x)
    if straight is None or (batch is not None and len(x) > batch and not straight.work.rows_stay_apart):
        return None
    outputs = straight(x)
    if outputs is None:
        return None
    return outputs[0] if straight.single else pack_as(straight.structure, outputs)


def kind_of(training: bool | None) -> str:
    """The kind of plan for a call that says whether it is for training, or does not."""
    return "call" if training is None else "forward" if training else "predict"


def keep(model: Model, kind: str, x: Any, rows: Rows, work: Work) -> None:
    """After a call on x the long way: keep what it found, if the next one can go straight."""
    if any(matching.output_types(model)):  # they are converted behind the plan
        return
    known = inside(model)
    if known.changes != changes.seen.count or model._short_cuts.get("inside") is not known:
        return
    if type(x) not in (np.ndarray, Tensor) or not _as_it_was(x, rows) or rows.n > min(work.batch, MOST_AT_ONCE):
        return
    with work.lock:
        runner = work.runner(rows.n)
    names = ["x", *(stream_name("y", i) for i in range(len(matching.output_shapes(model))))]
    if not isinstance(runner, CompiledRunner) or work.plan.counters or (run := runner.direct(names)) is None:
        return
    make_room(model._short_cuts, _MOST_KEPT)
    model._short_cuts["inside"] = known
    model._short_cuts[kind, x.shape, x.dtype] = Straight(model, x, work, runner, run)


def _as_it_was(x: np.ndarray, rows: Rows) -> bool:
    """Whether the door let x through without a change."""
    array = rows.arrays.get("x")
    same = array is not None and len(rows.arrays) == 1 and (array.shape, array.dtype) == (x.shape, x.dtype)
    return same and array.ctypes.data == x.ctypes.data  # type: ignore[union-attr]
