"""The timed side of bench/kernels.py: one contender, in the process that `remote` started, on one core."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable

import kernel_numpy
import numpy as np
from kernel_cases import CASES, Case

Burst = Callable[[int], None]
# Long enough for the clock, short enough that the machine does not change within a round.
BURST_SECONDS = 0.004
PEAK_SECONDS = 0.2


class KernelRunner:
    """Prepares a case, then times a burst of calls whenever asked.

    Parameters
    ----------
    contender : str
        "numpy", "reference", "numba", or an instruction set of pynn's compiled table.
    """

    def __init__(self, contender: str) -> None:
        self.contender = contender

    def prepare(self, name: str) -> list[list[float]]:
        """Make the operands, call once, fix the calls per burst.

        Returns Σ r·a and Σ |r·a| of each operand a after the first call, with one fixed random r: a transposed or
        shifted result shows, as it would not in a plain sum.
        """
        case = CASES[name]
        self.arrays = case.arrays()
        self.burst = _numpy(case, self.arrays) if self.contender == "numpy" else self._pynn(case, self.arrays)
        self.burst(1)
        sums = [_fingerprint(a) for a in self.arrays]
        self.calls = 1
        while (seconds := self._seconds()) < BURST_SECONDS / 4:
            self.calls *= 4
        self.calls = max(1, round(self.calls * BURST_SECONDS / seconds))
        return sums

    def run(self) -> float:
        """Seconds per call, over one burst; a first call, not timed, brings the operands back into the cache."""
        self.burst(1)
        return self._seconds() / self.calls

    def _seconds(self) -> float:
        start = time.perf_counter()
        self.burst(self.calls)
        return time.perf_counter() - start

    def peak(self) -> float:
        """Multiply-adds in registers: GFLOP/s of one core, float32, with this instruction set, else with the best."""
        from pynn import _core

        index = _core.isas().index(self.contender) if self.contender in _core.isas() else -1
        return _core.peak_flops(index, 32, PEAK_SECONDS) / 1e9

    def copy(self, size: int) -> float:
        """GB/s of one core where `size` bytes are copied, half of them read and half written; the best of 50 bursts."""
        source, copy = np.ones(size // 2, np.uint8), np.ones(size // 2, np.uint8)
        calls, best = max(1, (1 << 20) // size), float("inf")
        for _ in range(50):
            start = time.perf_counter()
            for _ in range(calls):
                np.copyto(copy, source)
            best = min(best, (time.perf_counter() - start) / calls)
        return size / best / 1e9

    def _pynn(self, case: Case, arrays: list[np.ndarray]) -> Burst:
        """A plan of one step, walked `calls` times: as the kernel is called when a model trains."""
        from pynn import _core
        from pynn.kernels.tables import table

        whole = self.contender in ("reference", "numba")
        kernel = (table(self.contender) if whole else table("cython", self.contender))[case.op, np.float32]
        if self.contender == "reference":
            return functools.partial(_repeated, functools.partial(kernel, *arrays, scalars=case.scalars))
        sizes = kernel.op.check(arrays, np.float32)
        dims = [sizes[d] for d in kernel.op.dims]
        addresses = [a.ctypes.data for a in arrays]
        step = (kernel.address, addresses, dims, case.scalars, kernel.op.extent(sizes), None)
        program, no_table, forever = _core.Program([step], [([0], 1)], [0], [], []), np.empty((0, 0)), 1e9
        return lambda calls: program.run(0, calls, no_table, forever)


def _repeated(call: Callable[[], object], calls: int) -> None:
    for _ in range(calls):
        call()


def _fingerprint(a: np.ndarray) -> list[float]:
    weighted = np.random.default_rng(11).standard_normal(a.size) * a.ravel()
    return [float(weighted.sum()), float(np.abs(weighted).sum())]


def _numpy(case: Case, arrays: list[np.ndarray]) -> Burst:
    function = kernel_numpy.kernel(case.op, max(a.size for a in arrays))
    scalars = case.scalars

    def burst(calls: int) -> None:
        for _ in range(calls):
            function(*arrays, *scalars)

    return burst
