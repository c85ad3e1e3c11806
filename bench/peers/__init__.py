"""Who takes part: each peer is one entry here and one class with `epoch` and `predict`.

A peer's class is called as ``Peer(workload, rows, weights)``; ``epoch(shuffle)`` trains on all rows once and returns
the mean loss it saw, ``predict()`` returns the outputs for all rows.  It runs in a process of its own (`remote`).
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np


class Peer(Protocol):
    """What the referee asks of a peer."""

    def epoch(self, shuffle: bool) -> float:
        """Train on every row once; the epoch's mean loss."""

    def predict(self) -> np.ndarray:
        """Outputs (n, o) for all rows."""


@dataclass(frozen=True)
class Entry:
    """Where a peer's class is, the packages it needs, and the environment it starts in."""

    target: str
    requires: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)

    def missing(self) -> list[str]:
        """Packages that it needs and that are not installed."""
        return [name for name in self.requires if importlib.util.find_spec(name) is None]

    def load(self) -> Any:
        """The peer's class."""
        module, _, name = self.target.partition(":")
        return getattr(importlib.import_module(module), name)


# What the BLAS libraries that NumPy is built with read at import.
ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)

# The first one present is the baseline that the others are compared with.
PEERS: dict[str, Entry] = {
    "pynn": Entry("peers.keras_api:Pynn", ("pynn",)),
    "numpy": Entry("peers.numpy_loop:NumpyLoop", ("numpy",)),
    # Threads gain such small products little, and lose much where another program wants a core: OpenBLAS spins.
    "numpy-1-thread": Entry("peers.numpy_loop:NumpyLoop", ("numpy",), ONE_THREAD),
    "keras-jax": Entry("peers.keras_api:Keras", ("keras", "jax"), {"KERAS_BACKEND": "jax"}),
    "keras-torch": Entry("peers.keras_api:Keras", ("keras", "torch"), {"KERAS_BACKEND": "torch"}),
    "keras-tensorflow": Entry("peers.keras_api:Keras", ("keras", "tensorflow"), {"KERAS_BACKEND": "tensorflow"}),
}


def installed() -> list[str]:
    """Names of the peers whose packages are all here."""
    return [name for name, entry in PEERS.items() if not entry.missing()]
