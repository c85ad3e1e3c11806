"""Who takes part: each peer is one entry here and one class with `fit`, `predict` and `call`.

A peer's class is called as ``Peer(workload, rows, weights)`` and runs in a process of its own (`remote`).
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

    def fit(self, epochs: int, shuffle: bool) -> list[float]:
        """Train on every row so many times.

        Returns the mean loss of the last epoch, and behind it, if rows are held back, their loss after that epoch.
        """

    def predict(self, x: np.ndarray, batch: int) -> np.ndarray:
        """Outputs (n, o) for rows, `batch` of them at a time."""

    def call(self, x: np.ndarray) -> np.ndarray:
        """Outputs for few rows, in the quickest way that the library documents."""


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

KERAS = "peers.keras_api:Keras"
# The first one present is the baseline that the others are compared with.
PEERS: dict[str, Entry] = {
    "pynn": Entry("peers.keras_api:Pynn", ("pynn",)),
    "pynn-1-thread": Entry("peers.keras_api:Pynn", ("pynn",), {"PYNN_NUM_THREADS": "1"}),
    "numpy": Entry("peers.numpy_loop:NumpyLoop", ("numpy",)),
    # Threads gain such small products little, and lose much where another program wants a core: OpenBLAS spins.
    "numpy-1-thread": Entry("peers.numpy_loop:NumpyLoop", ("numpy",), ONE_THREAD),
    "jax": Entry("peers.jax_scan:JaxScan", ("jax",)),
    "torch": Entry("peers.torch_loop:TorchLoop", ("torch",)),
    "torch-1-thread": Entry("peers.torch_loop:TorchLoop", ("torch",), ONE_THREAD),
    "scikit-learn": Entry("peers.sklearn_mlp:SklearnMlp", ("sklearn",)),
    "keras-jax": Entry(KERAS, ("keras", "jax"), {"KERAS_BACKEND": "jax"}),
    "keras-torch": Entry(KERAS, ("keras", "torch"), {"KERAS_BACKEND": "torch"}),
    "keras-tensorflow": Entry(KERAS, ("keras", "tensorflow"), {"KERAS_BACKEND": "tensorflow"}),
}


def installed() -> list[str]:
    """Names of the peers whose packages are all here."""
    return [name for name, entry in PEERS.items() if not entry.missing()]


def missing() -> dict[str, str]:
    """Peers that cannot take part, and the packages that they lack."""
    return {name: ", ".join(entry.missing()) for name, entry in PEERS.items() if entry.missing()}
