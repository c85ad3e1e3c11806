"""All callbacks of one call of `fit`, `evaluate` or `predict`, spoken to as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pynn import ranks
from pynn.callbacks.callback import Callback, Logs
from pynn.callbacks.history import History
from pynn.callbacks.progbar_logger import ProgbarLogger
from pynn.structures import is_nested


class CallbackList(Callback):
    """Call a list of callbacks in order.

    Parameters
    ----------
    callbacks : Callback or (nested) list of callbacks, optional
    add_history, add_progbar : bool, default False
        Whether to append a `History` and a `ProgbarLogger`, unless there is one.
    model : Model, optional
    **params
        For `Callback.set_params`: ``verbose``, ``epochs``, ``steps``.

    Attributes
    ----------
    callbacks : list of Callback

    Raises
    ------
    TypeError
        If an entry is no callback, or a class where an instance is needed.

    Notes
    -----
    Logs reach the callbacks sorted by name, numbers as Python floats; all callbacks of one
    call share one dict, so what one adds the next one sees.

    Examples
    --------
    >>> class Announce(Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         print(epoch, logs)
    >>> callbacks = CallbackList([Announce()], add_history=True)
    >>> callbacks.on_epoch_end(0, {"loss": np.float32(0.5), "accuracy": 1})
    0 {'accuracy': 1.0, 'loss': 0.5}
    >>> callbacks.wants_batches
    False
    """

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        super().__init__()
        self.callbacks: list[Any] = [_checked(callback) for callback in _flatten(callbacks)]
        if not ranks.is_first() and getattr(getattr(model, "optimizer", None), "exchange", None) is not None:
            self.callbacks = [c for c in self.callbacks if not getattr(c, "writes_files", False)]
        self._history = self._find_or_add(History, add_history)
        self._progbar = self._find_or_add(ProgbarLogger, add_progbar)
        if model is not None:
            self.set_model(model)
        self.set_params(params)

    @property
    def wants_batches(self) -> bool:
        """Whether a callback overrides a hook of training batches, so that each batch must be told."""
        return self._overrides("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")

    @property
    def wants_epochs(self) -> bool:
        """Whether a callback other than the history overrides a hook of epochs."""
        hooks = ("on_epoch_begin", "on_epoch_end")
        return any(_overrides(c, hook) for c in self.callbacks if type(c) is not History for hook in hooks)

    @property
    def wants_test_batches(self) -> bool:
        """Whether a callback overrides a hook of test batches."""
        return self._overrides("on_test_batch_begin", "on_test_batch_end")

    @property
    def wants_predict_batches(self) -> bool:
        """Whether a callback overrides a hook of predict batches."""
        return self._overrides("on_predict_batch_begin", "on_predict_batch_end")

    @property
    def wants_slices(self) -> bool:
        """Whether a callback has a hook `on_slice`."""
        return any(hasattr(callback, "on_slice") for callback in self.callbacks)

    def end_of_slice(self, first: int) -> Callable[[int], int] | None:
        """What says where a slice has to end, for the batches done, counted from the `first` of the epoch; or None."""
        asked = [callback.end_of_slice for callback in self.callbacks if hasattr(callback, "end_of_slice")]
        return (lambda done: min(ask(first + done) for ask in asked) - first) if asked else None

    def append(self, callback: Any) -> None:
        """Add a callback at the end."""
        self.callbacks.append(_checked(callback))

    def set_params(self, params: dict[str, Any]) -> None:
        """Pass the parameters on, if there are any."""
        self.params = params
        if params:
            for callback in self.callbacks:
                callback.set_params(params)

    def set_model(self, model: Any) -> None:
        """Pass the model on, and hang the history onto it."""
        super().set_model(model)
        if self._history is not None:
            model.history = self._history
        for callback in self.callbacks:
            callback.set_model(model)

    def on_slice(self, batch: int, logs: Logs | None = None) -> None:
        """Tell the progress bar, and whoever else has the hook, of a batch, counted from 0, that has just been done.

        Called a few times a second while no callback wants every batch, in validation within `fit`, too.
        """
        logs = plain_logs(logs)
        for callback in self.callbacks:
            if hasattr(callback, "on_slice"):
                callback.on_slice(batch, logs)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call("on_train_begin", logs)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call("on_train_end", logs)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_at("on_epoch_begin", epoch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_at("on_epoch_end", epoch, logs)

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_batch("on_train_batch_begin", batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_batch("on_train_batch_end", batch, logs)

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_batch("on_batch_begin", batch, logs)

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_batch("on_batch_end", batch, logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call("on_test_begin", logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call("on_test_end", logs)

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_batch("on_test_batch_begin", batch, logs)

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_batch("on_test_batch_end", batch, logs)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call("on_predict_begin", logs)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call("on_predict_end", logs)

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_batch("on_predict_batch_begin", batch, logs)

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Call the hook of every callback."""
        self._call_batch("on_predict_batch_end", batch, logs)

    # Positional or by keyword as Keras calls them: users' hooks may rely on either.

    def _call(self, hook: str, logs: Logs | None) -> None:
        logs = plain_logs(logs)
        for callback in self.callbacks:
            getattr(callback, hook)(logs)

    def _call_at(self, hook: str, epoch: int, logs: Logs | None) -> None:
        logs = plain_logs(logs)
        for callback in self.callbacks:
            getattr(callback, hook)(epoch, logs)

    def _call_batch(self, hook: str, batch: int, logs: Logs | None) -> None:
        logs = plain_logs(logs)
        for callback in self.callbacks:
            getattr(callback, hook)(batch, logs=logs)

    def _overrides(self, *hooks: str) -> bool:
        return any(_overrides(callback, hook) for callback in self.callbacks for hook in hooks)

    def _find_or_add(self, kind: type[Any], add: bool) -> Any:
        found = [callback for callback in self.callbacks if isinstance(callback, kind)]
        if not found and add:
            found = [kind()]
            self.callbacks += found
        return found[-1] if found else None


def plain_logs(logs: Logs | None) -> Logs:
    """Return logs sorted by name, nested dicts flattened, numbers as Python floats.

    Examples
    --------
    >>> plain_logs({"loss": np.float32(0.5), "accuracy": 1})
    {'accuracy': 1.0, 'loss': 0.5}
    """
    plain: Logs = {}
    for name, value in sorted((logs or {}).items()):
        if isinstance(value, dict):
            plain.update(plain_logs(value))
        else:
            plain[name] = value if type(value) is float else float(value) if _is_number(value) else value
    return plain


def _is_number(value: Any) -> bool:
    return not is_nested(value) and np.ndim(value) == 0 and np.asarray(value).dtype.kind in "biuf"


def _flatten(callbacks: Any) -> Iterator[Any]:
    if isinstance(callbacks, (list, tuple)):
        for entry in callbacks:
            yield from _flatten(entry)
    elif callbacks is not None:
        yield callbacks


def _checked(callback: Any) -> Any:
    if isinstance(callback, type):
        raise TypeError(f"callbacks: {callback.__name__} is a class; pass an instance, {callback.__name__}()")
    if not hasattr(callback, "set_model"):
        raise TypeError(f"callbacks: expected instances of Callback. Received: {callback!r} (of type {type(callback)})")
    return callback


def _overrides(callback: Any, hook: str) -> bool:
    """Whether a callback's own hook must hear of every batch.

    A class of ours that has such a hook but can do without says so by `wants_each_batch`.
    """
    if hook in getattr(callback, "__dict__", {}):
        return True
    if getattr(type(callback), hook, None) is getattr(Callback, hook):  # as of most, and asked before each epoch
        return False
    owner = next((cls for cls in type(callback).__mro__ if hook in vars(cls)), None)
    if owner is Callback:
        return False
    return bool(callback.wants_each_batch) if owner and "wants_each_batch" in vars(owner) else True
