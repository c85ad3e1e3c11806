"""`tf.compat.v1.logging`: levels of TensorFlow's logger."""

from __future__ import annotations

from pynn.tf.execution import get_logger

DEBUG, INFO, WARN, ERROR, FATAL = 10, 20, 30, 40, 50


def set_verbosity(v: int) -> None:
    """Set the level below which messages are dropped."""
    get_logger().setLevel(v)


def get_verbosity() -> int:
    """The level below which messages are dropped."""
    return int(get_logger().level)


__all__ = ["DEBUG", "ERROR", "FATAL", "INFO", "WARN", "get_verbosity", "set_verbosity"]
