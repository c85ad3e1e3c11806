"""Feeds: where a pass over the data takes its batches from.

Arrays are walked in the core.  Generators, `PyDataset` and iterables of batches are asked for one batch at a time.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from pynn import limits
from pynn.callbacks import CallbackList
from pynn.data import Rows
from pynn.models import door, mapped, sources, stepping
from pynn.models.loops import test_epoch, totals_kept, train_epoch
from pynn.models.works import Work, inside, work_for
from pynn.slots import Lasting
from pynn.structures import arrays_of

if TYPE_CHECKING:
    from pynn.models.model import Model

Logs = dict[str, Any]


class TrainFeed(Protocol):
    """A data set to train on."""

    steps: int | None

    def train(self, listeners: CallbackList) -> Logs:
        """One epoch of training; returns loss and metrics."""


class TestFeed(Protocol):
    """A data set to validate on."""

    def test(self, listeners: CallbackList) -> Logs:
        """One pass without training; returns loss and metrics."""


class Feed(TrainFeed, TestFeed, Protocol):
    """A data set for one call of fit or evaluate."""


class ArrayFeed:
    """All rows at hand, in the form that plans read.

    Parameters
    ----------
    model : Model
    rows : Rows
    batch : int
    shuffle : bool
    """

    def __init__(self, model: Model, rows: Rows, batch: int, shuffle: bool) -> None:
        self._model, self.rows, self.batch, self._shuffle = model, rows, batch, shuffle
        rows.arrays = {name: array.view(Lasting) for name, array in rows.arrays.items()}
        self.steps: int | None = math.ceil(rows.n / batch)
        self._resolved = model._require_compiled().latest
        self._found: tuple[tuple[Any, ...], Work] | None = None  # the work of the epoch before, and what it was for

    @property
    def products(self) -> int:
        """Rows times the model's weights: what a pass takes, as far as that can be said before one."""
        return self.rows.n * inside(self._model).size

    def train(self, listeners: CallbackList) -> Logs:
        """See `Feed`."""
        return train_epoch(self._model, self.work_to_train(), self.rows, listeners)

    def work_to_train(self) -> Work:
        """The plan of an epoch of training."""
        return self._work("train", self._shuffle)

    def test(self, listeners: CallbackList) -> Logs:
        """See `Feed`."""
        return test_epoch(self._model, self._work("test", False), self.rows, listeners)

    def forget(self) -> None:
        """Look for the work anew."""
        self._found = None

    def _work(self, kind: str, shuffle: bool) -> Work:
        compiled = self._model._require_compiled()
        compiled._latest = self._resolved
        form = kind, compiled, compiled.optimizer, inside(self._model)
        if self._found is None or any(a is not b for a, b in zip(form, self._found[0], strict=True)):
            self._found = form, work_for(self._model, kind, self.rows, self.batch, shuffle)
        return self._found[1]


class BatchFeed:
    """Batches that come one by one.

    Parameters
    ----------
    model : Model
    batches : Batches
    steps : int, optional
        Batches of an epoch, if the data set does not say, or fewer.
    class_weight : dict, optional
    """

    def __init__(self, model: Model, batches: sources.Batches, steps: int | None, class_weight: Any = None) -> None:
        self._model, self._batches, self._wanted, self._class_weight = model, batches, steps, class_weight
        self.steps = steps or batches.count
        self._known = batches.count
        self.rows = batches.rows if isinstance(batches, sources.ArrayBatches) else 0
        self._iterator: Iterator[Any] | None = None
        self._seen = 0

    def train(self, listeners: CallbackList) -> Logs:
        """See `Feed`."""
        model = self._model
        hooks = (listeners.on_train_batch_begin, listeners.on_train_batch_end) if listeners.wants_batches else None

        def step(batch: Any) -> Logs:
            return stepping.train(model, batch, self._class_weight)

        model.reset_metrics()
        return self._pass(step, hooks, listeners, lambda: model.stop_training)

    def test(self, listeners: CallbackList) -> Logs:
        """See `Feed`."""
        hooks = (listeners.on_test_batch_begin, listeners.on_test_batch_end) if listeners.wants_test_batches else None
        self._model.reset_metrics()
        self._iterator = None  # each evaluation begins anew
        listeners.on_test_begin()
        logs = self._pass(lambda batch: stepping.test(self._model, batch), hooks, listeners, lambda: False)
        listeners.on_test_end(logs)
        return logs

    def _pass(
        self,
        step: Callable[[Any], Logs],
        hooks: tuple[Callable[..., None], Callable[..., None]] | None,
        listeners: CallbackList,
        stopped: Callable[[], bool],
    ) -> Logs:
        logs: Logs = {}
        for index, batch in enumerate(self.epoch()):
            compiled = self._model._require_compiled()
            if hooks:
                with totals_kept(compiled.latest):
                    hooks[0](index)
            logs = step(batch)
            if hooks:
                with totals_kept(compiled.latest):
                    hooks[1](index, logs)
            else:
                listeners.on_slice(index, logs)
            if stopped():
                break
        if not logs:
            raise ValueError("The data set gave no batch for this epoch. A generator can be read once only.")
        return logs

    def epoch(self) -> Iterator[Any]:
        """The batches of one epoch; if the data runs out early, a warning says so."""
        self._batches.begin()
        steps = self._wanted or self._known
        if self._iterator is None or self._wanted is None:
            self._iterator, self._seen = iter(self._batches), 0
        done = 0
        while steps is None or done < steps:
            try:
                batch = next(self._iterator)
            except StopIteration:
                self._ran_out(done)
                break
            done, self._seen = done + 1, self._seen + 1
            yield batch
        if self._known is not None and self._seen >= self._known:
            self._iterator = None
        self._batches.end()

    def _ran_out(self, done: int) -> None:
        self._iterator = None
        if self._known is None:
            self._known = done
            self.steps = self._wanted or done
        warnings.warn(
            "Your input ran out of data; interrupting training. Make sure that your dataset or generator can generate "
            "at least `steps_per_epoch * epochs` batches. You may need to use the `.repeat()` function when building "
            "your dataset.",
            stacklevel=8,
        )


def feed_of(
    model: Model, given: tuple[Any, Any, Any, Any], batch: int | None, shuffle: bool, steps: int | None
) -> Feed:
    """A feed for what fit or evaluate was given: x, y, sample_weight, class_weight."""
    x, y, sample_weight, class_weight = given
    batch, steps = limited(x, batch, steps)
    one_by_one = steps is not None or stepping.has_own_step(model)
    if door.is_arrays(x) and not one_by_one and mapped.needs_portions(x, y, sample_weight):
        return mapped.MappedFeed(model, given, door.check_batch_size(batch), shuffle)
    if door.is_arrays(x) and not one_by_one:
        rows = door.rows(model, x, y, sample_weight, class_weight)
        return ArrayFeed(model, rows, door.check_batch_size(batch), shuffle)
    if door.is_arrays(x):
        size = batch_for_steps(x, batch, steps)
        return BatchFeed(model, sources.ArrayBatches((x, y, sample_weight), size, shuffle), steps, class_weight)
    if y is not None or sample_weight is not None:
        raise ValueError(
            f"When providing `x` as a {type(x).__name__}, `y` and `sample_weight` should not be passed: "
            "each batch brings its own, as a tuple (inputs, targets) or (inputs, targets, sample_weights)."
        )
    return BatchFeed(model, sources.batches_of(x, shuffle), steps, class_weight)


def limited(x: Any, batch: int | None, steps: int | None) -> tuple[int | None, int | None]:
    """Rows and number of batches under `keras.config.set_max_steps_per_epoch`."""
    limit = limits.max_steps_per_epoch()
    if limit is None:
        return batch, steps
    if door.is_arrays(x):
        batch = batch_for_steps(x, batch, steps)
    return batch, limits.limited(steps, limit)


def batch_for_steps(x: Any, batch: int | None, steps: int | None) -> int:
    """Rows of a batch of arrays; if only a number of steps is given, all rows are seen in so many."""
    rows = len(arrays_of(x)[0][0]) if x is not None else 0
    return -(-rows // steps) if batch is None and steps is not None and rows else door.check_batch_size(batch)


def rows_of(feed: Feed) -> int:
    """Rows that are shuffled before training begins; 0 for batches that come as they come."""
    if isinstance(feed, ArrayFeed):
        return feed.rows.n
    return feed.rows if isinstance(feed, BatchFeed | mapped.MappedFeed) else 0
