"""Works: plans of a model, each made at first use and kept until the model changes."""

from __future__ import annotations

import _thread
import os
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from pynn.data import Rows
from pynn.kernels.tables import Table, table
from pynn.models.lowering import Source, Sources, Task, lower_predict, lower_test, lower_train
from pynn.plan import Plan
from pynn.runners import Arena, CompiledRunner, ReferenceRunner, Runner

if TYPE_CHECKING:
    from pynn.models.compiled import Resolved
    from pynn.models.model import Model

# Plans that a model keeps, and frozen copies that a plan keeps: one for each batch size and form of the data.  More
# than a program uses, unless it walks through batch sizes; then the oldest go.
MOST_WORKS, MOST_RUNNERS = 32, 16


class Work:
    """A plan laid out for batches of up to `batch` rows, with its arena and its runners.

    Attributes
    ----------
    plan : Plan
    resolved : Resolved or None
        The losses and metrics that the plan adds up.
    made_for : tuple
        What the plan was made for.  Kept alive: a work is found by the ids of these objects.
    lock
        Held while a slice runs: passes in other threads, or inside a callback, take turns.
    """

    def __init__(self, plan: Plan, table: Table, batch: int, eager: bool) -> None:
        self.plan, self.batch = plan, batch
        self.resolved: Resolved | None = None
        self.made_for: tuple[Any, ...] = ()
        self.lock = _thread.allocate_lock()
        _ALIVE.add(self)
        self._table, self._eager = table, eager
        self._arena: Arena | None = None
        self._runners: dict[int, Runner] = {}

    def runner(self, n: int) -> Runner:
        """The runner for batches of `n` rows."""
        if self._arena is None:
            self._arena = Arena(self.plan, self.batch)
        if n not in self._runners:
            _make_room(self._runners, MOST_RUNNERS)
            kind = ReferenceRunner if self._eager else CompiledRunner
            self._runners[n] = kind(self.plan, self._table, self._arena, n, self.batch)
        return self._runners[n]


_ALIVE: WeakSet[Work] = WeakSet()


def _renew_locks() -> None:
    """In the child after a fork: whoever held a lock is not here."""
    for work in _ALIVE:
        work.lock = _thread.allocate_lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_locks)


def _make_room(kept: dict[Any, Any], most: int) -> None:
    """Drop the oldest entries until one more fits."""
    while len(kept) >= most:
        del kept[next(iter(kept))]


def work_for(model: Model, kind: str, rows: Rows, batch: int, shuffled: bool) -> Work:
    """The work of a kind for a data set of this form and a batch size.

    Parameters
    ----------
    model : Model
    kind : {"train", "test", "predict", "forward", "call"}
        "forward" is "predict" with layers behaving as in training, "call" one where nobody has said how.
    rows : Rows
    batch : int
    shuffled : bool
        Whether rows are read in the order of the stream "order".
    """
    arrays = tuple((name, Source(a.dtype, a.shape[1:])) for name, a in sorted(rows.arrays.items()))
    compiled, task = model._compiled, Task()
    if kind in ("train", "test") and compiled is not None:
        task = Task(compiled.latest, compiled.optimizer)
    layers = [model, *model.all_sublayers()]
    state = tuple((id(layer), layer.trainable) for layer in layers)
    variables = model.weights
    known = (id(compiled), id(task.resolved), *map(id, variables))
    key = (kind, arrays, repr(rows.structure), shuffled, batch, state, known)
    if key not in model._works:
        _make_room(model._works, MOST_WORKS)
        made = _lowered(model, kind, Sources(arrays, rows.structure, shuffled), task, batch)
        made.made_for = (compiled, task, variables, layers)
        model._works[key] = made
    found: Work = model._works[key]
    return found


def _lowered(model: Model, kind: str, sources: Sources, task: Task, batch: int) -> Work:
    eager = model._compiled is not None and model._compiled.run_eagerly
    plan = Plan(model.real, kind in ("train", "forward"))
    plan.mode_is_said = kind != "call"
    work = Work(plan, table("reference" if eager else "cython"), batch, eager)
    work.resolved = task.resolved
    if kind == "train":
        lower_train(plan, model, sources, task)
    elif kind == "test":
        lower_test(plan, model, sources, task)
    else:
        lower_predict(plan, model, sources)
    return work
