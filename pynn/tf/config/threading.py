"""`tf.config.threading`: how many cores work at once."""

from __future__ import annotations

from pynn.threads import get_num_threads as get_intra_op_parallelism_threads
from pynn.threads import set_num_threads


def set_intra_op_parallelism_threads(num_threads: int) -> None:
    """Share each step among so many cores; 0 leaves the choice to pynn."""
    if num_threads:
        set_num_threads(num_threads)


def set_inter_op_parallelism_threads(num_threads: int) -> None:
    """Nothing to do: steps run one after the other, each shared among the cores."""


def get_inter_op_parallelism_threads() -> int:
    """1: steps run one after the other."""
    return 1


__all__ = [
    "get_inter_op_parallelism_threads",
    "get_intra_op_parallelism_threads",
    "set_inter_op_parallelism_threads",
    "set_intra_op_parallelism_threads",
]
