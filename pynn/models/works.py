"""Works: plans of a model, each made at first use and kept until the model changes."""

from __future__ import annotations

import _thread
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import numpy as np

from pynn.data import Rows
from pynn.kernels.tables import Table, table
from pynn.metrics import RowMean
from pynn.models.lowering import Source, Sources, Task, lower_predict, lower_test, lower_train
from pynn.plan import Plan
from pynn.runners import Arena, CompiledRunner, ReferenceRunner, Runner

if TYPE_CHECKING:
    from pynn.models.training import Trainer

# Plans that a model keeps, and frozen copies that a plan keeps: one for each batch size and form of the data.  More
# than a program uses, unless it walks through batch sizes; then the oldest go.
MOST_WORKS, MOST_RUNNERS = 32, 16


class Work:
    """A plan laid out for batches of up to `batch` rows, with its arena and its runners.

    Attributes
    ----------
    plan : Plan
    loss_sum : ndarray, shape (1,)
        Running sum of the weighted losses of all rows.
    losses_per_row : int
        Losses for each row of the batch: more than 1 where outputs have more than two axes.
    metrics : sequence of RowMean
        Those that the plan adds up.
    made_for : tuple
        What the plan was made for.  Kept alive: a work is found by the ids of these objects.
    lock
        Held while a slice runs: passes in other threads, or inside a callback, take turns.
    """

    def __init__(self, plan: Plan, table: Table, batch: int, eager: bool) -> None:
        self.plan, self.batch = plan, batch
        self.loss_sum = np.zeros(1)
        self.losses_per_row = 1
        self.metrics: Sequence[RowMean] = ()
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


def work_for(model: Trainer, kind: str, rows: Rows, batch: int, shuffled: bool) -> Work:
    """The work of a kind for a data set of this form and a batch size.

    Parameters
    ----------
    model : Trainer
    kind : {"train", "test", "predict", "forward"}
        "forward" is "predict" with layers behaving as in training.
    rows : Rows
    batch : int
    shuffled : bool
        Whether rows are read in the order of the stream "order".
    """
    x, values, labels, weights = (None if a is None else Source(a.dtype, a.shape[1:]) for a in rows)
    assert x is not None
    sources = Sources(x, values, labels, weights, shuffled)
    compiled = model._compiled
    task = Task()
    if kind in ("train", "test") and compiled is not None:
        task = Task(compiled.loss, tuple(compiled.resolved), compiled.optimizer)
    variables = model.trainable_weights
    key = (kind, sources, batch, id(compiled), tuple(map(id, (*task.metrics, *variables))))
    if key not in model._works:
        _make_room(model._works, MOST_WORKS)
        model._works[key] = _lowered(model, kind, sources, task, batch)
        model._works[key].made_for = (compiled, task, variables)
    return model._works[key]


def _lowered(model: Trainer, kind: str, sources: Sources, task: Task, batch: int) -> Work:
    eager = model._compiled is not None and model._compiled.run_eagerly
    plan, layers = Plan(model.real, kind in ("train", "forward")), model.chain()
    work = Work(plan, table("reference" if eager else "cython"), batch, eager)
    work.metrics = task.metrics
    if kind == "train":
        work.losses_per_row = lower_train(plan, layers, sources, task, work.loss_sum, model.trainable_weights)
    elif kind == "test":
        work.losses_per_row = lower_test(plan, layers, sources, task, work.loss_sum)
    else:
        lower_predict(plan, layers, sources)
    return work
