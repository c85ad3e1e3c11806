"""Callbacks that change the learning rate between epochs."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from pynn import legacy
from pynn.callbacks.callback import Callback, Logs
from pynn.callbacks.monitor import MonitorCallback
from pynn.console import print_message


class LearningRateScheduler(Callback):
    """Set the learning rate at the beginning of every epoch.

    Parameters
    ----------
    schedule : callable
        ``schedule(epoch, learning_rate)`` or ``schedule(epoch)``: the rate of the epoch, a float; epochs count from 0.
    verbose : {0, 1}
        Whether to print the rate.

    Raises
    ------
    ValueError
        As an epoch begins, if `schedule` returns no float.
    TypeError
        If the optimizer was compiled with a schedule of its own.

    Notes
    -----
    The rate is recorded in the history as ``"learning_rate"``.

    Examples
    --------
    >>> model = Sequential([keras.Input((2,)), Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> halving = LearningRateScheduler(lambda epoch, rate: rate / 2)
    >>> record = model.fit(np.ones((4, 2)), np.ones((4, 1)), epochs=2, callbacks=[halving], verbose=0)
    >>> [round(rate, 4) for rate in record.history["learning_rate"]]
    [0.005, 0.0025]
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        super().__init__()
        if not callable(schedule):
            raise TypeError(f"LearningRateScheduler: schedule must be a function of the epoch, got {schedule!r}")
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Ask for the rate and set it."""
        optimizer = _optimizer_of(self)
        rate = self._ask(epoch, _rate(optimizer))
        if isinstance(rate, np.ndarray) and rate.ndim == 0 and rate.dtype.kind == "f":
            rate = rate.item()
        if not isinstance(rate, float | np.float32 | np.float64):
            raise ValueError(f"The output of the `schedule` function should be a float. Got: {rate!r}")
        optimizer.learning_rate = rate
        if self.verbose > 0:
            print_message(f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to {rate}.")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Note the rate in the logs."""
        if logs is not None:
            logs["learning_rate"] = _rate(self.model.optimizer)

    def _ask(self, epoch: int, rate: float) -> Any:
        if _takes_two(self.schedule):
            return self.schedule(epoch, rate)
        return self.schedule(epoch)


class ReduceLROnPlateau(MonitorCallback):
    """Reduce the learning rate when the monitored number has stopped improving.

    Parameters
    ----------
    monitor : str, default "val_loss"
        An entry of the logs.
    factor : float, default 0.1
        What the rate is multiplied with, < 1.
    patience : int, default 10
        Epochs without improvement after which the rate is reduced.
    verbose : {0, 1}
        Whether to say so.
    mode : {"auto", "min", "max"}
        Whether smaller or larger is better; ``"auto"`` goes by the name.
    min_delta : float, default 1e-4
        A change by less is no improvement.
    cooldown : int, default 0
        Epochs to wait after a reduction before counting again.
    min_lr : float, default 0.0
        The rate does not go below.
    **kwargs
        ``epsilon``, the older name of `min_delta`.

    Raises
    ------
    ValueError
        If `factor` is not below 1; at the end of the first epoch, if ``mode="auto"`` cannot tell the direction.

    Warns
    -----
    UserWarning
        At the end of an epoch whose logs lack `monitor`.

    Notes
    -----
    The rate is recorded in the history as ``"learning_rate"``.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> model = SimpleNamespace(optimizer=SimpleNamespace(learning_rate=0.1))
    >>> reduce = ReduceLROnPlateau("loss", factor=0.5, patience=2)
    >>> reduce.set_model(model)
    >>> reduce.on_train_begin()
    >>> for epoch, loss in enumerate([0.9, 0.9, 0.9]):
    ...     reduce.on_epoch_end(epoch, {"loss": loss})
    >>> model.optimizer.learning_rate
    0.05
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
        **kwargs: Any,
    ) -> None:
        legacy.renamed("ReduceLROnPlateau", kwargs, {"epsilon": "min_delta"})
        min_delta = kwargs.pop("min_delta", min_delta)
        if kwargs:
            raise TypeError(f"ReduceLROnPlateau: unknown arguments {sorted(kwargs)}")
        super().__init__(monitor, mode, min_delta=min_delta)
        if factor >= 1.0:
            raise ValueError(f"ReduceLROnPlateau does not support a factor >= 1.0. Received factor={factor}")
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self.min_lr = min_lr
        self._reset()

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forget earlier training."""
        self._reset()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Note the rate in the logs, compare the epoch with the best, reduce the rate when patience ends."""
        self.find_direction(logs)
        logs = {} if logs is None else logs
        logs["learning_rate"] = _rate(self.model.optimizer)
        current = logs.get(self.monitor)
        if current is None:
            warnings.warn(
                f"Learning rate reduction is conditioned on metric `{self.monitor}` which is not available. "
                f"Available metrics are: {','.join(logs)}.",
                stacklevel=2,
            )
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self.is_improvement(current, self.best):
            self.best = current
            self.wait = 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience:
                self._reduce(epoch)

    def in_cooldown(self) -> bool:
        """Whether a reduction was so recent that epochs do not count yet."""
        return self.cooldown_counter > 0

    def _reduce(self, epoch: int) -> None:
        old = _rate(self.model.optimizer)
        if not old > np.float32(self.min_lr):
            return
        new = max(old * self.factor, self.min_lr)
        self.model.optimizer.learning_rate = new
        if self.verbose > 0:
            print_message(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {new}.")
        self.cooldown_counter = self.cooldown
        self.wait = 0

    def _reset(self) -> None:
        self.best = None
        self.cooldown_counter = 0
        self.wait = 0


def _optimizer_of(callback: Callback) -> Any:
    optimizer = getattr(callback.model, "optimizer", None)
    if not hasattr(optimizer, "learning_rate"):
        raise ValueError('Optimizer must have a "learning_rate" attribute.')
    return optimizer


def _rate(optimizer: Any) -> float:
    return float(np.asarray(optimizer.learning_rate))


def _takes_two(function: Callable[..., Any]) -> bool:
    """Whether a function can be called with the epoch and the rate; Python's own, which do not tell, can."""
    try:
        inspect.signature(function).bind(0, 0.0)
    except TypeError:
        return False
    except ValueError:
        return True
    return True
