"""Which of the processes of a job this one is, as far as printing and writing go: one of one, unless MPI says more."""

from __future__ import annotations


class _Here:
    rank, size = 0, 1


_here = _Here()


def settle(rank: int, size: int) -> None:
    """Say which process this is; `pynn.distributed.init` does."""
    _here.rank, _here.size = rank, size


def is_first() -> bool:
    """Whether this process prints and writes files.

    Examples
    --------
    >>> is_first()
    True
    """
    return _here.rank == 0
