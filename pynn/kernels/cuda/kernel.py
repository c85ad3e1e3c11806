"""Kernels of the table: compiled when first launched, by the runner on arrays of the device, or on NumPy arrays."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pynn import backends
from pynn.kernels.contract import Op
from pynn.kernels.cuda.device import TARGETS, WIDE_BLOCKS, numba, numba_cuda
from pynn.kernels.cuda.forms import SOURCES
from pynn.kernels.cuda.tensor_cores import require_tensor_cores
from pynn.kernels.scalar.specialising import typed


class CudaKernel:
    """A kernel of one op and element type.

    Parameters
    ----------
    op : Op
    real : type
        `numpy.float32` or `numpy.float64`.
    """

    origin = "cuda"

    def __init__(self, op: Op, real: Any) -> None:
        self.op, self.real = op, real
        self._source = SOURCES[op.name]

    @property
    def wide(self) -> bool:
        """Whether large products have a kernel of their own."""
        return self._source.wide is not None

    def functions(self) -> dict[str, Any]:
        """The kernel as a plain function, and those for large products: ``"plain"``, ``"wide"``, ``"tensor"``.

        Their constants and what they call are made for the element type; tensor cores take float32 alone.
        """
        sources = {"plain": self._source, "wide": self._source.wide}
        if self.real is np.float32:
            sources["tensor"] = self._source.tensor
        return {name: typed(s.function, TARGETS[self.real]) for name, s in sources.items() if s is not None}

    @functools.cached_property
    def _compiled(self) -> dict[str, Any]:
        """The same for `numba.cuda` to launch; each is compiled by its first launch."""
        return {name: numba_cuda.jit(function) for name, function in self.functions().items()}

    def _chosen(self, dims: Mapping[str, int]) -> tuple[str, Any, int]:
        """Which of them computes so much, with blocks and threads."""
        name, large = "wide", self._source.wide
        if large is not None and self.real is np.float32 and backends.get_float32_matmul_precision() == "high":
            require_tensor_cores()
            name, large = "tensor", self._source.tensor
        if large is not None and math.prod((launch := large.shape(dims))[0]) >= WIDE_BLOCKS:
            return name, *launch
        return "plain", *self._source.shape(dims)

    def types(self) -> tuple[Any, ...]:
        """Types of its parameters, as `numba` names them."""
        types = numba.types
        names = [np.dtype(operand.dtype or self.real).name for operand in self.op.operands]
        arrays = [types.Array(getattr(types, name), 1, "C") for name in [*names, "int64", "float64"]]
        return (*arrays[:-1], *[types.int64] * len(self.op.dims), arrays[-1])

    def launch(
        self, arrays: Sequence[Any], starts: Any, dims: Mapping[str, int], scalars: Any, stream: Any = 0
    ) -> None:
        """Put a launch on a stream.

        Parameters
        ----------
        arrays : sequence of device arrays
            The operands, flat.
        starts : device array of int64
            For each operand the element at which it begins.
        dims : mapping
            Sizes of the op's dimensions, by letter.
        scalars : device array of float64
            `when`, then the op's scalars.
        stream : optional
        """
        which, blocks, threads = self._chosen(dims)
        self._compiled[which][blocks, threads, stream](*arrays, starts, *(dims[d] for d in self.op.dims), scalars)

    def __call__(
        self, *arrays: np.ndarray, scalars: Sequence[float] = (), lo: int = 0, hi: int | None = None, parts: int = 1
    ) -> None:
        """Compute the op on NumPy arrays: they are copied to the device, and what was written is copied back.

        Raises
        ------
        ValueError
            If arrays or scalars do not fit, or a part [lo, hi) of the rows is asked for: a launch computes all.
        """
        dims = self.op.check(arrays, self.real)
        if len(scalars) != len(self.op.scalars):
            raise ValueError(f"{self.op.name}: needs scalars {self.op.scalars}, got {scalars}")
        extent = self.op.extent(dims)
        end = extent if hi is None else hi
        if not 0 <= lo <= end <= extent:
            raise ValueError(f"{self.op.name}: rows [{lo}, {end}) are not within [0, {extent})")
        if (lo, end) != (0, extent):
            raise ValueError(f"{self.op.name}: a kernel of the table 'cuda' computes all rows, not [{lo}, {end})")
        there = [to_device(array) for array in arrays]
        starts = numba_cuda.to_device(np.zeros(len(arrays), np.int64))
        self.launch(there, starts, dims, numba_cuda.to_device(np.array([1.0, *scalars])))
        for operand, array, copy in zip(self.op.operands, arrays, there, strict=True):
            if operand.role != "in" and array.size:
                array[...] = copy.copy_to_host().reshape(array.shape)

    def __repr__(self) -> str:
        return f"<cuda {self.op!r}, {np.dtype(self.real)}>"


def to_device(array: np.ndarray) -> Any:
    """A flat copy on the device; of one element if the array has none, as memory of no size cannot be had."""
    return numba_cuda.to_device(array.reshape(-1) if array.size else np.zeros(1, array.dtype))
