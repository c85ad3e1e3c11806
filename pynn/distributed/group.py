"""The ranks of a job, as one of them sees them: what they tell each other."""

from __future__ import annotations

import os
import sys
import time
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np

# How often a rank looks for the others without a pause, and the pause after that: who waits long leaves the core to
# whom it waits for.
_LOOKS, _PAUSE = 3000, 1e-3
_END = "the end of its program"


class Group:
    """All ranks of the job, as one of them sees them.  The communicator is pynn's own: programs may use theirs.

    Parameters
    ----------
    comm : mpi4py.MPI.Intracomm
    mpi : module
        ``mpi4py.MPI``.
    """

    def __init__(self, comm: Any, mpi: Any) -> None:
        self.comm, self.mpi = comm, mpi
        self.rank, self.size = int(comm.Get_rank()), int(comm.Get_size())
        local = comm.Split_type(mpi.COMM_TYPE_SHARED)
        self.local_rank, self.local_size = int(local.Get_rank()), int(local.Get_size())
        self.workers = _share_of_cores(local.allgather(_cores()))
        local.Free()

    def wait(self, request: Any) -> None:
        """Wait for the others, first eagerly, then without taking their core."""
        looks = 0
        while not request.Test():
            looks += 1
            if looks > _LOOKS:
                time.sleep(_PAUSE)

    def meet(self, where: str, facts: dict[str, Any] | None = None) -> None:
        """Go on as soon as all ranks are here with the same facts.

        Parameters
        ----------
        where : str
            What the program is about to do.
        facts : dict, optional
            What must be equal on all ranks; the texts of the values are compared.

        Raises
        ------
        RuntimeError
            If another rank is about to do something else, or ends.
        ValueError
            If a fact differs.
        """
        if self.size == 1:
            return
        known = {name: str(value) for name, value in (facts or {}).items()}
        if not self._all_say(where, known):
            everyone = self.comm.allgather((where, known))
            _check_places([place for place, _ in everyone])
            _check_facts(where, [told for _, told in everyone])

    def _all_say(self, *words: Any) -> bool:
        own = np.array([zlib.crc32(repr(words).encode())], np.int64)
        found = np.empty((self.size, 1), np.int64)
        self.wait(self.comm.Iallgather(own, found))
        return bool((found == own).all())

    def end(self) -> None:
        """Wait until all ranks end; whoever is about to do something else learns that this one does not."""
        while self.size > 1 and not self._all_say(_END, {}):
            self.comm.allgather((_END, {}))

    def sum(self, array: np.ndarray) -> None:
        """Replace a contiguous array by its sum over all ranks."""
        self.comm.Allreduce(self.mpi.IN_PLACE, array)

    def give(self, array: np.ndarray, root: int = 0) -> None:
        """Overwrite a contiguous array with that of one rank, bit by bit."""
        self.comm.Bcast(array.reshape(-1).view(np.uint8), root)

    def told(self, thing: Any, root: int = 0) -> Any:
        """What one rank has in place of this."""
        return self.comm.bcast(thing, root)

    def most(self, count: int) -> int:
        """The largest of the ranks' numbers."""
        return int(self.comm.allreduce(int(count), self.mpi.MAX))

    def any(self, is_so: bool) -> bool:
        """Whether it is so on at least one rank."""
        return bool(self.most(is_so))

    def abort(self, reason: str) -> None:
        """End all ranks at once: MPI knows no way to tell those that wait."""
        sys.stdout.flush()
        sys.stderr.write(f"pynn.distributed: rank {self.rank} of {self.size} {reason}; this ends all ranks.\n")
        sys.stderr.flush()
        self.comm.Abort(1)


def _check_places(places: list[str]) -> None:
    if len(set(places)) > 1:
        listed = "; ".join(
            f"{place} on {_ranks(i for i, p in enumerate(places) if p == place)}" for place in _in(places)
        )
        raise RuntimeError(
            f"The ranks have lost each other: {listed}. Every rank must call fit, allreduce, broadcast … equally often "
            "and in the same order; what only one rank does (`if rank() == 0:`) can hold none of these."
        )


def _check_facts(where: str, told: list[dict[str, str]]) -> None:
    lines = []
    for name in told[0]:
        values = [facts.get(name, "nothing") for facts in told]
        if len(set(values)) > 1:
            parts = (f"{value} on {_ranks(i for i, v in enumerate(values) if v == value)}" for value in _in(values))
            lines.append(f"{name}: {', '.join(parts)}")
    raise ValueError(f"{where}: the ranks differ. " + "; ".join(lines))


def _in(values: list[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _ranks(numbers: Iterable[int]) -> str:
    found = [str(number) for number in numbers]
    return f"rank {found[0]}" if len(found) == 1 else f"ranks {', '.join(found)}"


def _cores() -> list[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def _share_of_cores(of_ranks: list[list[int]]) -> int:
    """Workers of this rank, each core divided among those who may use it (`mpiexec -bind-to` may part them)."""
    own = _cores()
    return max(1, int(sum(1 / sum(core in cores for cores in of_ranks) for core in own) + 1e-9))
