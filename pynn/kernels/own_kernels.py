"""Kernels of functions that users wrote, for the walk in C: compiled by numba where that is installed."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Iterable
from typing import Any

from pynn import legacy
from pynn.backends import has_numba


@functools.cache
def can_compile() -> bool:
    """Whether numba is there; says so, once, where it is not."""
    if has_numba():
        return True
    warnings.warn(
        "activations and losses of your own run through NumPy, which is slower: numba, which would compile them, is "
        'not installed. To install it: pip install "pynn-kernels[numba]"',
        stacklevel=legacy.level_of_caller(),
    )
    return False


def made(op: Any, dtype: Any) -> Any:
    """The kernel of an `OwnOp`, compiled when it is needed first; None without numba."""
    if not can_compile():
        return None
    from pynn.kernels.numba.own import kernel

    return kernel(op, dtype)


def prepare(several: Iterable[Any]) -> None:
    """Compile kernels that are not compiled yet, all at once."""
    wanted = [kernel for kernel in several if kernel.origin == "numba"]
    if wanted:
        from pynn.kernels.numba.kernels import prepare

        prepare(wanted)
