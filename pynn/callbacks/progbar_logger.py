"""The callback that draws the progress bar."""

from __future__ import annotations

from typing import Any

from pynn.callbacks.callback import Callback, Logs
from pynn.callbacks.progbar import Progbar
from pynn.console import print_message


class ProgbarLogger(Callback):
    """Print the epoch, the bar and the numbers; `fit`, `evaluate` and `predict` add one if verbose.

    Examples
    --------
    >>> logger = ProgbarLogger()
    >>> logger.set_params({"verbose": 2, "epochs": 2, "steps": 3})
    >>> logger.on_train_begin()
    >>> logger.on_epoch_begin(0)
    Epoch 1/2
    >>> logger.on_epoch_end(0, {"loss": 0.5})  # doctest: +ELLIPSIS
    3/3 - 0s - .../step - loss: 0.5000
    """

    # `on_slice` moves the bar as well.
    wants_each_batch = False

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0
        self.progbar: Progbar | None = None
        self.target: int | None = None
        self.verbose = 1
        self.epochs = 1
        self._in_fit = False
        self._in_validation = False

    def set_params(self, params: dict[str, Any]) -> None:
        """Receive ``"verbose"`` (``"auto"`` means 1), ``"epochs"`` and ``"steps"``."""
        super().set_params(params)
        self.verbose = 1 if params["verbose"] == "auto" else int(params["verbose"])
        self.epochs = params["epochs"]
        self.target = params["steps"]

    def on_slice(self, batch: int, logs: Logs | None = None) -> None:
        """Move the bar on to a batch, counted from 0, that has just been done; silent in validation."""
        if not self._in_validation:
            self._update(batch, logs)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Note that tests are validation from here on, and stay silent."""
        self._in_fit = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Note that tests are tests again."""
        self._in_fit = False

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Begin a bar."""
        self._begin()
        if self.verbose and self.epochs > 1:
            print_message(f"Epoch {epoch + 1}/{self.epochs}")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Finish the bar."""
        self._end(logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Move the bar."""
        self._update(batch, logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Begin a bar, unless this is validation."""
        self._in_validation = self._in_fit
        if not self._in_validation:
            self._begin()

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Move the bar, unless this is validation."""
        self.on_slice(batch, logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Finish the bar, unless this was validation."""
        if not self._in_validation:
            self._end(logs)
        self._in_validation = False

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Begin a bar."""
        self._begin()

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Move the bar; the predictions are not shown."""
        self._update(batch, None)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Finish the bar."""
        self._end(logs)

    def _begin(self) -> Progbar:
        self.seen = 0
        self.progbar = Progbar(self.target, verbose=self.verbose, unit_name="step", stateless_metrics=())
        return self.progbar

    def _update(self, batch: int, logs: Logs | None) -> None:
        bar = self.progbar or self._begin()
        self.seen = batch + 1
        if self.verbose == 1:
            bar.update(self.seen, list((logs or {}).items()), finalize=False)

    def _end(self, logs: Logs | None) -> None:
        bar = self.progbar or self._begin()
        if self.target is None:
            # The first epoch has counted the steps; later ones draw a bar.
            self.target = bar.target = self.seen
        bar.update(self.target, list((logs or {}).items()), finalize=True)
