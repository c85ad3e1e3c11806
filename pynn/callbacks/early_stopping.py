"""The callback that ends training when it no longer helps."""

from __future__ import annotations

import warnings
from typing import Any

from pynn.callbacks.callback import Logs
from pynn.callbacks.monitor import MonitorCallback
from pynn.console import print_message


class EarlyStopping(MonitorCallback):
    """Stop training when the monitored number has stopped improving.

    Parameters
    ----------
    monitor : str, default "val_loss"
        An entry of the logs: ``"loss"``, ``"accuracy"``, ``"val_accuracy"``, …
    min_delta : float, default 0
        A change by less is no improvement.
    patience : int, default 0
        Epochs without improvement after which training stops.
    verbose : {0, 1}
        Whether to say so.
    mode : {"auto", "min", "max"}
        Whether smaller or larger is better; ``"auto"`` goes by the name.
    baseline : float, optional
        Until the number beats it, epochs count as without improvement.
    restore_best_weights : bool, default False
        Whether to end with the weights of the best epoch (even if it missed `baseline`),
        rather than with the last.
    start_from_epoch : int, default 0
        Epochs to let pass before watching begins.

    Attributes
    ----------
    best : float or None
        The best value so far.
    best_epoch, stopped_epoch : int
        Counted from 0; `stopped_epoch` is 0 if training ran to its end.

    Warns
    -----
    UserWarning
        At the end of an epoch whose logs lack `monitor`; training then goes on.

    Raises
    ------
    ValueError
        At the end of the first epoch, if ``mode="auto"`` cannot tell the direction.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> model = SimpleNamespace(stop_training=False)
    >>> stopping = EarlyStopping("loss", patience=2)
    >>> stopping.set_model(model)
    >>> stopping.on_train_begin()
    >>> for epoch, loss in enumerate([0.9, 0.5, 0.6, 0.7]):
    ...     stopping.on_epoch_end(epoch, {"loss": loss})
    >>> model.stop_training, stopping.best, stopping.stopped_epoch
    (True, 0.5, 3)
    """

    wait: int
    stopped_epoch: int
    best_epoch: int
    best_weights: Any

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self._reset()

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forget earlier training: one instance serves several calls of `fit`."""
        self._reset()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compare the epoch with the best, and set ``model.stop_training`` when patience ends."""
        self.find_direction(logs)
        current = self.get_monitor_value(logs)
        if current is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self._keep(epoch)
        self.wait += 1
        if self.is_improvement(current, self.best):
            self.best = current
            self._keep(epoch)
            if self.baseline is None or self.is_improvement(current, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Say when training stopped, and restore the best weights."""
        if self.stopped_epoch > 0 and self.verbose > 0:
            print_message(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.best_weights is not None:
            if self.verbose > 0:
                print_message(f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}.")
            self.model.set_weights(self.best_weights)

    def get_monitor_value(self, logs: Logs | None) -> Any:
        """Return the monitored entry of the logs; warn and return None if it is missing."""
        logs = logs or {}
        value = logs.get(self.monitor)
        if value is None:
            warnings.warn(
                f"Early stopping conditioned on metric `{self.monitor}` which is not available. "
                f"Available metrics are: {','.join(logs)}",
                stacklevel=2,
            )
        return value

    def _reset(self) -> None:
        self.wait = 0
        self.stopped_epoch = 0
        self.best = None
        self.best_epoch = 0
        self.best_weights = None

    def _keep(self, epoch: int) -> None:
        self.best_epoch = epoch
        if self.restore_best_weights:
            self.best_weights = self.model.get_weights()
