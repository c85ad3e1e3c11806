"""`tf.config.optimizer`: the compiler of graphs."""

from __future__ import annotations

_jit = ""


def set_jit(enabled: bool | str) -> None:
    """Remember the choice; pynn's steps are compiled in any case."""
    global _jit
    _jit = "autoclustering" if enabled is True else str(enabled or "")


def get_jit() -> str:
    """What was chosen by `set_jit`."""
    return _jit


__all__ = ["get_jit", "set_jit"]
