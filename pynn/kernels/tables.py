"""Tables: op name and element type → kernel.  A backend is a table.

`reference` holds the NumPy definitions, `cython` the compiled core for the best instruction set of this CPU
(``PYNN_ISA=base|avx2|avx512`` forces one), `numba` kernels in Python, over those of the compiled core,
`cuda` those of NVIDIA devices.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from pynn import _core, backends
from pynn.kernels import own_kernels
from pynn.kernels import reference as reference  # its modules register the ops
from pynn.kernels.contract import OPS, OWN, Op

Key = tuple[str, Any]
REALS: tuple[Any, ...] = (np.float32, np.float64)
# Those with kernels of users' functions: in plans of the compiled core, too, numba's stand beside the others.
_OWN_TABLES = ("reference", "cython", "numba", "cuda")


class ReferenceKernel:
    """An op's NumPy definition, called as a compiled kernel is."""

    origin = "reference"

    def __init__(self, op: Op, dtype: Any) -> None:
        self.op, self.dtype = op, dtype

    def __call__(
        self, *arrays: np.ndarray, scalars: Sequence[float] = (), lo: int = 0, hi: int | None = None, parts: int = 1
    ) -> None:
        """Compute rows [lo, hi) of the first output; `parts` (workers) means nothing to NumPy."""
        dims = self.op.check(arrays, self.dtype)
        with np.errstate(all="ignore"):  # a training that diverges ends with inf and nan, as on every backend
            self.op.reference(*arrays, *scalars, lo=lo, hi=self.op.extent(dims) if hi is None else hi)

    def __repr__(self) -> str:
        return f"<reference {self.op!r}, {np.dtype(self.dtype)}>"


class Table(Mapping[Key, Any]):
    """Kernels by ``(op name, dtype)``.

    Parameters
    ----------
    name : str
        Name of the backend.
    isa : str or None
        Instruction set, for compiled tables.
    kernels : mapping
        ``{(op name, dtype): kernel}``.
    prepare : callable, optional
        Takes the kernels that will be needed.
    parts : bool, default True
        Whether its kernels compute parts of the rows, too, and not only all of them.
    simulated : bool, default False
        Whether they run thousands of times slower than what they stand for.
    """

    def __init__(
        self,
        name: str,
        kernels: Mapping[Key, Any],
        isa: str | None = None,
        prepare: Callable[[Iterable[Any]], None] | None = None,
        *,
        parts: bool = True,
        simulated: bool = False,
    ) -> None:
        self.name, self.isa, self._prepare = name, isa, prepare
        self.parts, self.simulated = parts, simulated
        self._kernels = dict(kernels)

    def prepare(self, keys: Iterable[Key]) -> None:
        """Compile the kernels of these keys, all at once, where kernels are compiled when they are needed first."""
        if self._prepare is not None:
            self._prepare([self[key] for key in set(keys)])
        elif own := [self[key] for key in set(keys) if key[0] in OWN]:
            own_kernels.prepare(own)

    def origin(self, key: Key) -> str:
        """The table that a kernel comes from, where tables lie over one another."""
        return str(getattr(self[key], "origin", "cython"))

    def __getitem__(self, key: Key) -> Any:
        name, dtype = key
        found = self._kernels.get((name, np.dtype(dtype).type))
        if found is None and name in OWN and self.name in _OWN_TABLES:
            made = _own(self.name, OWN[name], np.dtype(dtype).type)
            found = self._kernels[name, np.dtype(dtype).type] = made or ReferenceKernel(OWN[name], dtype)
        if found is None:
            known = "" if name in OPS else "; there is no such op"
            raise KeyError(f"table {self.name!r} has no kernel for {name!r} with {np.dtype(dtype)}{known}")
        return found

    def __iter__(self) -> Iterator[Key]:
        return iter(self._kernels)

    def __len__(self) -> int:
        return len(self._kernels)

    def __repr__(self) -> str:
        return f"<table {self.name}{f' ({self.isa})' if self.isa else ''}: {len(self)} kernels>"


def _reference_table() -> Table:
    return Table("reference", {(name, real): ReferenceKernel(op, real) for name, op in OPS.items() for real in REALS})


def _compiled_table(isa: str) -> Table:
    index = _core.isas().index(isa)
    kernels = {}
    for real in REALS:
        for name, address in _core.kernels(index, np.dtype(real).itemsize * 8).items():
            kernels[name, real] = _core.Kernel(OPS[name], address, real)
    return Table("cython", kernels, isa)


def _numba_table(isa: str) -> Table:
    """Kernels in Python; what has none is laid over from the compiled core."""
    from pynn.kernels.numba.kernels import NumbaKernel, kernels, prepare

    made = {(name, real): NumbaKernel(OPS[name], real, f) for name, f in kernels().items() for real in REALS}
    return Table("numba", dict(table("cython", isa)) | made, isa, prepare)


def _own(table: str, op: Any, dtype: Any) -> Any:
    """The kernel of an op of a user's function; None where its NumPy definition serves."""
    if table == "cuda":
        from pynn.kernels.cuda.own import kernel

        return kernel(op, dtype)
    return None if table == "reference" else own_kernels.made(op, dtype)


def _cuda_table() -> Table:
    from pynn.kernels.cuda.device import SIMULATED
    from pynn.kernels.cuda.table import kernels

    return Table("cuda", kernels(), parts=False, simulated=SIMULATED)


def isas() -> list[str]:
    """Instruction sets that this CPU runs, best last: some of "base", "avx2", "avx512"."""
    return list(_isas())


@functools.cache
def _isas() -> tuple[str, ...]:
    """The same; asking the CPU takes a tenth of a millisecond."""
    return tuple(_core.isas())


def default_isa() -> str:
    """The best instruction set, or the one that the environment variable PYNN_ISA names.

    Raises
    ------
    ValueError
        If PYNN_ISA names an instruction set that this CPU or this build does not have.
    """
    wanted = os.environ.get("PYNN_ISA", "").strip().lower() or isas()[-1]
    if wanted not in isas():
        raise ValueError(f"PYNN_ISA={wanted!r}: this CPU and this build have {', '.join(isas())}")
    return wanted


_BUILT: dict[tuple[str, str | None], Table] = {}


def table(name: str | None = None, isa: str | None = None) -> Table:
    """The table of a backend.

    Parameters
    ----------
    name : {"reference", "cython", "numba", "cuda"}, optional
        Default: the backend that `pynn.set_backend` or the environment variable PYNN_BACKEND chose.
    isa : str, optional
        For "cython", and what "numba" takes over from it: an instruction set of `isas()`; default `default_isa()`.

    Raises
    ------
    ValueError
        If there is no such table or instruction set.

    Examples
    --------
    >>> import numpy as np
    >>> a, b, c = np.ones((2, 3)), np.ones((3, 4)), np.empty((2, 4))
    >>> table("reference")["matmul_nn", np.float64](a, b, c)
    >>> float(c[0, 0])
    3.0
    """
    name = backends.get_backend() if name is None else backends.checked(name, "table")
    if name in ("cython", "numba"):
        isa = isa or default_isa()
        if isa not in isas():
            raise ValueError(f"table {name}: no instruction set {isa!r} here; this CPU and this build have {isas()}")
        makers = {"cython": _compiled_table, "numba": _numba_table}
        if (name, isa) not in _BUILT:
            _BUILT[name, isa] = makers[name](isa)
        return _BUILT[name, isa]
    if (name, None) not in _BUILT:
        _BUILT[name, None] = _cuda_table() if name == "cuda" else _reference_table()
    return _BUILT[name, None]


def all_tables() -> dict[str, Table]:
    """Every table of this machine, compiled ones once per instruction set: what the tests walk."""
    tables = {"reference": table("reference")}
    tables.update({f"cython-{isa}": table("cython", isa) for isa in isas()})
    if backends.has_numba():
        tables["numba"] = table("numba")
    if backends.has_device():
        tables["cuda"] = table("cuda")
    return tables
