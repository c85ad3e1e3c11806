"""What holds while a layer is called: whether for training, and where losses are collected."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any


class Context:
    """What holds during a call: whether for training, and where losses are collected."""

    def __init__(self, training: bool, losses: list[tuple[Any, Any]] | None) -> None:
        self.training, self.losses = training, losses


_CONTEXTS: list[Context] = []


@contextlib.contextmanager
def context(training: bool, losses: list[tuple[Any, Any]] | None = None) -> Iterator[Context]:
    """Calls inside are for training or not, unless they say so themselves; `add_loss` appends to `losses`."""
    _CONTEXTS.append(Context(training, losses))
    try:
        yield _CONTEXTS[-1]
    finally:
        _CONTEXTS.pop()


def current() -> Context | None:
    """The innermost context."""
    return _CONTEXTS[-1] if _CONTEXTS else None


def said_training(kwargs: dict[str, Any]) -> bool | None:
    """Whether a call is for training: what it says, or else the call that it stands in; None if neither does.

    As in Keras a call says so too by ``training=None``: it is not for training then, whatever it stands in.
    """
    if "training" in kwargs:
        return bool(kwargs["training"])
    outer = current()
    return outer.training if outer is not None else None


def is_training(kwargs: dict[str, Any]) -> bool:
    """Whether a call is for training; not if nobody says."""
    return bool(said_training(kwargs))
