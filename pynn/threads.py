"""How many workers share a step.  Any number gives the same bits."""

from __future__ import annotations

import os

from pynn import _core


def set_num_threads(count: int) -> None:
    """Set the number of workers, the calling thread included.

    Parameters
    ----------
    count : int
        >= 1.  The default is the number of cores this process may use, or the environment variable PYNN_NUM_THREADS.

    Raises
    ------
    ValueError
        If `count` is not a positive integer.

    Examples
    --------
    >>> before = get_num_threads()
    >>> set_num_threads(2)
    >>> get_num_threads()
    2
    >>> set_num_threads(before)
    """
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise ValueError(f"set_num_threads: count must be an integer >= 1, got {count!r}")
    _core.set_workers(count)


def get_num_threads() -> int:
    """Number of workers, the calling thread included."""
    return _core.get_workers()


def peak_flops(count: int = 1, dtype: str = "float32", seconds: float = 0.05) -> float:
    """Additions and multiplications a second that `count` cores do at once in registers: what no program exceeds.

    Parameters
    ----------
    count : int, default 1
        Threads that measure at the same time.  More than there are cores gain nothing.
    dtype : {"float32", "float64"}
    seconds : float, default 0.05
        How long to measure, > 0; the best run within it counts.

    Returns
    -------
    float
        Operations a second; a fused multiply-add is two.

    Examples
    --------
    >>> peak_flops(seconds=0.001) > 1e6
    True
    """
    from concurrent.futures import ThreadPoolExecutor

    bits = {"float32": 32, "float64": 64}[dtype]
    with ThreadPoolExecutor(count) as pool:
        return sum(pool.map(lambda _: _core.peak_flops(bits=bits, seconds=seconds), range(count)))


def default_num_threads() -> int:
    """PYNN_NUM_THREADS if it is set, else the number of cores this process may use.

    Raises
    ------
    ValueError
        If PYNN_NUM_THREADS is not a positive integer.
    """
    wanted = os.environ.get("PYNN_NUM_THREADS", "").strip()
    if wanted:
        if not wanted.isdigit() or int(wanted) < 1:
            raise ValueError(f"PYNN_NUM_THREADS={wanted!r}: expected an integer >= 1")
        return int(wanted)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def start() -> None:
    """Take the default, and let a forked child start workers of its own."""
    _core.set_workers(default_num_threads())
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_core.forget_workers)
