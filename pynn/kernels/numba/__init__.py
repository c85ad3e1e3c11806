"""The table `numba`: kernels in plain Python, compiled by numba; one file per op family, same names and loops as in C.

The kernels are imported with this package, numba and llvmlite when the first one is used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pynn.kernels.numba.words import product_name


def compiled(function: Callable[..., None], real: Any, key: str | None = None) -> int:
    """The address of a kernel ``(p, d, s, lo, hi)`` in Python (`words` says what it may use beside plain Python).

    Its float constants, and those of the plain functions that it calls, are of type `real`; calls of `math` by the
    imported name (``from math import exp``) vectorise.  The code stays in memory as long as the process lives.

    Parameters
    ----------
    function : callable
    real : dtype
        float32 or float64.
    key : str, optional
        Names the function and all that it does, but not the type and not the sources in pynn/kernels: under that
        name it is kept on disk.  Default: it is compiled anew and not kept.
    """
    from pynn.kernels.numba import native

    def make(name: str) -> bytes:
        from pynn.kernels.numba.compiling import object_code

        return object_code(function, real, name)

    return native.address(None if key is None else _key(key, real), make)


def is_kept(key: str, real: Any) -> bool:
    """Whether a function is in memory or on disk."""
    from pynn.kernels.numba import native

    return native.is_kept(_key(key, real))


def keeps() -> bool:
    """Whether there is a folder on disk to keep machine code in."""
    from pynn.kernels.numba import native

    return native.kept("") is not None


def _key(key: str, real: Any) -> str:
    return f"{key} {np.dtype(real)}"


def load_product(real: Any) -> None:
    """Bring the matrix product, which kernels call, into memory."""
    from pynn.kernels.numba import native

    def make(name: str) -> bytes:
        from pynn.kernels.numba.compiling import product_code

        return product_code(real, name)

    native.address(_key("product", real), make, product_name(np.dtype(real).name))
