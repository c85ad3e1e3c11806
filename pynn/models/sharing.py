"""`fit` on several ranks: each trains on its share of the rows, and all hear the same numbers."""

from __future__ import annotations

import math
import traceback
from collections.abc import Callable
from copy import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn.callbacks import Callback, CallbackList, ProgbarLogger, TerminateOnNaN
from pynn.distributed import shards
from pynn.distributed.exchange import Exchange, Round
from pynn.distributed.group import Group
from pynn.distributed.job import group
from pynn.models import agreeing, stepping
from pynn.models.epochs import Epochs
from pynn.models.epochs import run_epochs as run_alone
from pynn.models.feeds import ArrayFeed, BatchFeed, Feed, TrainFeed
from pynn.models.idling import Idle
from pynn.models.loops import Passing, one_pass
from pynn.models.sharing_batches import BatchShare
from pynn.permutations import permutation

if TYPE_CHECKING:
    from pynn.data import Rows
    from pynn.models.model import Model

Logs = dict[str, Any]
_Hooks = tuple[Callable[..., None], Callable[..., None]] | None


def run_epochs(model: Model, feed: Feed, validation: Feed | None, epochs: Epochs, listeners: CallbackList) -> None:
    """As `epochs.run_epochs`, on all ranks together.

    Raises
    ------
    ValueError
        If the data do not come as arrays, or ranks differ in model, data or settings.
    """
    team, optimizer = group(), model.optimizer
    assert optimizer is not None
    exchange: Exchange = optimizer.exchange
    _check(model, feed)
    if not optimizer.built:
        optimizer.build(model.trainable_weights)
    if isinstance(feed, ArrayFeed):
        feed._work("train", True)  # what cannot be lowered is an error before ranks wait for each other
    agreeing.meet(team, agreeing.facts(model, feed, validation, epochs))
    exchange.round = Round(team, lambda: bool(model.stop_training))
    try:
        share = _share(model, feed, exchange)
        held = None if validation is None else TestShare(model, validation, exchange)
        _prepare(listeners, team, share)
        listeners.append(_Together(model, team, feed))
        run_alone(model, share, held, epochs, listeners)
    except BaseException as error:
        traceback.print_exc()
        team.abort(f"left fit with {type(error).__name__}")
        raise
    finally:
        exchange.round = None


def train(model: Model, batch: Any, class_weight: Any) -> Logs:
    """As `stepping.train`, with this rank's batch and those of the others; returns loss and metrics over all."""
    team, optimizer = group(), model.optimizer
    assert optimizer is not None
    if not model.built or stepping.has_own_step(model):
        raise ValueError(
            "train_on_batch with a DistributedOptimizer: the model must be built (begin it with keras.Input), and have "
            "no train_step or compute_loss of its own."
        )
    if not optimizer.built:
        optimizer.build(model.trainable_weights)
    exchange: Exchange = optimizer.exchange
    team.meet("train_on_batch", {"weights of the model": agreeing.forms(model)})
    if not exchange.joined:
        agreeing.take_over(team, model)
        exchange.joined = True
    exchange.round = Round(team, lambda: False)
    try:
        stepping.train(model, batch, class_weight)
        resolved = model._require_compiled().latest
        assert resolved is not None
        return agreeing.merged(team, resolved)
    except BaseException as error:
        traceback.print_exc()
        team.abort(f"left train_on_batch with {type(error).__name__}")
        raise
    finally:
        exchange.round = None


def _check(model: Model, feed: Feed) -> None:
    if not isinstance(feed, ArrayFeed | BatchFeed) or stepping.has_own_step(model):
        raise ValueError(
            "fit with a DistributedOptimizer divides rows, or batches. It cannot divide arrays on disk of another type "
            "(convert them), nor the work of a model with a train_step or compute_loss of its own (write the loop, "
            "too: optimizer.apply_gradients averages over ranks)."
        )
    if not model.built:
        raise ValueError(
            "fit with a DistributedOptimizer and batches: the model must be built. Begin it with keras.Input."
        )


def _share(model: Model, feed: Feed, exchange: Exchange) -> TrainFeed:
    if isinstance(feed, BatchFeed):
        return BatchShare(model, feed, exchange)
    assert isinstance(feed, ArrayFeed)
    return TrainShare(model, feed, exchange)


def _prepare(listeners: CallbackList, team: Group, feed: TrainFeed) -> None:
    """The bar stays on rank 0, and counts the steps of all; see also `CallbackList`."""
    if team.rank:
        listeners.callbacks = [c for c in listeners.callbacks if not isinstance(c, ProgbarLogger)]
    if listeners.params:
        listeners.set_params(listeners.params | {"steps": feed.steps})


class _Together(Callback):
    """The last of the callbacks: what those before it did on one rank is done on all."""

    def __init__(self, model: Model, team: Group, feed: Feed) -> None:
        super().__init__()
        self.set_model(model)
        self._team, self._seeds, self._feed = team, agreeing.Seeds(model, team), feed
        self._keys = self._seeds.keys()  # with which the plan was lowered

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Take over rank 0's weights, optimizer and number of the first epoch."""
        agreeing.take_over(self._team, self.model)
        if self._seeds.keys() != self._keys:
            self.model._works.clear()
            if isinstance(self._feed, ArrayFeed):
                self._feed.forget()
        self.model._initial_epoch = self._team.told(self.model._initial_epoch)
        self._seeds.part()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Take over rank 0's learning rate; stop if one rank wants to."""
        rate = getattr(self.model.optimizer._learning_rate, "live", None)
        if rate is not None:
            self._team.give(rate)
        self._agree()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Stop if one rank wants to."""
        self._agree()

    def _agree(self) -> None:
        self.model.stop_training = self._team.any(self.model.stop_training)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Draw the same numbers again."""
        self._seeds.join()


class TrainShare:
    """What one rank trains on.

    Parameters
    ----------
    model : Model
    feed : ArrayFeed
    exchange : Exchange
    """

    def __init__(self, model: Model, feed: ArrayFeed, exchange: Exchange) -> None:
        assert exchange.round is not None
        self._model, self._feed, self._own, self._round = model, feed, exchange.own_rows, exchange.round
        self._team, self._batch = self._round.team, feed.batch
        own = math.ceil(feed.rows.n / self._batch)
        divided = shards.steps_of(feed.rows.n, self._batch, self._team.size)
        self._steps = self._team.most(own) if self._own else divided
        self.steps: int | None = self._steps
        self._idle = Idle()

    def train(self, listeners: CallbackList) -> Logs:
        """One epoch; returns loss and metrics over the rows of all ranks."""
        order, work = self._order(), self._feed._work("train", True)
        passing = Passing(self._model, work, _first(self._feed.rows, len(order)), order)
        nan = any(isinstance(callback, TerminateOnNaN) for callback in listeners.callbacks)
        each = self._team.any(listeners.wants_batches or nan or self._model.stop_training)
        self._round.stopped = False

        def stopped() -> bool:  # as long as slices are not equally long, nobody stops within an epoch
            return each and self._round.stopped

        hooks = (listeners.on_train_batch_begin, listeners.on_train_batch_end) if listeners.wants_batches else None
        if len(order):
            one_pass(passing, self._model.steps_per_execution if each else 0, listeners, hooks, stopped)
        self._idle.run(work, self._steps - math.ceil(len(order) / self._batch), stopped)
        agreeing.average_statistics(self._team, self._model)
        return agreeing.merged(self._team, passing.resolved)

    def _order(self) -> np.ndarray:
        """The numbers of this rank's rows, in the order in which it takes them."""
        n = self._feed.rows.n
        order = permutation(n) if self._feed._shuffle else np.arange(n)
        if self._own:
            return order
        self._team.give(order)
        return shards.order_of(order, self._batch, self._team.size, self._team.rank)


class TestShare:
    """What one rank validates on: its part of the rows; or all batches, where they cannot be divided.

    Parameters
    ----------
    model : Model
    feed : Feed
    exchange : Exchange
    """

    def __init__(self, model: Model, feed: Feed, exchange: Exchange) -> None:
        assert exchange.round is not None
        self._model, self._feed, self._own, self._team = model, feed, exchange.own_rows, exchange.round.team

    def test(self, listeners: CallbackList) -> Logs:
        """One pass; returns loss and metrics over the rows of all ranks."""
        feed = self._feed
        if not isinstance(feed, ArrayFeed):
            logs: Logs = self._team.told(feed.test(listeners))
            return logs
        listeners.on_test_begin()
        n = feed.rows.n
        part = slice(0, n) if self._own else shards.tail_of(n, self._team.size, self._team.rank)
        rows = feed.rows.take(part) if part.stop > part.start else _first(feed.rows, 0)
        passing = Passing(self._model, feed._work("test", False), rows, None)
        wants = listeners.wants_test_batches
        hooks: _Hooks = (listeners.on_test_batch_begin, listeners.on_test_batch_end) if wants else None
        if rows.n:
            one_pass(passing, self._model.steps_per_execution if wants else 0, listeners, hooks, lambda: False)
        logs = agreeing.merged(self._team, passing.resolved)
        listeners.on_test_end(logs)
        return logs


def _first(rows: Rows, n: int) -> Rows:
    """The same arrays, of which so many rows are taken."""
    part = copy(rows)
    part.n = n
    return part
