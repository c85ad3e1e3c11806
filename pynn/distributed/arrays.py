"""Arrays of all ranks: combined, or handed on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from pynn.distributed.job import group

_OPS = {"average": "SUM", "sum": "SUM", "min": "MIN", "max": "MAX", "product": "PROD"}


def _numbers(array: Any, where: str) -> np.ndarray:
    found = np.array(array, order="C")
    if found.dtype.kind not in "biuf" or found.dtype.itemsize not in (1, 4, 8):
        raise ValueError(
            f"{where}: expected an array of integers, float32 or float64, got dtype {found.dtype}. "
            "Convert it, as in np.asarray(x, 'float32')."
        )
    return found


def _facts(found: np.ndarray, **more: Any) -> dict[str, Any]:
    return {"shape": found.shape, "dtype": found.dtype, **more}


def allreduce(array: Any, op: str = "average") -> np.ndarray:
    """The average of an array over all ranks, or another combination; the same bits on each rank.

    Parameters
    ----------
    array : array_like
        Of the same shape and type on each rank.
    op : {"average", "sum", "min", "max", "product"}

    Returns
    -------
    ndarray
        The average of integers is float64.

    Raises
    ------
    ValueError
        If shape, type or `op` differ between ranks.

    Examples
    --------
    >>> allreduce([1.0, 2.0])  # doctest: +SKIP
    array([1., 2.])
    """
    if op not in _OPS:
        raise ValueError(f"allreduce: op must be one of {', '.join(_OPS)}, got {op!r}")
    team, found = group(), _numbers(array, "allreduce")
    if op == "average" and found.dtype.kind != "f":
        found = found.astype(np.float64)
    team.meet("allreduce", _facts(found, op=op))
    team.comm.Allreduce(team.mpi.IN_PLACE, found, getattr(team.mpi, _OPS[op]))
    return found / found.dtype.type(team.size) if op == "average" else found


def allgather(array: Any) -> np.ndarray:
    """The arrays of all ranks one after the other, along the first axis, in which they may differ in length.

    Parameters
    ----------
    array : array_like, shape (n, …)

    Examples
    --------
    >>> allgather([rank()])  # doctest: +SKIP
    array([0, 1])
    """
    team, found = group(), _numbers(array, "allgather")
    if not found.ndim:
        raise ValueError("allgather: arrays need a first axis; for single numbers pass [x]")
    team.meet("allgather", {"shape of a row": found.shape[1:], "dtype": found.dtype})
    return np.concatenate(team.comm.allgather(found))


def broadcast(array: Any, root_rank: int = 0) -> np.ndarray:
    """The array of one rank, on all.

    Parameters
    ----------
    array : array_like
        Of the same shape and type on each rank.
    root_rank : int, default 0
        Whose values are taken.

    Raises
    ------
    ValueError
        If shape, type or `root_rank` differ between ranks, or there is no such rank.

    Examples
    --------
    >>> seed = int(broadcast(np.random.randint(1000)))  # doctest: +SKIP
    """
    team, found = group(), _numbers(array, "broadcast")
    _check_root(root_rank, team.size)
    team.meet("broadcast", _facts(found, root_rank=root_rank))
    team.give(found, root_rank)
    return found


def _check_root(root_rank: int, size: int) -> None:
    if root_rank not in range(size):
        raise ValueError(f"root_rank must be one of the ranks 0…{size - 1}, got {root_rank!r}")


def broadcast_variables(variables: Iterable[Any], root_rank: int = 0) -> None:
    """Overwrite variables with those of one rank; `fit` does so with the model's and the optimizer's.

    Parameters
    ----------
    variables : list of Variable
        As many, of the same shapes and types, on each rank.
    root_rank : int, default 0

    Examples
    --------
    >>> broadcast_variables(model.variables)  # doctest: +SKIP
    """
    team, arrays = group(), [variable.live for variable in variables]
    _check_root(root_rank, team.size)
    shapes = [(a.dtype.name, *a.shape) for a in arrays]
    team.meet("broadcast_variables", {"types and shapes": shapes, "root_rank": root_rank})
    for array in arrays:
        team.give(array, root_rank)
