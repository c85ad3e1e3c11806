"""The callbacks of Horovod's programs.  `fit` does by itself what the first two ask for."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.callbacks import Callback
from pynn.console import print_message
from pynn.distributed import arrays
from pynn.distributed.job import group

Logs = dict[str, Any]


class BroadcastGlobalVariablesCallback(Callback):
    """Begin training with the weights and the optimizer of one rank.

    Without it those of rank 0 are taken.

    Parameters
    ----------
    root_rank : int

    Examples
    --------
    >>> model.fit(x, y, callbacks=[BroadcastGlobalVariablesCallback(0)])  # doctest: +SKIP
    """

    def __init__(self, root_rank: int = 0) -> None:
        super().__init__()
        self.root_rank = root_rank

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Overwrite all variables of the model and of its optimizer."""
        arrays.broadcast_variables([*self.model.variables, *self.model.optimizer.variables], self.root_rank)


class MetricAverageCallback(Callback):
    """Average the numbers that callbacks before it have added to the logs of an epoch.

    Loss and metrics need no averaging: they are those of all rows, on every rank.

    Examples
    --------
    >>> model.fit(x, y, callbacks=[MetricAverageCallback()])  # doctest: +SKIP
    """

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Replace each number by its mean over all ranks."""
        names = sorted(name for name, value in (logs or {}).items() if np.ndim(value) == 0)
        team = group()
        team.meet("MetricAverageCallback", {"logs": names})
        if logs and names and team.size > 1:
            values = np.array([float(logs[name]) for name in names])
            team.sum(values)
            logs.update(zip(names, (values / team.size).tolist(), strict=True))


class LearningRateWarmupCallback(Callback):
    """Raise the learning rate from that of one rank to that of all over the first epochs.

    Parameters
    ----------
    initial_lr : float
        The rate to arrive at: usually that of one process times `size()`.
    warmup_epochs : float, default 5
    verbose : {0, 1}
        1: say when the rate has arrived.

    Notes
    -----
    The rate grows in equal steps, one an epoch, from ``initial_lr / size()``.
    Source: Goyal et al. 2017, "Accurate, large minibatch SGD: training ImageNet in 1 hour", section 2.2.

    Examples
    --------
    >>> warmup = LearningRateWarmupCallback(0.1 * size(), warmup_epochs=3)  # doctest: +SKIP
    """

    def __init__(self, initial_lr: float, warmup_epochs: float = 5, verbose: int = 0) -> None:
        super().__init__()
        if not warmup_epochs >= 0:
            raise ValueError(f"LearningRateWarmupCallback: warmup_epochs must be >= 0, got {warmup_epochs!r}")
        self.initial_lr, self.warmup_epochs, self.verbose = initial_lr, warmup_epochs, verbose

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Set the rate of this epoch."""
        if epoch > self.warmup_epochs:
            return
        share = min(1.0, epoch / self.warmup_epochs) if self.warmup_epochs else 1.0
        size = group().size
        self.model.optimizer.learning_rate = self.initial_lr * (1 + share * (size - 1)) / size
        if self.verbose and epoch == int(np.ceil(self.warmup_epochs)):
            print_message(f"\nEpoch {epoch + 1}: finished gradual learning rate warmup to {self.initial_lr}.")
