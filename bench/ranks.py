"""What several ranks gain, and what they pay: ``mpiexec -n 2 python bench/ranks.py``.

One process trains with one worker and with two, then two ranks with one worker each, in turn and in the same processes;
the ranks that have nothing to do sleep.  The first table: the same rows in each step ("same steps"), or `batch` rows on
every rank, so that there are half as many steps ("same batch").  The second: an Allreduce by size, between two arrays
that stay in the cache; and a block larger than that at once and in pieces.  The third: whether an Allreduce beside the
matrix products of a backward pass takes less time than after them.

``--rows=N`` (default 1024) of W4, ``--rounds=N`` (default 3), ``--only=W1|W4|messages|overlap``, ``--smoke``: a moment.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import threading
import time
from pathlib import Path

import numpy as np

import pynn
import pynn.distributed as hvd
from pynn import keras
from pynn.distributed import exchange, job

sys.path.insert(0, str(Path(__file__).parent))  # so under PYTHONSAFEPATH
import arrays
from workloads import WORKLOADS

SIZES = [2, 1_000, 10_000, 80_000, 500_000]
BLOCK = 21_000_000  # floats: the gradients of W4


def say(text=""):
    if hvd.rank() == 0:
        print(text, flush=True)


def network(workload, inputs):
    keras.utils.set_random_seed(0)
    dense = [keras.layers.Dense(layer.units, activation=layer.activation) for layer in workload.dense]
    return keras.Sequential([keras.Input((inputs,)), *dense])


class Contender:
    """A model, its way of training, and the seconds of an epoch."""

    def __init__(self, workload, rows, workers, ranks, batch):
        self.rows, self.workers, self.ranks, self.batch = rows, workers, ranks, batch
        optimizer = getattr(keras.optimizers, workload.optimizer)(**workload.settings)
        self.model = network(workload, rows.x.shape[1])
        self.model.compile(hvd.DistributedOptimizer(optimizer) if ranks > 1 else optimizer, workload.loss)

    def epoch(self):
        """Seconds of an epoch, and of them those of the exchange."""
        job.group().meet("epoch")
        if self.ranks == 1 and hvd.rank():
            return 0.0, 0.0
        pynn.set_num_threads(self.workers)
        start, Clock.spent = time.perf_counter(), 0.0
        self.model.fit(self.rows.x, self.rows.y, batch_size=self.batch, verbose=0)
        return time.perf_counter() - start, Clock.spent


class Clock:
    """Adds up the seconds that exchanges take, waiting for the other rank included."""

    spent = 0.0

    @classmethod
    def wind(cls):
        reduce = exchange.Exchange._reduce

        def timed(*given):
            start = time.perf_counter()
            reduce(*given)
            cls.spent += time.perf_counter() - start

        exchange.Exchange._reduce = timed


def scaling(name, count, rounds):
    workload = WORKLOADS[name]
    rows = getattr(arrays, workload.data)().first(count)
    size, batch = hvd.size(), workload.batch
    ways = {
        "1 process, 1 worker": (1, 1, batch),
        f"1 process, {size} workers": (size, 1, batch),
        f"{size} ranks, same steps": (1, size, batch // size),
        f"{size} ranks, same batch": (1, size, batch),
    }
    contenders = {label: Contender(workload, rows, *how) for label, how in ways.items()}
    found = {label: [] for label in ways}
    for _ in range(rounds + 1):
        for label, contender in contenders.items():
            found[label].append(contender.epoch())
    say(f"\n{name}, {rows.source}")
    say(f"{'':24}{'ms an epoch':>12}{'times 1 worker':>16}{'exchange':>10}")
    for label, measured in found.items() if hvd.rank() == 0 else ():
        spent = [seconds for seconds, _ in measured[1:]]
        gain = statistics.median(a / b for (a, _), b in zip(found["1 process, 1 worker"][1:], spent, strict=True))
        share = statistics.median(part / seconds for seconds, part in measured[1:])
        say(f"{label:24}{1e3 * statistics.median(spent):12.0f}{gain:16.2f}{share:10.0%}")


def median_of(times, function):
    spent = []
    for _ in range(times):
        job.group().comm.Barrier()
        start = time.perf_counter()
        function()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def messages(smoke):
    team = job.group()
    say(f"\n{'Allreduce of':16}{'us':>9}")
    for size in SIZES[: 2 if smoke else None]:
        data = np.ones(size, np.float32)
        say(f"{4 * size / 1e3:10,.1f} kB   {1e6 * median_of(60, lambda data=data: team.sum(data)):9.1f}")
    block = np.ones(BLOCK // (100 if smoke else 1), np.float32)
    for label, piece in (("at once", block.nbytes), ("in pieces", exchange._PIECE)):
        step = piece // 4

        def send(step=step):
            for first in range(0, len(block), step):
                part = block[first : first + step]
                part *= np.float32(0.5)
                team.sum(part)

        say(f"{block.nbytes / 1e6:10,.1f} MB   {1e6 * median_of(5, send):9.0f}  weighed and sent {label}")


def overlap(smoke):
    """The products of W4's widest layer, and the exchange of another one's gradients."""
    team, n = job.group(), 256 if smoke else 4096
    pynn.set_num_threads(1)
    a, b = np.ones((128, n), np.float32), np.ones((n, n), np.float32)
    data = np.ones(n * n, np.float32)

    def compute():
        for _ in range(2):
            pynn.kernels.matmul(a, b)

    def send():
        for first in range(0, len(data), exchange._PIECE // 4):
            team.sum(data[first : first + exchange._PIECE // 4])

    def both():
        sender = threading.Thread(target=send)
        sender.start()
        compute()
        sender.join()

    alone = [1e3 * median_of(5, part) for part in (compute, send)]
    say(f"\nproducts {alone[0]:.1f} ms, exchange {alone[1]:.1f} ms: {sum(alone):.1f} ms one after the other, ")
    say(f"{1e3 * median_of(5, both):.1f} ms at the same time, each rank on its core")


def main():
    asks = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asks.add_argument("--rows", type=int, default=1024)
    asks.add_argument("--rounds", type=int, default=3)
    asks.add_argument("--only", choices=("W1", "W4", "messages", "overlap"))
    asks.add_argument("--smoke", action="store_true")
    how = asks.parse_args()
    hvd.init()
    Clock.wind()
    peaks = [pynn.threads.peak_flops(count) / 1e9 for count in (1, hvd.local_size())] if hvd.rank() == 0 else []
    say("in registers: " + ", ".join(f"{peak:.0f} GFLOP/s" for peak in peaks) + f" on 1 and {hvd.local_size()} cores")
    parts = {
        "W1": lambda: scaling("W1", 64 if how.smoke else 10_000, 1 if how.smoke else how.rounds),
        "W4": lambda: how.smoke or scaling("W4", how.rows, how.rounds),
        "messages": lambda: messages(how.smoke),
        "overlap": lambda: overlap(how.smoke),
    }
    for name, part in parts.items():
        if how.only in (None, name):
            part()


if __name__ == "__main__":
    main()
