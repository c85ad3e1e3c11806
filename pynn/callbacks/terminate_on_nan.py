"""The callback that ends training when the loss is no longer a number."""

from __future__ import annotations

import math

from pynn.callbacks.callback import Callback, Logs
from pynn.console import print_message


class TerminateOnNaN(Callback):
    """Stop training when the loss becomes NaN or infinite.

    Parameters
    ----------
    raise_error : bool, default False
        Whether to raise an error instead of ending `fit` gracefully.

    Raises
    ------
    RuntimeError
        After such a batch, if `raise_error` is on.

    Notes
    -----
    The loss is the mean since the epoch began, so that it stays NaN once a batch had it.  The core comes back to
    Python at the batch where that happens, and not before: watching costs nothing.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> model, watch = SimpleNamespace(stop_training=False), TerminateOnNaN()
    >>> watch.set_model(model)
    >>> watch.on_batch_end(7, {"loss": float("nan")})
    Batch 7: Invalid loss, terminating training
    >>> model.stop_training
    True
    """

    # `on_slice` tells as much.
    wants_each_batch = False

    def __init__(self, raise_error: bool = False) -> None:
        super().__init__()
        self.raise_error = raise_error
        self._testing = False

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Look away: the loss of data that is not trained on does not count."""
        self._testing = True

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Look again."""
        self._testing = False

    def on_slice(self, batch: int, logs: Logs | None = None) -> None:
        """Look at the loss after some batches, of which this is the last."""
        if not self._testing:
            self.on_batch_end(batch, logs)

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Look at the loss after a batch."""
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        if self.raise_error:
            raise RuntimeError(
                f"NaN or Inf loss encountered at batch {batch}. Loss value: {loss}. Terminating training immediately."
            )
        print_message(f"Batch {batch}: Invalid loss, terminating training")
        self.model.stop_training = True
