"""The callback that keeps what `fit` returns."""

from __future__ import annotations

from typing import Any

from pynn import legacy
from pynn.callbacks.callback import Callback, Logs

# Names in Keras 1 and 2, and today's.
_OLDER = {
    "lr": "learning_rate",
    "acc": "accuracy",
    "val_acc": "val_accuracy",
}


class _Record(dict[str, list[Any]]):
    """A dictionary that finds older names."""

    def _today(self, key: Any) -> str | None:
        """The key under which an older name stands, with a warning; None if it is none, or not there."""
        today = _OLDER.get(key) if isinstance(key, str) else None
        if today is None or not super().__contains__(today):
            return None
        legacy.warn(f"history[{key!r}]", f"history[{today!r}]")
        return today

    def __missing__(self, key: str) -> list[Any]:
        if (today := self._today(key)) is not None:
            return self[today]
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or self._today(key) is not None

    def get(self, key: str, default: Any = None) -> Any:
        try:
            return self[key]
        except KeyError:
            return default


class History(Callback):
    """Record the logs of every epoch; `fit` adds one by itself and returns it.

    Attributes
    ----------
    history : dict of str to list of float
        One number an epoch for the loss and each metric, keys in alphabetical order, those
        of the validation data prefixed ``val_``.
    epoch : list of int
        The epochs recorded, counted from 0.

    Examples
    --------
    >>> record = History()
    >>> record.on_train_begin()
    >>> record.on_epoch_end(0, {"loss": 0.5})
    >>> record.on_epoch_end(1, {"loss": 0.25})
    >>> record.epoch, record.history
    ([0, 1], {'loss': [0.5, 0.25]})
    """

    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[Any]] = _Record()
        self.epoch: list[int] = []

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin a new list of epochs."""
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Append the epoch's logs."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
        if self.model is not None:
            self.model.history = self
