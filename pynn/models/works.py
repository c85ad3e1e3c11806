"""Works: plans of a model, each made at first use and kept until the model changes."""

from __future__ import annotations

import _thread
import functools
import os
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from pynn import backends, changes
from pynn.arena import Arena
from pynn.data import Rows
from pynn.kernels.tables import Table, table
from pynn.layers.tracking import owned, unique
from pynn.metrics import Metric
from pynn.models.lowering import Source, Sources, Task, lower_predict, lower_test, lower_train
from pynn.plan import Plan
from pynn.runners import Runner, runner
from pynn.short_last import ShortLast
from pynn.steps import rows_stay_apart

if TYPE_CHECKING:
    import numpy as np

    from pynn.layers import Layer
    from pynn.models.compiled import Resolved
    from pynn.models.model import Model
    from pynn.variables import Variable

# Plans that a model keeps, and frozen copies that a plan keeps: one for each batch size and form of the data.  More
# than a program uses, unless it walks through batch sizes; then the oldest go.
MOST_WORKS, MOST_RUNNERS = 32, 16
# Rows that are computed at a time where the user's batch size does not matter: a power of two, so that few plans serve
# all numbers of rows.
MOST_AT_ONCE = 1024


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

    def __init__(self, plan: Plan, table: Table, batch: int) -> None:
        self.plan, self.batch = plan, batch
        self.resolved: Resolved | None = None
        self.made_for: tuple[Any, ...] = ()
        self.lock = _thread.allocate_lock()
        _ALIVE.add(self)
        self._table = plan.table = table
        self._arena: Arena | None = None
        self._runners: dict[int, Runner] = {}

    @functools.cached_property
    def rows_stay_apart(self) -> bool:
        """Whether a row comes out the same in a batch of any size."""
        return not self.plan.counters and rows_stay_apart(self.plan.steps)

    def runner(self, n: int) -> Runner:
        """The runner for batches of `n` rows."""
        if self._arena is None:
            self._arena = Arena(self.plan, self.batch)
        if n not in self._runners:
            make_room(self._runners, MOST_RUNNERS)
            self._runners[n] = runner(self.plan, self._table, self._arena, n, self.batch)
        return self._runners[n]

    def over(self, rows: int) -> Runner:
        """A runner for a data set of so many rows, of which the last batch may be short."""
        full, rest = divmod(rows, self.batch)
        with self.lock:
            if not full or not rest:
                return self.runner(rest or self.batch)
            return ShortLast(self.runner(self.batch), self.runner(rest), full + 1)


_ALIVE: WeakSet[Work] = WeakSet()


def _renew_locks() -> None:
    """In the child after a fork: whoever held a lock is not here."""
    for work in _ALIVE:
        work.lock = _thread.allocate_lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_locks)


def make_room(kept: dict[Any, Any], most: int) -> None:
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
    known = inside(model)
    exchange = getattr(task.optimizer, "exchange", None)
    form = (arrays, repr(rows.structure), shuffled, id(compiled), id(task.resolved), id(exchange), known.key)
    backend = "reference" if model.run_eagerly else backends.get_backend()
    key = (kind, batch, backend, *form)
    if key not in model._works:
        make_room(model._works, MOST_WORKS)
        plan = _plan_of(model, kind, form)
        if plan is None:
            plan = _lowered(model, kind, Sources(arrays, rows.structure, shuffled), task)
            if inside(model).key != known.key:  # layers that are activations were built
                return work_for(model, kind, rows, batch, shuffled)
        made = Work(plan, table(backend), batch)
        made.resolved, made.made_for = task.resolved, (compiled, task, exchange, known)
        model._works[key] = made
    found: Work = model._works[key]
    return found


class Inside:
    """The layers and variables of a model: what its plans were lowered from."""

    def __init__(self, layers: list[Layer], variables: list[Variable], changes: int) -> None:
        self.layers, self.variables, self.changes = layers, variables, changes
        self.real: np.dtype[Any] | None = None  # `Model.real`, once it is known
        self.key = (*((id(layer), layer.trainable) for layer in layers), *map(id, variables))

    @functools.cached_property
    def trainable(self) -> list[Variable]:
        """The variables that training changes."""
        return self.layers[0].trainable_weights

    @functools.cached_property
    def metrics(self) -> list[Metric]:
        """Metrics among the attributes of the model and of layers inside it; those of models inside do not count."""
        model, *others = self.layers
        layers = [model, *(layer for layer in others if not hasattr(type(layer), "fit"))]
        return unique([metric for layer in layers for metric in owned(layer, Metric)])

    @functools.cached_property
    def size(self) -> int:
        """How many numbers all variables hold."""
        return sum(variable.size for variable in self.variables)


def inside(model: Model) -> Inside:
    """What is in the model now; looked through again only if something has changed since."""
    kept: Inside | None = model._short_cuts.get("inside")
    if kept is not None and kept.changes == changes.seen.count:
        return kept
    before = changes.seen.count
    found = Inside([model, *model.all_sublayers()], model.weights, before)
    if all(type(layer).__module__.startswith("pynn.") for layer in found.layers):  # see `tracking.owned`
        model._short_cuts["inside"] = found
    return found


def _plan_of(model: Model, kind: str, form: tuple[Any, ...]) -> Plan | None:
    """The plan of a work for another batch size: plans depend neither on it nor on the backend."""
    return next((work.plan for (k, _, _, *f), work in model._works.items() if k == kind and tuple(f) == form), None)


def _lowered(model: Model, kind: str, sources: Sources, task: Task) -> Plan:
    plan = Plan(model.real, kind in ("train", "forward"))
    plan.mode_is_said = kind != "call"
    if kind == "train":
        lower_train(plan, model, sources, task)
    elif kind == "test":
        lower_test(plan, model, sources, task)
    else:
        lower_predict(plan, model, sources)
    return plan
