"""A callback made of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pynn import naming
from pynn.callbacks.callback import Callback

Hook = Callable[..., Any]


class LambdaCallback(Callback):
    """Call functions at the moments of training that they are given for.

    Parameters
    ----------
    on_epoch_begin, on_epoch_end : callable, optional
        ``f(epoch, logs)``.
    on_train_begin, on_train_end : callable, optional
        ``f(logs)``.
    on_train_batch_begin, on_train_batch_end : callable, optional
        ``f(batch, logs)``; the second is passed by name.  One of these makes `fit` come back to Python after every
        batch.
    **kwargs
        Any other hook of `Callback` by its name.

    Raises
    ------
    TypeError
        If a name is no hook, or a value no function.

    Examples
    --------
    >>> LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs)).on_epoch_end(0, {"loss": 0.5})
    0 {'loss': 0.5}
    """

    def __init__(
        self,
        on_epoch_begin: Hook | None = None,
        on_epoch_end: Hook | None = None,
        on_train_begin: Hook | None = None,
        on_train_end: Hook | None = None,
        on_train_batch_begin: Hook | None = None,
        on_train_batch_end: Hook | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        named = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
        }
        hooks = [name for name in dir(Callback) if name.startswith("on_")]
        for name, function in {**named, **kwargs}.items():
            if name not in hooks:
                raise TypeError(f"LambdaCallback: {name!r} is no hook of Callback.{naming.nearest(name, hooks)}")
            if function is None:
                continue
            if not callable(function):
                raise TypeError(f"LambdaCallback: {name} must be a function, got {function!r}")
            setattr(self, name, function)
