"""The callback that saves the model, or its weights, while it trains."""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np

from pynn import legacy
from pynn.callbacks.callback import Logs
from pynn.callbacks.monitor import MonitorCallback
from pynn.console import print_message


class ModelCheckpoint(MonitorCallback):
    """Save the model, or its weights, after every epoch or every so many batches.

    Parameters
    ----------
    filepath : str or path
        Where to; ``{epoch}``, ``{batch}`` and the names in the logs are filled in, formatted if wished:
        ``"{epoch:02d}-{val_loss:.2f}.keras"``.  Ends in ``.keras`` or ``.h5``, for weights in ``.weights.h5``.
    monitor : str, default "val_loss"
        An entry of the logs, for `save_best_only`.
    verbose : {0, 1}
        Whether to tell of each save.
    save_best_only : bool, default False
        Whether to save only when `monitor` has improved.
    save_weights_only : bool, default False
        Whether to call ``model.save_weights`` instead of ``model.save``.
    mode : {"auto", "min", "max"}
        Whether smaller or larger is better; ``"auto"`` goes by the name.
    save_freq : "epoch" or int
        A number of batches makes `fit` come back to Python after every batch.
    initial_value_threshold : float, optional
        What the first value has to beat.

    Raises
    ------
    ValueError
        If `filepath` ends otherwise or `save_freq` is neither; at the end of the first epoch, if ``mode="auto"`` cannot
        tell the direction.
    KeyError
        If `filepath` names what the logs do not have.

    Warns
    -----
    UserWarning
        If `save_best_only` is on and the logs lack `monitor`; the model is then saved.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> model = SimpleNamespace(save=lambda path, overwrite: print("saved", path))
    >>> keep = ModelCheckpoint("best-{epoch}.keras", "loss", save_best_only=True)
    >>> keep.set_model(model)
    >>> keep.on_train_begin()
    >>> for epoch, loss in enumerate([0.9, 0.5, 0.6]):
    ...     keep.on_epoch_end(epoch, {"loss": loss})
    saved best-1.keras
    saved best-2.keras
    """

    # Epochs from one save to the next, in Keras 1 and 2.
    period = 1

    writes_files = True

    @legacy.attribute(period='save_freq="epoch", which saves every epoch, or a number of batches')
    def __init__(
        self,
        filepath: Any,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: Any = "epoch",
        initial_value_threshold: float | None = None,
    ) -> None:
        super().__init__(monitor, mode, initial_value_threshold)
        self.filepath = os.fspath(filepath)
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq = save_freq
        self._current_epoch = 0
        self._unsaved = self._epochs_unsaved = 0
        self._last_batch: int | None = None
        if save_freq != "epoch" and not isinstance(save_freq, int):
            raise ValueError(f"Unrecognized save_freq: {save_freq}. Expected save_freq are 'epoch' or integer values")
        self._check_ending()

    def _check_ending(self) -> None:
        if self.save_weights_only and not self.filepath.endswith(".weights.h5"):
            raise ValueError(
                "When using `save_weights_only=True` in `ModelCheckpoint`, the filepath provided must end in "
                f"`.weights.h5` (Keras weights format). Received: filepath={self.filepath}"
            )
        if not self.save_weights_only and not self.filepath.endswith((".keras", ".h5")):
            raise ValueError(
                f"The filepath provided must end in `.keras` (Keras model format). Received: filepath={self.filepath}"
            )

    @property
    def wants_each_batch(self) -> bool:
        """Whether batches are counted at all."""
        return bool(self.save_freq != "epoch")

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Make sure that the model can be saved, before hours of training."""
        method = "save_weights" if self.save_weights_only else "save"
        if not callable(getattr(self.model, method, None)):
            raise RuntimeError(
                f"ModelCheckpoint needs model.{method}(filepath), which {type(self.model).__name__} does not have. "
                "Use EarlyStopping(restore_best_weights=True) to end with the best weights."
            )

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Note the epoch, for saves within it."""
        self._current_epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Save if enough batches have passed since the last time."""
        if self._is_due(batch):
            self._save(self._current_epoch, batch, logs or {})

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save, unless that goes by batches."""
        self.find_direction(logs)
        self._epochs_unsaved += 1
        if self.save_freq == "epoch" and self._epochs_unsaved >= self.period:
            self._epochs_unsaved = 0
            self._save(epoch, None, logs or {})

    def _is_due(self, batch: int) -> bool:
        if self.save_freq == "epoch":
            return False
        new_epoch = self._last_batch is None or batch <= self._last_batch
        self._unsaved += batch + 1 if new_epoch else batch - (self._last_batch or 0)
        self._last_batch = batch
        if self._unsaved < self.save_freq:
            return False
        self._unsaved = 0
        return True

    def _save(self, epoch: int, batch: int | None, logs: Logs) -> None:
        path = self._path(epoch, batch, logs)
        if not self._is_wanted(epoch, logs, path):
            return
        if folder := os.path.dirname(path):
            os.makedirs(folder, exist_ok=True)
        if os.path.isdir(path):
            raise OSError(
                "Please specify a non-directory filepath for ModelCheckpoint. Filepath used is an existing directory: "
                f"{path}"
            )
        save = self.model.save_weights if self.save_weights_only else self.model.save
        save(path, overwrite=True)
        self._tell(epoch, f"finished saving model to {path}")

    def _is_wanted(self, epoch: int, logs: Logs, path: str) -> bool:
        if not self.save_best_only:
            self._tell(epoch, f"saving model to {path}")
            return True
        current = logs.get(self.monitor)
        if current is None:
            warnings.warn(f"Can save best model only with {self.monitor} available.", stacklevel=4)
            return True
        if np.ndim(current):
            warnings.warn(
                f"Can save best model only when `monitor` is a scalar value. Received: {current}. "
                "Falling back to `save_best_only=False`.",
                stacklevel=4,
            )
            return True
        self.find_direction(logs)
        best = "None" if self.best is None else f"{self.best:.5f}"
        if not self.is_improvement(current, self.best):
            self._tell(epoch, f"{self.monitor} did not improve from {best}")
            return False
        self._tell(epoch, f"{self.monitor} improved from {best} to {current:.5f}, saving model to {path}")
        self.best = current
        return True

    def _tell(self, epoch: int, what: str) -> None:
        if self.verbose > 0:
            print_message(f"\nEpoch {epoch + 1}: {what}")

    def _path(self, epoch: int, batch: int | None, logs: Logs) -> str:
        names = {"epoch": epoch + 1, **({} if batch is None else {"batch": batch + 1}), **logs}
        try:
            return str(self.filepath.format(**names))
        except KeyError as error:
            raise KeyError(
                f'Failed to format this callback filepath: "{self.filepath}". Reason: {error}; the logs have '
                f"{', '.join(sorted(names))}"
            ) from error
