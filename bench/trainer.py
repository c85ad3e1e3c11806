"""The timed side of bench/epoch.py: one peer, one workload, in the process that `remote` started."""

from __future__ import annotations

import time
from typing import Any

import arrays
from peers import PEERS
from workloads import WORKLOADS


class Trainer:
    """Builds the peer, then runs an epoch whenever asked.  The clock is read here: the pipe is not timed."""

    def __init__(self, peer: str, workload: str, mnist: str) -> None:
        self.workload = WORKLOADS[workload]
        self.rows = getattr(arrays, self.workload.data)(mnist)
        weights = self.workload.initial_weights(self.rows.x.shape[1])
        self.peer = PEERS[peer].load()(self.workload, self.rows, weights)

    def facts(self) -> dict[str, Any]:
        """What is trained on what."""
        return {"network": self.workload.describe(self.rows.x.shape[1]), "source": self.rows.source}

    def epoch(self, shuffle: bool) -> dict[str, float]:
        """Seconds and mean loss of one epoch."""
        start = time.perf_counter()
        loss = self.peer.epoch(shuffle)
        return {"seconds": time.perf_counter() - start, "loss": loss}

    def score(self) -> dict[str, float]:
        """Loss and score on all rows, computed from the predictions in the same way for every peer."""
        _, measure = arrays.LOSSES[self.workload.loss]
        loss, score = measure(self.peer.predict(), self.rows.y)
        return {"loss": loss, "score": score}
