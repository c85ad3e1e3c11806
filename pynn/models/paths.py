"""Where files come from and go to: a path, or a binary file that is open."""

from __future__ import annotations

import io
import os
from typing import Any

from pynn import console
from pynn.saving import atomic


def ends(filepath: Any, *endings: str) -> bool:
    """Whether it is a path with one of the endings."""
    return not isinstance(filepath, io.IOBase) and str(os.fspath(filepath)).endswith(endings)


def get(source: Any) -> bytes:
    """All bytes."""
    if isinstance(source, io.IOBase):
        source.seek(0)
        read: bytes = source.read()
        return read
    with open(source, "rb") as file:
        return file.read()


def put(target: Any, data: bytes) -> None:
    """Write all bytes; into a path at once."""
    if isinstance(target, io.IOBase):
        target.write(data)
    else:
        atomic.write(target, data)


def may_replace(filepath: Any) -> bool:
    """Whether there is no file yet, or who sits at the keyboard says that it may go."""
    if isinstance(filepath, io.IOBase) or not os.path.exists(filepath):
        return True
    console.print_message(f"[WARNING] {filepath} already exists - overwrite? [y/n]")
    return input().strip().lower() in ("y", "yes")
