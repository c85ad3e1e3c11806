"""All kernels of the table, by op."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Iterable
from typing import Any

import numpy as np

from pynn import _core, console
from pynn.kernels.contract import OPS, Op
from pynn.kernels.numba import compiled, is_kept, keeps, load_product
from pynn.kernels.numba.elementwise import Kernel, element_wise

# Families that have a file here, and those that are made from formulas alone.
_WRITTEN = (
    "activations", "bias", "chunks", "dense", "dropout", "gates", "losses_crossentropy", "losses_regression", "matmul",
    "metrics", "optimizers", "rectifiers", "rows",
)  # fmt: skip
_FORMULAS = ("activations", "gates", "hard", "rectifiers", "smooth")


class NumbaKernel:
    """A kernel in Python, called as a compiled one is; it is compiled when its address is asked for first.

    Parameters
    ----------
    op, dtype
    function : callable
        ``(p, d, s, lo, hi)``.
    key : str, optional
        Under which it is kept on disk: all that `function` does, where that is not one of pynn's sources.

    Attributes
    ----------
    origin : str
        The table that it comes from.
    """

    origin = "numba"

    def __init__(self, op: Op, dtype: Any, function: Kernel, key: str | None = None) -> None:
        self.op, self.dtype, self.function, self.key = op, dtype, function, key or op.name
        self._kernel: Any = None

    @property
    def address(self) -> int:
        """Of its machine code."""
        prepare([self])
        address: int = self._kernel.address
        return address

    def __call__(self, *arrays: np.ndarray, **more: Any) -> None:
        """As `_core.Kernel`."""
        if self._kernel is None:
            prepare([self])
        self._kernel(*arrays, **more)

    def load(self) -> None:
        """Bring it into memory."""
        # Products of layers, and those of chunks of them.
        if self.op.flops is not None or self.op.name == "dense_chunks":
            load_product(self.dtype)
        self._kernel = _core.Kernel(self.op, compiled(self.function, self.dtype, self.key), self.dtype)

    @property
    def loaded(self) -> bool:
        return self._kernel is not None

    def __repr__(self) -> str:
        return f"<numba {self.op!r}, {np.dtype(self.dtype)}>"


def prepare(several: Iterable[Any]) -> None:
    """Bring kernels into memory; say so if they have to be compiled, which takes seconds."""
    wanted = [kernel for kernel in several if isinstance(kernel, NumbaKernel) and not kernel.loaded]
    new = sum(not is_kept(kernel.key, kernel.dtype) for kernel in wanted)
    if new:
        once, always = "the first time on this computer", "in each process: no folder to keep them in can be written to"
        words = f"numba compiles {new} kernel{'s' * (new > 1)}, {once if keeps() else always}"
        console.print_message(words, stream=sys.stderr)
    for kernel in wanted:
        kernel.load()


@functools.cache
def kernels() -> dict[str, Kernel]:
    """The kernels in Python, by op."""
    found: dict[str, Kernel] = {}
    for family in _FORMULAS:
        found.update(element_wise(importlib.import_module(f"pynn.kernels.scalar.{family}")))
    for family in _WRITTEN:
        module = importlib.import_module(f"pynn.kernels.numba.{family}")
        found.update({name: f for name, f in vars(module).items() if name in OPS and f.__module__ == module.__name__})
        found.update(getattr(module, "MADE", {}))
    return found
