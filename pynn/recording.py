"""Which tapes are recording now, in this thread."""

from __future__ import annotations

import _thread  # `threading.local` without loading threading
import contextlib
from collections.abc import Iterator
from typing import Any


class _Tapes(_thread._local):
    """The tapes that record, the outermost first; each thread has its own."""

    def __init__(self) -> None:
        self.stack: list[Any] = []


state = _Tapes()


def is_tracked(value: Any) -> bool:
    """Whether a recording tape follows this tensor or variable."""
    return any(id(value) in tape.watched for tape in state.stack)


@contextlib.contextmanager
def only(tapes: list[Any]) -> Iterator[None]:
    """Let these tapes record, and no other."""
    before, state.stack = state.stack, tapes
    try:
        yield
    finally:
        state.stack = before


def paused() -> contextlib.AbstractContextManager[None]:
    """Let no tape record."""
    return only([])
