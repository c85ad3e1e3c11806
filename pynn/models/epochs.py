"""The loop over epochs."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING, Any, NamedTuple

from pynn.callbacks import CallbackList
from pynn.models.feeds import TestFeed, TrainFeed
from pynn.models.unheard import trainer
from pynn.models.works import inside

if TYPE_CHECKING:
    from pynn.models.model import Model


class Epochs(NamedTuple):
    """Which epochs to train for, and after which to validate: each `every`-th, or those numbers."""

    numbers: range
    every: int | Container[int]

    def validates(self, epoch: int) -> bool:
        """Whether validation follows an epoch, counted from 0."""
        return (epoch + 1) % self.every == 0 if isinstance(self.every, int) else (epoch + 1) in self.every


def run_epochs(
    model: Model, feed: TrainFeed, validation: TestFeed | None, epochs: Epochs, listeners: CallbackList
) -> None:
    """Train for these epochs, evaluating in between, until a callback sets ``model.stop_training``."""
    model.stop_training = False
    first, last = epochs.numbers.start, epochs.numbers.stop
    model._initial_epoch = first
    listeners.on_train_begin()  # BackupAndRestore may set another epoch to begin with
    logs: dict[str, Any] = {}
    train = trainer(feed, listeners) if validation is None else lambda left: feed.train(listeners)
    for epoch in range(model._initial_epoch or first, last):
        listeners.on_epoch_begin(epoch)
        logs = train(last - epoch)
        if validation is not None and epochs.validates(epoch):
            found = validation.test(listeners)
            logs |= {f"val_{key}": value for key, value in found.items()}
        listeners.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    if model.optimizer is not None and epochs.numbers:
        model.optimizer.finalize_variable_values(inside(model).trainable)
    listeners.on_train_end(logs)
