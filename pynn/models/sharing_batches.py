"""`fit` on several ranks with data that come in batches: of each round of batches every rank trains on one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pynn import random
from pynn.callbacks import CallbackList
from pynn.distributed.exchange import Exchange
from pynn.models import agreeing, door, stepping
from pynn.models.feeds import BatchFeed
from pynn.models.idling import Idle
from pynn.models.works import Work, work_for

if TYPE_CHECKING:
    from pynn.models.model import Model


class BatchShare:
    """What one rank trains on, batch by batch.

    Parameters
    ----------
    model : Model
    feed : BatchFeed
    exchange : Exchange
    """

    def __init__(self, model: Model, feed: BatchFeed, exchange: Exchange) -> None:
        assert exchange.round is not None
        self._model, self._feed, self._own, self._round = model, feed, exchange.own_rows, exchange.round
        self._team, self._idle = self._round.team, Idle()
        size = 1 if self._own else self._team.size
        self.steps = None if feed.steps is None else -(-feed.steps // size)
        if self._own and self.steps is not None:
            self.steps = self._team.most(self.steps)

    def train(self, listeners: CallbackList) -> dict[str, Any]:
        """One epoch; returns loss and metrics over the batches of all ranks."""
        self._model.reset_metrics()
        self._round.stopped = False
        last: Any = None
        for index, (batch, other) in enumerate(self._rounds()):
            last = other if other is not None else last
            if batch is None:
                if last is None:
                    raise ValueError("The data set gave no batch on this rank, in the first step already.")
                self._idle.run(self._work(last), 1, lambda: False)
            else:
                self._step(index, batch, listeners)
            if self._round.stopped:
                break
        else:
            if last is None:
                raise ValueError("The data set gave no batch for this epoch. A generator can be read once only.")
        agreeing.average_statistics(self._team, self._model)
        resolved = self._model._require_compiled().latest
        assert resolved is not None
        return agreeing.merged(self._team, resolved)

    def _step(self, index: int, batch: Any, listeners: CallbackList) -> None:
        if listeners.wants_batches:
            listeners.on_train_batch_begin(index)
        logs = stepping.train(self._model, batch, self._feed._class_weight)
        (listeners.on_train_batch_end if listeners.wants_batches else listeners.on_slice)(index, logs)

    def _rounds(self) -> Iterator[tuple[Any, Any]]:
        """For each step this rank's batch, None if there is none left for it; and any batch at all."""
        if not self._own:  # what is drawn to make batches is the same everywhere
            random.set_state(self._team.told(random.get_state()))
        batches, rank = self._feed.epoch(), 0 if self._own else self._team.rank
        while True:
            found = list(itertools.islice(batches, 1 if self._own else self._team.size))
            if not self._team.any(bool(found)):
                return
            yield (found[rank] if rank < len(found) else None), (found[0] if found else None)

    def _work(self, batch: Any) -> Work:
        """The work that would train on a batch."""
        x, y, weights = stepping.unpack(batch)
        rows = door.rows(self._model, x, y, weights, self._feed._class_weight)
        return work_for(self._model, "train", rows, stepping.capacity(rows.n), False)
