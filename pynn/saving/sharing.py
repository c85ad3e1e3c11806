"""Objects that a model holds in several places: files say that they are one."""

from __future__ import annotations

import contextlib
import contextvars
from collections import Counter
from collections.abc import Iterator
from typing import Any

_KEY = "shared_object_id"
# While writing: id of an object → (object, which is kept alive so that its id stays its own; its number).
_written: contextvars.ContextVar[dict[int, tuple[Any, int]] | None] = contextvars.ContextVar("written", default=None)
# While reading: number in the file → object.
_read: contextvars.ContextVar[dict[Any, Any] | None] = contextvars.ContextVar("read", default=None)


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Within the block, every object that is written gets a number."""
    token = _written.set({})
    try:
        yield
    finally:
        _written.reset(token)


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Within the block, what has the same number is made once."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def wrote(obj: Any, entry: dict[str, Any]) -> None:
    """Put the number of an object into its entry."""
    known = _written.get()
    if known is not None:
        entry[_KEY] = known.setdefault(id(obj), (obj, len(known) + 1))[1]


def shared_only(entry: Any) -> Any:
    """What was written, with numbers only where there are several of one."""
    counts: Counter[int] = Counter(_numbers(entry))
    return _without(entry, {number for number, count in counts.items() if count < 2})


def _numbers(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        if _KEY in value:
            yield value[_KEY]
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from _numbers(part)


def _without(value: Any, numbers: set[int]) -> Any:
    if isinstance(value, dict):
        return {k: _without(part, numbers) for k, part in value.items() if k != _KEY or part not in numbers}
    return [_without(part, numbers) for part in value] if isinstance(value, list | tuple) else value


def find(entry: dict[str, Any]) -> Any:
    """The object that was made from an entry of the same number, or None."""
    known, number = _read.get(), entry.get(_KEY)
    return known.get(number) if known is not None and isinstance(number, int) else None


def made(obj: Any, entry: dict[str, Any]) -> None:
    """Note the object that was made from an entry."""
    known = _read.get()
    if known is not None and isinstance(entry.get(_KEY), int):
        known[entry[_KEY]] = obj
