"""The loops over batches, and what callbacks hear of them."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pynn.callbacks import CallbackList
from pynn.data import Rows
from pynn.models.works import Work
from pynn.plan import Plan
from pynn.runners import Runner

if TYPE_CHECKING:
    from pynn.models.training import Trainer

# How long the core walks before Python looks after the progress bar and Ctrl-C.
SLICE_SECONDS = 0.15


def walk(work: Work, streams: Mapping[str, np.ndarray], rows: int, one_by_one: bool) -> Iterator[int]:
    """Run every batch of a data set; yields the number of batches done, after each slice.

    Parameters
    ----------
    work : Work
    streams : dict
        The arrays of the plan's streams; names that the plan does not read are passed over.
    rows : int
    one_by_one : bool
        Whether to yield after each batch instead of about every `SLICE_SECONDS`.
    """
    this = object()
    full, rest = divmod(rows, work.batch)
    used: set[Runner] = set()
    try:
        for first, last, n in ((0, full, work.batch), (full, full + 1, rest)):
            done = first if n else last
            while done < last:
                with work.lock:
                    runner = _bound(work, n, streams, this)
                    used.add(runner)
                    done = _run_and_count(work.plan, runner, done, done + 1 if one_by_one else last)
                yield done
    finally:
        # Not waiting for it: the garbage collector may close this generator while the lock is held.
        if work.lock.acquire(blocking=False):
            for runner in used:
                if runner.owner is this:
                    runner.owner = None
                    runner.unbind()
            work.lock.release()


def _bound(work: Work, n: int, streams: Mapping[str, np.ndarray], owner: object) -> Runner:
    """The runner for batches of n rows, with the arrays of this pass."""
    runner = work.runner(n)
    if runner.owner is not owner:
        for name in work.plan.streams:
            runner.bind(name, streams[name])
        runner.owner = owner
    return runner


def _run_and_count(plan: Plan, runner: Runner, first: int, last: int) -> int:
    """Run a slice and move the plan's counters on by what was done, also when Ctrl-C arrives, wherever it does."""
    starts = [int(counter.item()) for counter in plan.counters]
    runner.reached = first

    def count() -> None:  # sets, so that doing it twice does no harm
        for counter, start in zip(plan.counters, starts, strict=True):
            counter[...] = start + runner.reached - first

    try:
        runner.run(first, last, SLICE_SECONDS)
        count()
    except BaseException:
        count()
        raise
    return runner.reached


def listen(
    model: Trainer, callbacks: Any, verbose: Any, epochs: int, steps: int, add_history: bool = False
) -> CallbackList:
    """The callbacks of one call, with the progress bar that `verbose` asks for."""
    return CallbackList(callbacks, add_history, verbose != 0, model, verbose=verbose, epochs=epochs, steps=steps)


def blank_outputs(model: Trainer, rows: int) -> np.ndarray:
    """An array for the model's outputs for so many rows."""
    return np.empty((rows, *(int(size or 0) for size in model.output_shape[1:])), model.real)


class Validation(NamedTuple):
    """What is evaluated after each `every`-th epoch."""

    work: Work
    rows: Rows
    every: int


def run_epochs(
    model: Trainer, work: Work, train: Rows, validation: Validation | None, epochs: range, listeners: CallbackList
) -> None:
    """Train for these epochs, evaluating in between, until a callback sets ``model.stop_training``."""
    model.stop_training = False
    model._initial_epoch = epochs.start
    listeners.on_train_begin()  # BackupAndRestore may set another epoch to begin with
    logs: dict[str, Any] = {}
    for epoch in range(model._initial_epoch or epochs.start, epochs.stop):
        listeners.on_epoch_begin(epoch)
        logs = train_epoch(model, work, train, listeners)
        if validation is not None and (epoch + 1) % validation.every == 0:
            found = test_epoch(model, validation.work, validation.rows, listeners)
            logs |= {f"val_{key}": value for key, value in found.items()}
        listeners.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    if model.optimizer is not None and epochs:
        model.optimizer.finalize_variable_values(model.trainable_weights)
    listeners.on_train_end(logs)


def train_epoch(model: Trainer, work: Work, rows: Rows, listeners: CallbackList) -> dict[str, Any]:
    """One pass over the data; returns loss and metrics."""
    streams = _streams(rows)
    if "order" in work.plan.streams:
        streams["order"] = np.random.permutation(rows.n).astype(np.int64, copy=False)
    _reset(work)
    return _pass(
        work,
        # Told to stop before the epoch began, Keras still trains on one batch.
        walk(work, streams, rows.n, listeners.wants_batches or model.stop_training),
        rows.n,
        listeners,
        (listeners.on_train_batch_begin, listeners.on_train_batch_end) if listeners.wants_batches else None,
        lambda: model.stop_training,
    )


def test_epoch(model: Trainer, work: Work, rows: Rows, listeners: CallbackList) -> dict[str, Any]:
    """One pass without training; returns loss and metrics."""
    _reset(work)
    listeners.on_test_begin()
    logs = _pass(
        work,
        walk(work, _streams(rows), rows.n, listeners.wants_test_batches),
        rows.n,
        listeners,
        (listeners.on_test_batch_begin, listeners.on_test_batch_end) if listeners.wants_test_batches else None,
        lambda: False,
    )
    listeners.on_test_end(logs)
    return logs


def _pass(
    work: Work,
    steps: Iterator[int],
    rows: int,
    listeners: CallbackList,
    hooks: tuple[Callable[..., None], Callable[..., None]] | None,
    stopped: Callable[[], bool],
) -> dict[str, Any]:
    logs: dict[str, Any] = {}
    done, total = 0, math.ceil(rows / work.batch)
    while done < total and (done == 0 or not stopped()):
        if hooks:
            with _totals_kept(work):
                hooks[0](done)
        done = next(steps)
        logs = _logs(work, min(done * work.batch, rows))
        if hooks:
            with _totals_kept(work):
                hooks[1](done - 1, logs)
        else:
            listeners.on_slice(done - 1, logs)
    return logs


def predict_epoch(work: Work, x: np.ndarray, out: np.ndarray, listeners: CallbackList) -> None:
    """Fill `out` with the outputs for x."""
    wanted, done, total = listeners.wants_predict_batches, 0, math.ceil(len(x) / work.batch)
    steps = walk(work, {"x": x, "y": out}, len(x), wanted)
    listeners.on_predict_begin()
    while done < total:
        if wanted:
            listeners.on_predict_batch_begin(done)
        done = next(steps)
        if wanted:
            seen = slice((done - 1) * work.batch, done * work.batch)
            listeners.on_predict_batch_end(done - 1, {"outputs": out[seen]})
        else:
            listeners.on_slice(done - 1)
    listeners.on_predict_end()


def _streams(rows: Rows) -> dict[str, np.ndarray]:
    return {name: a for name, a in rows._asdict().items() if a is not None}


def _reset(work: Work) -> None:
    work.loss_sum[:] = 0
    for metric in work.metrics:
        metric.reset_state()


@contextlib.contextmanager
def _totals_kept(work: Work) -> Iterator[None]:
    """Around a hook within a pass: it may evaluate, with the same metrics."""
    totals = [work.loss_sum, *(variable.value for metric in work.metrics for variable in metric.variables)]
    values = [total.copy() for total in totals]
    yield
    for total, value in zip(totals, values, strict=True):
        total[...] = value


def _logs(work: Work, rows: int) -> dict[str, Any]:
    """Loss and metrics over the rows done so far."""
    count = rows * work.losses_per_row
    logs = {"loss": float(work.loss_sum[0]) / count}
    for metric in work.metrics:
        logs[metric.name] = float(metric.result())
    return logs
