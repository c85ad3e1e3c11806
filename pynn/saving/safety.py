"""Whether code in a file may run: never, unless the user says so."""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator

_asked: contextvars.ContextVar[bool] = contextvars.ContextVar("safe_mode", default=True)
_unsafe_everywhere = False


def enable_unsafe_deserialization() -> None:
    """Let configs and files carry Python code (lambdas) that runs when they are read, for the rest of the process.

    Notes
    -----
    Whoever wrote such a file can do anything to your computer.  Prefer ``safe_mode=False`` for one file you trust.

    Examples
    --------
    >>> enable_unsafe_deserialization()  # doctest: +SKIP
    """
    global _unsafe_everywhere
    _unsafe_everywhere = True


@contextlib.contextmanager
def safe_mode(safe: bool) -> Iterator[None]:
    """Within the block, code in configs is refused (True) or run."""
    token = _asked.set(safe)
    try:
        yield
    finally:
        _asked.reset(token)


def is_safe() -> bool:
    """Tell whether code in configs must be refused here.

    Examples
    --------
    >>> is_safe()
    True
    """
    return _asked.get() and not _unsafe_everywhere


def check_code_allowed(what: str) -> None:
    """Raise ValueError if code in configs must be refused here."""
    if is_safe():
        raise ValueError(
            f"Requested the deserialization of {what}, which is code that would run on this computer. It is disallowed "
            "by default. If you trust where it comes from, pass `safe_mode=False` to the loading function, or call "
            "`keras.config.enable_unsafe_deserialization()`."
        )
