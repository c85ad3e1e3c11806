"""The base of all callbacks: a hook for each moment of training, testing and predicting."""

from __future__ import annotations

from typing import Any

Logs = dict[str, Any]


class Callback:
    """Something that is told how training goes, and may act on it.

    Subclass it and override the hooks that matter.  The hooks of epochs cost nothing to speak
    of.  A hook of batches makes `fit` come back to Python after every batch, instead of every
    tenth of a second or so.

    Attributes
    ----------
    model : Model or None
        The model at work; set ``model.stop_training = True`` to end `fit` after this epoch.
    params : dict or None
        ``"verbose"``, ``"epochs"`` and ``"steps"`` (batches an epoch, None if unknown).

    Notes
    -----
    `epoch` and `batch` count from 0.  `logs` maps names to floats: in batch hooks the means
    since the epoch began, in `on_epoch_end` these and, prefixed ``val_``, those of the
    validation data.  What a callback adds to `logs` in `on_epoch_end`, `History` records.

    Examples
    --------
    >>> class Announce(Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         print("epoch", epoch, "loss", logs["loss"])
    >>> Announce().on_epoch_end(0, {"loss": 0.5})
    epoch 0 loss 0.5
    """

    # Here as well as in __init__: subclasses are known to forget super().__init__().
    params: dict[str, Any] | None = None
    _model: Any = None

    def __init__(self) -> None:
        self.params = None
        self._model = None

    @property
    def model(self) -> Any:
        """The model that calls the hooks."""
        return self._model

    # Whether of several processes that train one model only the first has it.
    writes_files = False

    def set_params(self, params: dict[str, Any]) -> None:
        """Receive ``"verbose"``, ``"epochs"`` and ``"steps"``, before the first hook."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Receive the model, before the first hook."""
        self._model = model

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Called once, as `fit` begins."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Called once, as `fit` ends, with the logs of the last epoch."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Called before the first batch of an epoch of `fit`."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Called after the last batch of an epoch of `fit`, and after its validation."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Called before each batch of `fit`."""
        self.on_batch_begin(batch, logs=logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Called after each batch of `fit`."""
        self.on_batch_end(batch, logs=logs)

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Older name of `on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Older name of `on_train_batch_end`."""

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Called as `evaluate` begins, or validation within `fit`."""

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Called as `evaluate` ends, or validation within `fit`."""

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Called before each batch of `evaluate`, or of validation within `fit`."""

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Called after each batch of `evaluate`, or of validation within `fit`."""

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Called as `predict` begins."""

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Called as `predict` ends."""

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Called before each batch of `predict`."""

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Called after each batch of `predict`, with its predictions as ``logs["outputs"]``."""
