"""Epochs of `fit` that nobody looks at: the core walks several at a time, and what they gave is told afterwards."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn.callbacks import CallbackList
from pynn.models.feeds import ArrayFeed, TrainFeed
from pynn.models.loops import SLICE_SECONDS, bind, leave, run_and_count
from pynn.permutations import permute
from pynn.plan import ALL_ROWS

if TYPE_CHECKING:
    from pynn.models.works import Work

# Rows of all epochs that are walked at a time, at most: their orders should stay in the cache.
_MOST_ROWS = 1 << 17
# Rows times weights of all epochs that are walked before it is known how long one takes: a tenth of a second, about.
_QUICK = 1 << 30
Logs = dict[str, Any]


def trainer(feed: TrainFeed, listeners: CallbackList) -> Callable[[int], Logs]:
    """What trains for one epoch, given how many are left, and returns its loss and metrics.

    Parameters
    ----------
    feed : TrainFeed
    listeners : CallbackList
        Told of epochs after `fit` has got them from here, so that none may look at the model in between.
    """
    heard = listeners.wants_epochs or listeners.wants_batches or listeners.wants_slices
    if heard or not isinstance(feed, ArrayFeed):
        return lambda left: feed.train(listeners)
    return _Ahead(feed, listeners).train


class _Ahead:
    """Trains ahead of those who are told."""

    def __init__(self, feed: ArrayFeed, listeners: CallbackList) -> None:
        self._feed, self._listeners = feed, listeners
        self._done: deque[Logs] = deque()
        self._error: BaseException | None = None  # of the epoch behind those
        self._fitting = max(1, _MOST_ROWS // max(feed.rows.n, feed.batch))
        self._most = max(1, min(self._fitting, _QUICK // max(1, feed.products)))  # epochs to walk at a time

    def train(self, left: int) -> Logs:
        """Loss and metrics of the next epoch, of `left`."""
        if not self._done and self._error is None:
            self._go_on(left)
        if self._done:
            return self._done.popleft()
        assert self._error is not None
        raise self._error

    def _go_on(self, left: int) -> None:
        start, count = time.perf_counter(), min(left, self._most)
        if count < 2 or not self._walk(count):
            self._done.append(self._feed.train(self._listeners))
            count = 1
        each = (time.perf_counter() - start) / count
        if self._most:
            self._most = int(max(1, min(SLICE_SECONDS / each, self._fitting)))

    def _walk(self, count: int) -> bool:
        """Train for so many epochs; False: this plan cannot."""
        epochs = _Epochs(self._feed.work_to_train(), self._feed.rows.n, count)
        try:
            self._most *= epochs.run(self._feed.rows.arrays)
        except BaseException as error:  # raised again behind the epochs that ended before
            self._error = error
        self._done.extend(epochs.logs())
        return self._most > 0


class _Epochs:
    """Several epochs of a plan in one walk."""

    def __init__(self, work: Work, rows: int, count: int) -> None:
        assert work.resolved is not None
        self._work, self._rows, self._count, self._resolved = work, rows, count, work.resolved
        self._batches = -(-rows // work.batch)
        self._runner = work.over(rows)
        self._resolved.reset()
        self._sums = self._resolved.sums() or []
        self._ends = np.empty((count, sum(array.size for array in self._sums)))
        self._reached = 0

    def run(self, arrays: Mapping[str, np.ndarray]) -> bool:
        """Walk; False, and nothing has happened, if this plan cannot."""
        owner = object()
        orders = np.empty((self._count, self._batches * self._work.batch), np.int64)
        streams = {**arrays, "order": orders.reshape(-1)}
        try:
            if not self._can(streams, owner):
                return False
            permute(orders[:, : self._rows])
            while self._reached < self._count * self._batches:
                self._slice(streams, owner)
        finally:
            leave(self._work, self._runner, owner)
        return True

    def _can(self, streams: Mapping[str, np.ndarray], owner: object) -> bool:
        with self._work.lock:
            return self._fits() and self._bind(streams, owner)

    def _fits(self) -> bool:
        """Whether rows come in an order, and all sums are the core's."""
        streams = {name: slot.shape[0] for name, slot in self._work.plan.streams.items()}
        in_order = streams.pop("order", None) is not None and all(first == ALL_ROWS for first in streams.values())
        return in_order and bool(self._sums) and all(array.dtype == np.float64 for array in self._sums)

    def _bind(self, streams: Mapping[str, np.ndarray], owner: object) -> bool:
        """Whether the core ends epochs by itself, with these arrays."""
        again = bind(self._work.plan, self._runner, streams, owner)
        return not again or self._runner.sum_epochs(self._sums, self._ends, self._batches)

    def _slice(self, streams: Mapping[str, np.ndarray], owner: object) -> None:
        with self._work.lock:
            self._bind(streams, owner)  # another pass may have been here
            try:
                run_and_count(self._work.plan, self._runner, self._reached, self._count * self._batches, 0)
            finally:
                self._reached = self._runner.reached

    def logs(self) -> list[Logs]:
        """Of each epoch that ended; the sums are then those of the last one."""
        found, sums = [], [array.reshape(-1) for array in self._sums]
        for end in self._ends[: self._reached // self._batches]:
            at = 0
            for array in sums:
                array[:] = end[at : at + array.size]
                at += array.size
            found.append(self._resolved.logs())
        return found
