"""A job: started by `mpiexec`, joined by `init`, brought to an end together."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Any

from pynn import extras, ranks, threads
from pynn.distributed.group import Group

_group: Group | None = None


def init() -> None:
    """Join the other ranks of the job; the first thing that a distributed program does.

    A program that was started without `mpiexec` is a job of one rank, in which everything works as without this.

    Raises
    ------
    ImportError
        If mpi4py, or an MPI library for it, is not installed.
    RuntimeError
        If `mpiexec` has started several processes, which do not find each other.

    Notes
    -----
    From now on an exception that nobody catches ends all ranks, after its traceback.  The cores of a machine are
    divided among the ranks on it (`pynn.get_num_threads`), unless the environment variable PYNN_NUM_THREADS says
    otherwise.  Bars, messages and summaries are printed by rank 0 alone.

    Examples
    --------
    >>> import pynn.distributed as hvd
    >>> hvd.init()  # doctest: +SKIP
    """
    global _group
    if _group is not None:
        return
    import atexit

    mpi: Any = _mpi()
    _check_launcher(mpi.COMM_WORLD.Get_size())
    _group = Group(mpi.COMM_WORLD.Dup(), mpi)
    ranks.settle(_group.rank, _group.size)
    if _group.size == 1:
        return
    if not os.environ.get("PYNN_NUM_THREADS", "").strip():
        threads.set_num_threads(_group.workers)
    sys.excepthook = _Hook(sys.excepthook, _group)
    atexit.register(_at_exit)


def _mpi() -> Any:
    try:
        return extras.require("mpi4py.MPI", extra="mpi")
    except RuntimeError as error:
        raise ImportError(
            f"mpi4py is installed, but finds no MPI library ({str(error).splitlines()[0]}). "
            'pip install "pynn-kernels[mpi]" brings MPICH along.'
        ) from error


# What launchers tell each process: MPICH and its kin, Open MPI, MVAPICH.
_TOLD_SIZES = ("PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "MV2_COMM_WORLD_SIZE")


def _check_launcher(size: int) -> None:
    """Many jobs of one rank would each train alone, and overwrite each other's files."""
    told = {name: os.environ[name] for name in _TOLD_SIZES if os.environ.get(name, "1") != "1"}
    if size == 1 and told:
        listed = ", ".join(f"{name}={value}" for name, value in told.items())
        raise RuntimeError(
            f"mpiexec has started several processes ({listed}), but MPI says that this one is alone: mpiexec and "
            "mpi4py belong to different MPI libraries. Use the mpiexec beside this Python, or install mpi4py for the "
            "other MPI."
        )


class _Hook:
    """Prints an uncaught exception as ever, then ends the job: the other ranks would wait for this one forever."""

    def __init__(self, before: Any, group: Group) -> None:
        self._before, self._group = before, group

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._before(kind, error, trace)
        self._group.abort(f"failed with {kind.__name__}")


def _at_exit() -> None:
    if _group is not None and not _group.mpi.Is_finalized():
        _group.end()


def shutdown() -> None:
    """Leave the job, when all ranks do; `init` may be called again.  The end of a program does this by itself.

    Examples
    --------
    >>> shutdown()
    >>> is_initialized()
    False
    """
    global _group
    if _group is None:
        return
    _group.meet("shutdown")
    _group.comm.Free()
    if isinstance(sys.excepthook, _Hook):
        sys.excepthook = sys.excepthook._before
    if _group.size > 1 and not os.environ.get("PYNN_NUM_THREADS", "").strip():
        threads.set_num_threads(threads.default_num_threads())
    _group = None
    ranks.settle(0, 1)


def is_initialized() -> bool:
    """Whether `init` has been called.

    Examples
    --------
    >>> is_initialized()
    False
    """
    return _group is not None


def group() -> Group:
    """The ranks of the job.

    Raises
    ------
    ValueError
        If `init` has not been called.
    """
    if _group is None:
        raise ValueError("pynn.distributed has not been initialized; call pynn.distributed.init() first.")
    return _group


def rank() -> int:
    """Number of this process, from 0.

    Examples
    --------
    >>> if rank() == 0:  # doctest: +SKIP
    ...     model.save("digits.keras")
    """
    return group().rank


def size() -> int:
    """Number of processes of the job.

    Examples
    --------
    >>> optimizer = keras.optimizers.SGD(0.01 * size())  # doctest: +SKIP
    """
    return group().size


def local_rank() -> int:
    """Number of this process among those on the same machine.

    Examples
    --------
    >>> local_rank()  # doctest: +SKIP
    0
    """
    return group().local_rank


def local_size() -> int:
    """Number of processes on this machine.

    Examples
    --------
    >>> local_size()  # doctest: +SKIP
    2
    """
    return group().local_size
