"""The contract between ops and kernels: signatures, their parser, and the checks at the door.

An op is a name, a signature and the NumPy function that defines it::

    @op("x(n,i), w(i,o), b(o) -> y(n,o)")
    def dense_forward(x, w, b, y, lo, hi): ...

Inputs stand before the arrow, outputs after it, scalars behind the semicolon.  ``~w(k)`` marks an output that is
updated in place; every other output is overwritten whole.  A dimension is a letter or a literal number.  An operand
has the element type of the table (float32 or float64) unless ``:i32``, ``:i64``, ``:u8``, ``:f32`` or ``:f64`` follows.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

Role = Literal["in", "out", "inout"]
if TYPE_CHECKING:  # looking at numpy.random imports it, and fifteen modules with it
    Draw = Callable[[np.random.Generator, tuple[int, ...], Mapping[str, int]], np.ndarray]

DTYPES: dict[str, type[np.generic]] = {
    "i32": np.int32,
    "i64": np.int64,
    "u8": np.uint8,
    "f32": np.float32,
    "f64": np.float64,
}
# The C struct of a step holds this many of each (csrc/pynn.h).
MAX_OPERANDS, MAX_DIMS, MAX_SCALARS = 8, 4, 8
# Operations for which waking a worker and meeting it again (1-2 µs) costs little: about 2.5 µs of one core's work.
_WORTH_SHARING = 125_000
_MOST_PARTS = 256
# Operations of a matrix product (100 a nanosecond) in the time it takes to read or write an element (0.1-0.2 ns).
COST_OF_AN_ELEMENT = 16

_OPERAND = re.compile(r"\s*(?P<tilde>~?)(?P<name>\w+)\((?P<dims>\s*\w+\s*(?:,\s*\w+\s*)*)\)(?::(?P<dtype>\w+))?\s*")


class Operand:
    """One array of an op: name, dimensions, role and element type (None: the table's own)."""

    __slots__ = ("dims", "dtype", "name", "role")

    def __init__(self, name: str, dims: tuple[str | int, ...], role: Role, dtype: type[np.generic] | None) -> None:
        self.name, self.dims, self.role, self.dtype = name, dims, role, dtype

    def __repr__(self) -> str:
        tilde = "~" if self.role == "inout" else ""
        return f"{tilde}{self.name}({','.join(map(str, self.dims))})"


class Op:
    """A name, a signature, and the NumPy function that defines the result.

    Attributes
    ----------
    name : str
    operands : tuple of Operand
        Inputs, then outputs.
    scalars : tuple of str
        Names of the scalars, in order.
    dims : tuple of str
        Dimension letters in order of first appearance: the order of ``d`` in the C ABI.
    cut : str or None
        The dimension that workers cut in parts: the first of the first output, unless the definition names another
        one; None if that is a literal number.
    across : tuple of str
        Operands of which each part needs all, although they have the dimension that is cut.
    also : str or None
        Another dimension that may be cut, the first of each operand that has it: a part is then a call on those rows.
    reference : callable
        ``reference(*arrays, *scalars, lo, hi)``.
    cost : callable
        ``cost(**dims)``: work of one call, in arithmetic operations of a matrix product that take as long.
    flops : callable or None
        ``flops(**dims)``: additions and multiplications of one call of a matrix product; None for other ops.
    """

    def __init__(self, name: str, signature: str, reference: Callable[..., None], **facts: Any) -> None:
        self.name = name
        self.signature = signature
        self.reference = reference
        # Matching shapes costs more than a small kernel: kept for those that were seen.
        self._sizes = functools.lru_cache(64)(self.bind)
        self._types = functools.lru_cache(2)(self._dtypes)
        self.operands, self.scalars = _parse(name, signature)
        self.dims = tuple(dict.fromkeys(d for a in self.operands for d in a.dims if isinstance(d, str)))
        cut = facts.pop("cut", self.outputs[0].dims[0])
        self.cut: str | None = cut if isinstance(cut, str) else None
        self.across: tuple[str, ...] = facts.pop("across", ())
        self.also: str | None = facts.pop("also", None)
        self.sample_scalars: tuple[float, ...] = facts.pop("scalars", ())
        self.draws: Mapping[str, Draw] = facts.pop("draws", {})
        self.rtol: float = facts.pop("rtol", 1e-5)
        self.atol: float = facts.pop("atol", 1e-6)
        self.cost: Callable[..., int] = facts.pop("cost", self._elements)
        self.flops: Callable[..., int] | None = facts.pop("flops", None)
        if facts or len(self.sample_scalars) != len(self.scalars):
            raise ValueError(f"{name}: scalars {self.scalars} need as many samples; unknown facts {sorted(facts)}")

    def _dtypes(self, real: Any) -> tuple[np.dtype[Any], ...]:
        return tuple(np.dtype(operand.dtype or real) for operand in self.operands)

    def _elements(self, **dims: int) -> int:
        return COST_OF_AN_ELEMENT * sum(_product(_resolve(a.dims, dims)) for a in self.operands)

    @property
    def inputs(self) -> list[Operand]:
        return [a for a in self.operands if a.role == "in"]

    @property
    def outputs(self) -> list[Operand]:
        return [a for a in self.operands if a.role != "in"]

    def shapes(self, dims: Mapping[str, int]) -> Iterator[tuple[Operand, tuple[int, ...]]]:
        """Each operand with its shape for given dimensions."""
        for operand in self.operands:
            yield operand, _resolve(operand.dims, dims)

    def bind(
        self,
        shapes: Sequence[tuple[Any, ...]],
        operands: Sequence[Operand] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Match shapes of all operands, or of some, against the signature and return ``{dimension: size}``.

        `more` says the sizes of dimensions that the operands given do not have.

        Raises
        ------
        ValueError
            If a rank or a size does not fit; it names the operand, what it has and what was expected.
        """
        sizes: dict[str, Any] = dict(more or {})
        for operand, shape in zip(self.operands if operands is None else operands, shapes, strict=True):
            if len(shape) != len(operand.dims):
                raise ValueError(f"{self.name}: {operand!r} needs {len(operand.dims)} dimensions, got shape {shape}")
            for letter, size in zip(operand.dims, shape, strict=True):
                want = letter if isinstance(letter, int) else sizes.setdefault(letter, size)
                if size != want:
                    raise ValueError(f"{self.name}: {operand.name} has {letter}={size}, expected {letter}={want}")
        if sizes.keys() != set(self.dims):
            raise ValueError(f"{self!r}: needs sizes for {', '.join(self.dims)}, got {sizes}")
        return sizes

    def check(self, arrays: Sequence[np.ndarray], real: Any) -> dict[str, int]:
        """Check the arrays of one call (count, dtype, layout, shapes) and return the dimensions."""
        if len(arrays) != len(self.operands):
            raise ValueError(f"{self.name}: needs {len(self.operands)} arrays ({self.signature}), got {len(arrays)}")
        for operand, array, want in zip(self.operands, arrays, self._types(real), strict=True):
            if array.dtype != want:
                raise ValueError(f"{self.name}: {operand.name} has dtype {array.dtype}, expected {want}")
            if not array.flags.c_contiguous:
                raise ValueError(f"{self.name}: {operand.name} must be C-contiguous, got strides {array.strides}")
            if operand.role != "in" and not array.flags.writeable:
                raise ValueError(f"{self.name}: {operand.name} is written to, but the array is read-only")
        return self._sizes(tuple([array.shape for array in arrays]))

    def extent(self, dims: Mapping[str, int]) -> int:
        """The size of the dimension that is cut: what workers share out."""
        return 1 if self.cut is None else dims[self.cut]

    def axis(self, operand: Operand) -> int | None:
        """The axis along which a part [lo, hi) takes just that range of an operand; None if it takes all of it."""
        if self.cut is None or self.cut not in operand.dims or operand.name in self.across:
            return None
        return operand.dims.index(self.cut)

    def __repr__(self) -> str:
        return f"{self.name}: {self.signature}"


OPS: dict[str, Op] = {}
# Ops of functions that users wrote (kernels/own); their kernels are made when a table is asked for one.
OWN: dict[str, Op] = {}


def op_of(name: str) -> Op:
    """The op of a name, pynn's or a user's.

    Raises
    ------
    ValueError
        If there is none.
    """
    found = OPS.get(name) or OWN.get(name)
    if found is None:
        raise ValueError(f"there is no op {name!r}")
    return found


def parts_worth(cost: int) -> int:
    """The most parts worth cutting work of that cost into."""
    return max(1, min(_MOST_PARTS, cost // _WORTH_SHARING))


def op(signature: str, **facts: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register the decorated NumPy function as the definition of the op of its name.

    Parameters
    ----------
    signature : str
        See the module's docstring.
    **facts
        ``scalars`` and ``draws``: sample values for tests; ``rtol``, ``atol``: float32 bounds against the
        definition; ``cost``, ``flops``: work by dimension names; ``cut``, ``across``: see `Op`.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        define(function.__name__, signature, function, **facts)
        return function

    return register


def define(name: str, signature: str, function: Callable[..., None], **facts: Any) -> Op:
    """Register `function` as the op `name`; for families whose members differ in one part only."""
    if name in OPS:
        raise ValueError(f"op {name} is defined twice")
    OPS[name] = Op(name, signature, function, **facts)
    return OPS[name]


def _parse(name: str, signature: str) -> tuple[tuple[Operand, ...], tuple[str, ...]]:
    arrays, _, scalars = signature.partition(";")
    before, arrow, after = arrays.partition("->")
    if not arrow or not after.strip():
        raise ValueError(f"{name}: signature needs '->' and an output, got {signature!r}")
    operands = tuple(_operands(name, before, "in")) + tuple(_operands(name, after, "out"))
    names = tuple(s.strip() for s in scalars.split(",") if s.strip())
    if len({a.name for a in operands}) < len(operands) or not all(scalar.isidentifier() for scalar in names):
        raise ValueError(f"{name}: operands need different names, and scalars commas between them: {signature!r}")
    op_dims = {d for a in operands for d in a.dims if isinstance(d, str)}
    if len(operands) > MAX_OPERANDS or len(op_dims) > MAX_DIMS or len(names) > MAX_SCALARS:
        raise ValueError(f"{name}: more operands, dimensions or scalars than a step holds: {signature!r}")
    return operands, names


def _operands(name: str, text: str, side: Literal["in", "out"]) -> Iterator[Operand]:
    position = 0
    while position < len(text) and text[position:].strip():
        match = _OPERAND.match(text, position)
        if not match or (match["tilde"] and side == "in"):
            raise ValueError(f"{name}: cannot read operand at {text[position:]!r}")
        dims = tuple(int(d) if d.strip().isdigit() else d.strip() for d in match["dims"].split(","))
        if match["dtype"] and match["dtype"] not in DTYPES:
            raise ValueError(f"{name}: unknown element type {match['dtype']!r}, expected one of {sorted(DTYPES)}")
        role: Role = "inout" if match["tilde"] else side
        yield Operand(match["name"], dims, role, DTYPES[match["dtype"]] if match["dtype"] else None)
        position = match.end()
        if position < len(text):
            if text[position] != ",":
                raise ValueError(f"{name}: expected ',' at {text[position:]!r}")
            position += 1
            if not text[position:].strip():
                raise ValueError(f"{name}: nothing follows the last ',' of {text!r}")


def _resolve(dims: tuple[str | int, ...], sizes: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(d if isinstance(d, int) else sizes[d] for d in dims)


def _product(shape: tuple[int, ...]) -> int:
    size = 1
    for n in shape:
        size *= n
    return size
