"""What moves from batch to batch, on the device: where streams begin, scalars that change, and when to stop.

One block runs before the steps of each batch, so that these are the same for every batch: that is what lets them be
captured in a graph once and replayed.
"""

from __future__ import annotations

import itertools
import weakref
from typing import Any

import numpy as np

from pynn.backends import get_float32_matmul_precision
from pynn.extras import require
from pynn.kernels.cuda.device import SIMULATED, THREADS, cuda, numba, numba_cuda

# Numbers in `state`: the next batch; the first and the one after the last of this run; whether it has ended; whether
# the watched number was finite before it.
NEXT, FIRST, LAST, ENDED, GOOD = range(5)
STATE = 5


def _feed(
    state: Any, starts: Any, pointers: Any, scalars: Any, columns: Any, table: Any, steps: Any, watched: Any
) -> None:
    """Prepare the next batch; behind the last, or once the watched number is lost, let no step run.

    Parameters
    ----------
    state : int64, (STATE,)
    starts : int64
        Where the operands of all steps begin; `pointers` are triples (place in it, elements a batch, unused).
    scalars : float64
        Those of all steps; `columns` are triples (place in it, column of the table, number of columns).
    table : float64
        A row a batch, from batch FIRST on.
    steps : int64
        Where in `scalars` each step has its `when`.
    watched : float64, (1,)
    """
    thread = cuda.threadIdx.x
    batch = state[NEXT]
    lost = state[GOOD] != 0 and watched[0] - watched[0] != 0  # infinity and NaN
    ends = state[ENDED] != 0 or batch >= state[LAST] or (lost and batch > state[FIRST])
    cuda.syncthreads()  # all have read the state before one writes it
    if ends:
        for i in range(thread, len(steps), THREADS):
            scalars[steps[i]] = 0.0
    else:
        for i in range(thread, len(pointers) // 3, THREADS):
            starts[pointers[3 * i]] = batch * pointers[3 * i + 1]
        for i in range(thread, len(columns) // 3, THREADS):
            scalars[columns[3 * i]] = table[(batch - state[FIRST]) * columns[3 * i + 2] + columns[3 * i + 1]]
    if thread == 0:
        state[ENDED] = 1 if ends else 0
        state[NEXT] = batch if ends else batch + 1


feed: Any = numba_cuda.jit(_feed)


def types() -> tuple[Any, ...]:
    """Types of its parameters, as `numba` names them."""
    integers, reals = (numba.types.Array(kind, 1, "C") for kind in (numba.types.int64, numba.types.float64))
    return integers, integers, integers, reals, integers, reals, integers, reals


def launch(stream: Any, *arrays: Any) -> None:
    """Put it on a stream."""
    feed[1, THREADS, stream](*arrays)


class Recorded:
    """Launches on a stream, captured in a CUDA graph.

    Parameters
    ----------
    stream : stream of `numba.cuda`
    launches : callable
        Puts them on the stream; nothing of what it launches may still have to be compiled.
    memory : list
        Arrays that they work on.  They go when nobody else holds them.

    Raises
    ------
    RuntimeError
        If the driver refuses.
    """

    def __init__(self, stream: Any, launches: Any, memory: list[Any]) -> None:
        self._memory, self._precision = [weakref.ref(there) for there in memory], get_float32_matmul_precision()
        self._stream = stream
        self._capture(launches)

    def _capture(self, launches: Any) -> None:
        driver: Any = require("cuda.bindings.driver", extra="cuda")
        self._driver, self._stream = driver, driver.CUstream(int(self._stream))
        with numba_cuda.defer_cleanup():  # memory cannot be freed meanwhile
            self._do("cuStreamBeginCapture", self._stream, driver.CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED)
            try:
                launches()
            finally:
                graph = self._do("cuStreamEndCapture", self._stream)
        self._executable = self._do("cuGraphInstantiate", graph, 0)
        self._do("cuGraphDestroy", graph)

    def _do(self, name: str, *arguments: Any) -> Any:
        status, *found = getattr(self._driver, name)(*arguments)
        if int(status) != 0:
            raise RuntimeError(f"{name}: {status.name}")
        return found[0] if found else None

    def serves(self, memory: list[Any]) -> bool:
        """Whether it was captured over these arrays, with the kernels that would be launched now."""
        same = [a() is b for a, b in itertools.zip_longest(self._memory, memory, fillvalue=lambda: None)]
        return all(same) and self._precision == get_float32_matmul_precision()

    def replay(self) -> None:
        """Launch all of it again."""
        self._do("cuGraphLaunch", self._executable, self._stream)

    def __del__(self) -> None:
        executable = getattr(self, "_executable", None)
        if executable is not None:
            self._driver.cuGraphExecDestroy(executable)


def new_stream() -> Any:
    """A stream of its own: the default one cannot be captured."""
    return numba_cuda.stream()


def empty(count: int, dtype: Any) -> Any:
    """Uninitialised memory of the device, of at least one element."""
    return numba_cuda.device_array(max(1, count), dtype)


def copied(array: Any, stream: Any) -> Any:
    """A flat copy on the device of an array of any shape."""
    flat = np.ascontiguousarray(array).reshape(-1)
    if not flat.size:
        return empty(0, flat.dtype)
    return numba_cuda.to_device(np.array(flat) if SIMULATED else flat, stream)


def staging(count: int, dtype: Any) -> np.ndarray:
    """Memory of the host that the device copies from and to without a detour."""
    made: np.ndarray = numba_cuda.pinned_array(max(1, count), dtype)
    return made
