"""The one door to `numba.cuda`: the module, or in its place what the simulator needs; and how threads are counted."""

from __future__ import annotations

import sys
import threading
from typing import Any

import numpy as np

from pynn.extras import require
from pynn.kernels.scalar.specialising import ByType, Target, specialised

require("numba_cuda", extra="cuda")  # numba's own `numba.cuda` is the older one
numba_cuda: Any = require("numba.cuda", extra="cuda")
numba: Any = require("numba", extra="cuda")
# A small network has small grids; numba's warning of those is for kernels that someone writes.
_config: Any = require("numba.cuda.core.config", extra="cuda")
_config.CUDA_LOW_OCCUPANCY_WARNINGS = 0
SIMULATED: bool = bool(numba.config.ENABLE_CUDASIM)


class _Shared:
    """Shared arrays of the simulator, one for each line that asks; its own are two if threads ask at a time.

    They begin as NaN: what is read before it is written shows.
    """

    def array(self, shape: int | tuple[int, ...], dtype: Any) -> np.ndarray:
        line = sys._getframe(1).f_code.co_filename, sys._getframe(1).f_lineno
        with _LOCK:
            made: dict[tuple[str, int], np.ndarray] = _running().shared._allocations
            if line not in made:
                made[line] = np.full(shape, np.nan, dtype)
            return made[line]


_SIMULATOR: Any = require("numba.cuda.simulator.kernel", extra="cuda") if SIMULATED else None
_LOCK = threading.Lock()
_SHARED = _Shared()


def _running() -> Any:
    """What belongs to the launch that the simulator is in."""
    return _SIMULATOR._get_kernel_context()


class _Simulated:
    """`numba.cuda` for functions that the simulator calls."""

    def __getattr__(self, name: str) -> Any:
        return _SHARED if name == "shared" else getattr(_running(), name)


cuda: Any = _Simulated() if SIMULATED else numba_cuda
# The element type of the table, in a kernel's text.
real: Any = ByType(np.float32, np.float64)
double = np.float64
# Threads of a block, a power of two; blocks of a launch; rows and columns of a tile of a product, and how deep it is
# loaded.  The simulator starts a Python thread for each: there, as few as still show who waits for whom.
THREADS, BLOCKS, TILE, DEEP = (4, 2, 2, 3) if SIMULATED else (128, 2048, 16, 32)
# Of products with many elements a block computes a tile of four times the side, loaded in strips so deep; and that many
# blocks of it are enough to be worth it: a third of the multiprocessors of a large device.
WIDE, WIDE_DEEP, WIDE_BLOCKS = 4 * TILE, 2 if SIMULATED else 16, 48


def device_function(function: Any) -> Any:
    """A function that kernels call."""
    return function if SIMULATED else numba_cuda.jit(device=True)(function)


TARGETS: dict[Any, Target] = {which: Target(which, device_function, {}, {}) for which in (np.float32, np.float64)}


def in_double(function: Any) -> Any:
    """A function that kernels of either type call with doubles."""
    return specialised(function, TARGETS[np.float64])
