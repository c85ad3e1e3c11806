"""The callback that lets an interrupted training go on."""

from __future__ import annotations

import json
import os
import warnings
from typing import Any

from pynn import random
from pynn.callbacks.callback import Callback, Logs
from pynn.saving import atomic
from pynn.saving.refused import RefusedFileError, refusing


class BackupAndRestore(Callback):
    """Save weights and the number of the epoch as training goes; go on from there in the next `fit`.

    Parameters
    ----------
    backup_dir : str or path
        A folder for this callback alone.
    save_freq : "epoch" or int
        A number of batches makes `fit` come back to Python after every batch.
    double_checkpoint : bool, default False
        Whether to keep the backup before the last, too, in case the last is damaged.
    delete_checkpoint : bool, default True
        Whether to delete the folder when training has ended.

    Raises
    ------
    ValueError
        If `backup_dir` is empty or `save_freq` is neither; as `fit` begins, if the model is not built.

    Warns
    -----
    UserWarning
        If the last backup is damaged, and the one before is taken.

    Notes
    -----
    A training that goes on from the end of an epoch computes the same bits as one that was never interrupted: the
    backup holds the optimizer's state, that of dropout and the order of the rows to come.  After a backup within an
    epoch (`save_freq` a number) that epoch begins anew with the weights of the backup, as in Keras.  A backup is
    written at once: a process killed on the way leaves the one before.

    Examples
    --------
    >>> BackupAndRestore("backup").save_freq
    'epoch'
    """

    writes_files = True

    def __init__(
        self,
        backup_dir: Any,
        save_freq: Any = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
    ) -> None:
        super().__init__()
        if not backup_dir:
            raise ValueError("Empty `backup_dir` argument passed")
        if save_freq != "epoch" and not isinstance(save_freq, int):
            raise ValueError(
                f"Invalid value for argument `save_freq`. Received: save_freq={save_freq}. "
                "Expected either 'epoch' or an integer value."
            )
        self.backup_dir = os.fspath(backup_dir)
        self.save_freq = save_freq
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self._weights = os.path.join(self.backup_dir, "latest.weights.h5")
        self._facts = os.path.join(self.backup_dir, "training_metadata.json")
        self._epoch = self._last_batch = self._unsaved = 0

    @property
    def wants_each_batch(self) -> bool:
        """Whether batches are counted at all."""
        return bool(self.save_freq != "epoch")

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Go back to the last backup, if there is one."""
        for method in ("save_weights", "load_weights"):
            if not callable(getattr(self.model, method, None)):
                raise RuntimeError(
                    f"BackupAndRestore needs model.{method}(filepath), which {type(self.model).__name__} does not have."
                )
        if not self.model.built:
            raise ValueError(
                "To use the BackupAndRestore callback, your model must be built before you call `fit()`. "
                f"Model {self.model.name} is unbuilt. Begin it with keras.Input or call model.build((None, …))."
            )
        try:
            self._restore()
        except (OSError, RefusedFileError) as error:
            if not os.path.exists(f"{self._weights}.bkp"):
                raise
            warnings.warn(f"BackupAndRestore goes on from the backup before the last: {error}", stacklevel=2)
            _copy(f"{self._weights}.bkp", self._weights)
            if os.path.exists(f"{self._facts}.bkp"):
                _copy(f"{self._facts}.bkp", self._facts)
            elif os.path.exists(self._facts):
                os.remove(self._facts)
            self._restore()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Back up, unless that goes by batches."""
        self._epoch, self._last_batch = epoch + 1, 0
        if self.save_freq == "epoch":
            self._save()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Back up if enough batches have passed since the last time."""
        if self.save_freq == "epoch":
            return
        self._unsaved += batch + 1 if batch <= self._last_batch else batch - self._last_batch
        self._last_batch = batch
        if self._unsaved >= self.save_freq:
            self._unsaved = 0
            self._save()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Delete the backup: training is complete."""
        if self.delete_checkpoint and os.path.exists(self.backup_dir):
            import shutil

            shutil.rmtree(self.backup_dir)

    def _restore(self) -> None:
        if os.path.exists(self._weights):
            optimizer = getattr(self.model, "optimizer", None)
            if optimizer is not None and not optimizer.built:
                optimizer.build(self.model.trainable_variables)
            notes = self.model._load_with_notes(self._weights)
            if notes is not None:
                with refusing(f"the notes in {self._weights} are damaged"):
                    random.set_state(notes["random"])
                    self.model._initial_epoch = int(notes["epoch"])
                return
        if os.path.exists(self._facts):  # written by Keras
            with open(self._facts, encoding="utf-8") as file, refusing(f"{self._facts} is damaged"):
                # `fit` begins with this epoch instead of the one that it was told.
                self.model._initial_epoch = int(json.load(file)["epoch"])

    def _save(self) -> None:
        os.makedirs(self.backup_dir, exist_ok=True)
        if self.double_checkpoint:
            for path in (self._weights, self._facts):
                if os.path.exists(path):
                    _copy(path, f"{path}.bkp")
        facts = {"epoch": self._epoch, "batch": self._last_batch}
        # One file holds all that belongs together; the other one is for Keras to go on from.
        self.model._save_with_notes(self._weights, facts | {"random": random.get_state()})
        atomic.write(self._facts, json.dumps(facts).encode())


def _copy(source: str, target: str) -> None:
    with open(source, "rb") as file:
        atomic.write(target, file.read())
