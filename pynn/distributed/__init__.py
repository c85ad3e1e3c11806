"""Training on several processes and machines: the words of Horovod, over MPI.

Start a program with ``mpiexec -n 4 python -m mpi4py train.py``.

>>> import pynn.distributed as hvd
>>> hvd.is_initialized()
False
"""

from __future__ import annotations

from pynn.distributed import callbacks
from pynn.distributed.arrays import allgather, allreduce, broadcast, broadcast_variables
from pynn.distributed.job import init, is_initialized, local_rank, local_size, rank, shutdown, size
from pynn.distributed.optimizer import DistributedOptimizer

__all__ = [
    "DistributedOptimizer",
    "allgather",
    "allreduce",
    "broadcast",
    "broadcast_variables",
    "callbacks",
    "init",
    "is_initialized",
    "local_rank",
    "local_size",
    "rank",
    "shutdown",
    "size",
]
