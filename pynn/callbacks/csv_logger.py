"""The callback that writes the logs of every epoch to a file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from pynn.callbacks.callback import Callback, Logs


class CSVLogger(Callback):
    """Write the logs of every epoch as a line of a CSV file.

    Parameters
    ----------
    filename : str or path
    separator : str, default ","
        One character between columns.
    append : bool, default False
        Whether to add to an existing file instead of overwriting it.

    Notes
    -----
    The columns are ``epoch`` (from 0), then the names in the first epoch's logs in alphabetical order; without
    validation in the first epoch a ``val_`` column follows for each, since later epochs may have one.  What an epoch
    lacks is ``NA``.  The file is complete after each epoch.

    Examples
    --------
    >>> logger = CSVLogger("log.csv")
    >>> logger.on_train_begin()
    >>> logger.on_epoch_end(0, {"loss": 0.5, "val_loss": 0.75})
    >>> logger.on_train_end()
    >>> from pathlib import Path
    >>> print(Path("log.csv").read_text())
    epoch,loss,val_loss
    0,0.5,0.75
    <BLANKLINE>
    """

    writes_files = True

    def __init__(self, filename: Any, separator: str = ",", append: bool = False) -> None:
        super().__init__()
        if not isinstance(separator, str) or len(separator) != 1:
            raise ValueError(f"CSVLogger: separator must be one character, got {separator!r}")
        self.filename = os.fspath(filename)
        self.sep = separator
        self.append = append
        self.append_header = True
        self.keys: list[str] | None = None
        self.csv_file: Any = None
        self.writer: Any = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Open the file."""
        if self.append and os.path.exists(self.filename):
            self.append_header = os.path.getsize(self.filename) == 0
        self._close()
        # The csv module ends lines by itself.
        self.csv_file = open(self.filename, "a" if self.append else "w", newline="", encoding="utf-8")  # noqa: SIM115
        self.keys = None

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write a line; before the first, the names of the columns."""
        logs = logs or {}
        if self.keys is None:
            self.keys = sorted(logs)
            if not any(key.startswith("val_") for key in self.keys):
                self.keys += [f"val_{key}" for key in self.keys]
        if self.writer is None:
            import csv

            self.writer = csv.writer(self.csv_file, delimiter=self.sep)
            if self.append_header:
                self.writer.writerow(["epoch", *self.keys])
        self.writer.writerow([epoch, *(_text(logs.get(key, "NA")) for key in self.keys)])
        self.csv_file.flush()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Close the file."""
        self._close()

    def _close(self) -> None:
        if self.csv_file is not None and not self.csv_file.closed:
            self.csv_file.close()
        self.writer = None


def _text(value: Any) -> Any:
    if isinstance(value, Iterable) and not isinstance(value, str) and getattr(value, "ndim", 1) > 0:
        return f'"[{", ".join(map(str, value))}]"'
    return value
