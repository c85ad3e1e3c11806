"""`tf.autograph`: Python's `if` and `for` run as they are, so that there is nothing to translate."""

from __future__ import annotations

from typing import Any


def set_verbosity(level: int, alsologtostdout: bool = False) -> None:
    """Nothing to do: nothing is translated, so nothing is reported."""


def do_not_convert(func: Any = None) -> Any:
    """Return the function as it is."""
    return func if func is not None else lambda found: found


__all__ = ["do_not_convert", "set_verbosity"]
