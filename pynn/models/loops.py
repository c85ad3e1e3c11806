"""The loops over batches, and what callbacks hear of them."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn.callbacks import CallbackList
from pynn.data import Rows
from pynn.models import matching
from pynn.models.lowering import stream_name
from pynn.models.works import Work
from pynn.permutations import permutation
from pynn.plan import Plan
from pynn.runners import Runner
from pynn.tensor import as_tensor

if TYPE_CHECKING:
    from pynn.models.compiled import Head, Resolved
    from pynn.models.model import Model

# How long the core walks before Python looks after the progress bar and Ctrl-C.
SLICE_SECONDS = 0.15
Portions = Iterator[tuple[Work, Rows]]


def walk(
    work: Work, streams: Mapping[str, np.ndarray], rows: int, at_a_time: int, end: Callable[[int], int] | None = None
) -> Iterator[int]:
    """Run every batch of a data set; yields the number of batches done, after each slice.

    Parameters
    ----------
    work : Work
    streams : dict
        The arrays of the plan's streams; names that the plan does not read are passed over.
    rows : int
    at_a_time : int
        Batches after which to yield; 0: after about `SLICE_SECONDS`.
    end : callable, optional
        For the batches done, where a slice has to end at the latest.
    """
    this = object()
    done, last = 0, math.ceil(rows / work.batch)
    runner = work.over(rows) if rows else None
    try:
        while runner is not None and done < last:
            with work.lock:
                bind(work.plan, runner, streams, this)
                until = done + at_a_time if at_a_time else end(done) if end else last
                done = run_and_count(work.plan, runner, done, min(until, last), at_a_time)
            yield done
    finally:
        if runner is not None:
            leave(work, runner, this)


def bind(plan: Plan, runner: Runner, streams: Mapping[str, np.ndarray], owner: object) -> bool:
    """Give the runner the arrays of this pass, if another pass has been here; returns whether one has."""
    if runner.owner is owner:
        return False
    if runner.owner is not None:
        runner.unbind()
    for name in plan.streams:
        runner.bind(name, streams[name])
    runner.owner = owner
    return True


def leave(work: Work, runner: Runner, owner: object) -> None:
    """Let go of the arrays of this pass."""
    # Not waiting for it: the garbage collector may close a pass while the lock is held.
    if work.lock.acquire(blocking=False):
        if runner.owner is owner:
            runner.owner = None
            runner.unbind()
        work.lock.release()


def run_and_count(plan: Plan, runner: Runner, first: int, last: int, at_a_time: int) -> int:
    """Run a slice and move the plan's counters on by what was done, also when Ctrl-C arrives, wherever it does."""
    starts = [int(counter.item()) for counter in plan.counters]
    runner.reached = first

    def count() -> None:  # sets, so that doing it twice does no harm
        for counter, start in zip(plan.counters, starts, strict=True):
            counter[...] = start + runner.reached - first

    try:
        runner.run(first, last, math.inf if at_a_time else SLICE_SECONDS)
        count()
    except BaseException:
        count()
        raise
    return runner.reached


def listen(
    model: Model, callbacks: Any, verbose: Any, epochs: int, steps: int | None, add_history: bool = False
) -> CallbackList:
    """The callbacks of one call, with the progress bar that `verbose` asks for."""
    return CallbackList(callbacks, add_history, verbose != 0, model, verbose=verbose, epochs=epochs, steps=steps)


def blank_outputs(model: Model, rows: int) -> list[np.ndarray]:
    """Arrays for the model's outputs for so many rows."""
    shapes = matching.output_shapes(model)
    return [np.empty((rows, *(int(size or 0) for size in shape[1:])), model.real) for shape in shapes]


def blank_masks(plan: Plan, rows: int) -> dict[str, np.ndarray]:
    """Arrays for the masks of outputs that a plan writes, by the names of their streams."""
    streams = {name: slot for name, slot in plan.streams.items() if name.startswith("mask")}
    return {name: np.empty((rows, *slot.features), slot.dtype) for name, slot in streams.items()}


def with_mask(predicted: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
    """Predictions that know what their mask hides."""
    if mask is None:
        return predicted
    known: Any = as_tensor(predicted)
    known._keras_mask = mask.reshape(predicted.shape[: mask.ndim]) != 0
    return known  # type: ignore[no-any-return]


def by_stream(outputs: list[np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays of outputs by the names of their streams."""
    return {stream_name("y", i): out for i, out in enumerate(outputs)}


def train_epoch(model: Model, work: Work, rows: Rows, listeners: CallbackList) -> dict[str, Any]:
    """One pass over the data; returns loss and metrics."""
    order = permutation(rows.n) if "order" in work.plan.streams else None
    each = listeners.wants_batches
    return one_pass(
        Passing(model, work, rows, order),
        # Told to stop before the epoch began, Keras still trains on one batch.
        model.steps_per_execution if each else int(model.stop_training),
        listeners,
        (listeners.on_train_batch_begin, listeners.on_train_batch_end) if each else None,
        lambda: model.stop_training,
    )


def test_epoch(model: Model, work: Work, rows: Rows, listeners: CallbackList) -> dict[str, Any]:
    """One pass without training; returns loss and metrics."""
    listeners.on_test_begin()
    logs = one_pass(
        Passing(model, work, rows, None),
        model.steps_per_execution if listeners.wants_test_batches else 0,
        listeners,
        (listeners.on_test_batch_begin, listeners.on_test_batch_end) if listeners.wants_test_batches else None,
        lambda: False,
    )
    listeners.on_test_end(logs)
    return logs


def train_portions(model: Model, portions: Portions, listeners: CallbackList) -> dict[str, Any]:
    """One pass over data that come in portions of several batches; returns loss and metrics."""
    at_a_time = model.steps_per_execution if listeners.wants_batches else int(model.stop_training)
    hooks = (listeners.on_train_batch_begin, listeners.on_train_batch_end) if listeners.wants_batches else None
    return _passes(model, portions, listeners, (at_a_time, hooks), lambda: model.stop_training)


def test_portions(model: Model, portions: Portions, listeners: CallbackList) -> dict[str, Any]:
    """The same without training."""
    at_a_time = model.steps_per_execution if listeners.wants_test_batches else 0
    hooks = (listeners.on_test_batch_begin, listeners.on_test_batch_end) if listeners.wants_test_batches else None
    listeners.on_test_begin()
    logs = _passes(model, portions, listeners, (at_a_time, hooks), lambda: False)
    listeners.on_test_end(logs)
    return logs


def _passes(
    model: Model, portions: Portions, listeners: CallbackList, how: tuple[int, Any], stopped: Callable[[], bool]
) -> dict[str, Any]:
    logs: dict[str, Any] = {}
    first = 0
    for work, rows in portions:
        passing = Passing(model, work, rows, None, first)
        logs = one_pass(passing, how[0], listeners, how[1], stopped)
        first += math.ceil(rows.n / work.batch)
        if stopped():
            break
    return logs


class Passing:
    """One pass of a plan over a data set: the arrays, and what metrics in Python are given of them."""

    def __init__(self, model: Model, work: Work, rows: Rows, order: np.ndarray | None, first: int = 0) -> None:
        assert work.resolved is not None
        self.work, self.rows, self.resolved, self._order = work, rows, work.resolved, order
        self.streams = dict(rows.arrays)
        if order is not None:
            self.streams["order"] = order
        self.outputs = blank_outputs(model, rows.n) if any(n.startswith("y") for n in work.plan.streams) else []
        self.streams |= by_stream(self.outputs)
        self.masks = blank_masks(work.plan, rows.n)
        self.streams |= self.masks
        self.first = first  # batches of the pass that came before these
        if first == 0:
            self.resolved.reset()

    def feed(self, first: int, last: int) -> None:
        """Give metrics in Python what batches [first, last) put out."""
        if self.outputs:
            at_once = 1 if any(metric.by_batch for metric in self.resolved.metrics) else last - first
            for batch in range(first, last, at_once):
                self._feed(slice(batch * self.work.batch, min((batch + at_once) * self.work.batch, self.rows.n)))

    def _feed(self, rows: slice) -> None:
        picked: Any = rows if self._order is None else self._order[rows]
        for i, head in enumerate(self.resolved.heads):
            y, weights, mask = self.rows.targets[i], self.rows.weights[i], self.masks.get(stream_name("mask", i))
            feed_metrics(
                head,
                None if y is None else y[picked],
                with_mask(self.outputs[i][rows], None if mask is None else mask[rows]),
                None if weights is None else weights[picked],
            )


def feed_metrics(head: Head, y: Any, predicted: np.ndarray, weights: Any) -> None:
    """Give predictions to the metrics of an output that run in Python."""
    for metric in (metric for metric in head.metrics if not metric.lowers):
        metric.update_state(y, predicted)
    for metric in (metric for metric in head.weighted if not metric.lowers):
        metric.update_state(y, predicted, sample_weight=weights)


def one_pass(
    passing: Passing,
    at_a_time: int,
    listeners: CallbackList,
    hooks: tuple[Callable[..., None], Callable[..., None]] | None,
    stopped: Callable[[], bool],
) -> dict[str, Any]:
    logs: dict[str, Any] = {}
    work, rows = passing.work, passing.rows.n
    heard = hooks is not None or listeners.wants_slices
    steps = walk(work, passing.streams, rows, at_a_time, listeners.end_of_slice(passing.first))
    done, total = 0, math.ceil(rows / work.batch)
    while done < total and (done == 0 or not stopped()):
        if hooks:
            with totals_kept(passing.resolved):
                hooks[0](passing.first + done)
        before, done = done, next(steps)
        passing.feed(before, done)
        if not heard:
            continue
        logs = passing.resolved.logs()
        if hooks:
            with totals_kept(passing.resolved):
                hooks[1](passing.first + done - 1, logs)
        else:
            listeners.on_slice(passing.first + done - 1, logs)
    return logs if heard else passing.resolved.logs()


def predict_epoch(
    work: Work, batch: int, rows: Rows, out: list[np.ndarray], listeners: CallbackList, pack: Any
) -> None:
    """Fill `out` with the outputs for the rows; `pack` puts outputs into the model's structure.

    The work may take its rows in other portions than the `batch` that listeners hear of, unless they want every batch.
    """
    wanted, done, total = listeners.wants_predict_batches, 0, math.ceil(rows.n / work.batch)
    steps = walk(work, rows.arrays | by_stream(out), rows.n, int(wanted))
    listeners.on_predict_begin()
    while done < total:
        if wanted:
            listeners.on_predict_batch_begin(done)
        done = next(steps)
        if wanted:
            seen = slice((done - 1) * work.batch, done * work.batch)
            listeners.on_predict_batch_end(done - 1, {"outputs": pack([part[seen] for part in out])})
        else:
            listeners.on_slice(math.ceil(min(done * work.batch, rows.n) / batch) - 1)
    listeners.on_predict_end()


@contextlib.contextmanager
def totals_kept(resolved: Resolved | None) -> Iterator[None]:
    """Around a hook within a pass: it may evaluate, with the same metrics."""
    if resolved is None:  # no data yet
        yield
        return
    totals = resolved.totals()
    values = [total.copy() for total in totals]
    yield
    for total, value in zip(totals, values, strict=True):
        total[...] = value
