"""The timed side of bench/epoch.py and bench/inference.py: one peer, one workload, in a process of its own."""

from __future__ import annotations

import os
import time
from typing import Any

import arrays
import numpy as np
from peers import PEERS
from workloads import WORKLOADS

# Everybody predicts in slices of this many rows for the score, so that it does not dominate the run; it is not timed.
SCORE_ROWS = 4096


def memory() -> float:
    """Most memory that this process ever held, in MiB; NaN where the operating system does not say."""
    try:
        import resource
    except ImportError:
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if os.uname().sysname == "Darwin" else 2**10)


class Trainer:
    """Builds the peer, then trains or predicts whenever asked.  The clock is read here: the pipe is not timed.

    Parameters
    ----------
    peer, workload : str
        Keys of `PEERS` and `WORKLOADS`.
    rows : str
        How many rows to take, "0" for all.
    """

    def __init__(self, peer: str, workload: str, rows: str = "0") -> None:
        self.workload = WORKLOADS[workload]
        self.rows = getattr(arrays, self.workload.data)().first(int(rows))
        weights = self.workload.initial_weights(self.rows.x.shape[1])
        self.peer = PEERS[peer].load()(self.workload, self.rows, weights)

    def facts(self) -> dict[str, Any]:
        """What is trained on what, and what an epoch is worth."""
        inputs, rows = self.rows.x.shape[1], self.rows
        flops = self.workload.flops(inputs, len(rows.x), len(rows.held_x))
        return {"network": self.workload.describe(inputs), "source": rows.source, "flops": flops}

    def fit(self, epochs: int, shuffle: bool) -> dict[str, Any]:
        """Seconds of an epoch, the mean loss of the last one, that of rows held back, and the memory so far."""
        start = time.perf_counter()
        losses = self.peer.fit(epochs, shuffle)
        return {"seconds": (time.perf_counter() - start) / epochs, "losses": losses, "memory": memory()}

    def score(self) -> dict[str, float]:
        """Loss and score on all rows, computed from the predictions in the same way for every peer."""
        _, measure = arrays.LOSSES[self.workload.loss]
        loss, score = measure(self.peer.predict(self.rows.x, SCORE_ROWS), self.rows.y)
        return {"loss": loss, "score": score}

    def outputs(self, rows: int) -> list[float]:
        """Outputs for the first rows, flat."""
        return np.asarray(self.peer.predict(self.rows.x[:rows], rows), np.float64).ravel().tolist()

    def infer(self, how: str, rows: int, batch: int, calls: int) -> float:
        """Seconds of one call of `predict` or `call`, the mean of several; one before them is not timed."""
        x = np.ascontiguousarray(self.rows.x[:rows])
        run = (lambda: self.peer.predict(x, batch)) if how == "predict" else (lambda: self.peer.call(x))
        run()
        start = time.perf_counter()
        for _ in range(calls):
            run()
        return (time.perf_counter() - start) / calls


class Machine:
    """What this machine's cores can do at most."""

    def peaks(self, seconds: float = 0.3) -> dict[str, float]:
        """Multiply-adds in registers, float32, in operations a second: of one core, and of all at once."""
        from pynn import threads

        cores = threads.default_num_threads()
        return {str(n): threads.peak_flops(n, seconds=seconds) for n in sorted({1, cores})}
