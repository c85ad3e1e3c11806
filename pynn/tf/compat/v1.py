"""`tf.compat.v1`: seeds and logging; graphs and sessions are left out."""

from __future__ import annotations

from pynn.tf import logs as logging
from pynn.tf import train
from pynn.tf.execution import executing_eagerly
from pynn.tf.random import set_seed as set_random_seed


def enable_eager_execution() -> None:
    """Nothing to do: everything runs at once."""


def enable_v2_behavior() -> None:
    """Nothing to do: everything runs at once."""


def reset_default_graph() -> None:
    """Nothing to do: there is no graph."""


__all__ = [
    "enable_eager_execution",
    "enable_v2_behavior",
    "executing_eagerly",
    "logging",
    "reset_default_graph",
    "set_random_seed",
    "train",
]
