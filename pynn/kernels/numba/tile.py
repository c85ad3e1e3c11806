"""Tiles of c: the loops in which a product spends its time, as vector instructions.

numba has no vector type, and LLVM by itself does not put the sums of a tile into registers; so these loops are written
in LLVM's own language, once for each shape of a tile.  The rest of a product is plain Python (`gemm`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from pynn.kernels.numba.shape import shape

DIRECT, COPY, PANEL = range(3)  # where a tile takes its rows of b from, as in csrc/tile.h
_INDEX, _INT, _BIT = ir.IntType(64), ir.IntType(32), ir.IntType(1)
_ELEMENTS = {32: ir.FloatType(), 64: ir.DoubleType()}
_AHEAD = 8  # rows of b that are fetched ahead while a panel is copied


class _Tile(NamedTuple):
    """Its rows and vectors; `apart`: the rows of a stand apart, and its columns side by side."""

    source: int
    rows: int
    wide: int
    apart: int

    @property
    def code(self) -> int:
        return ((self.source * 16 + self.rows) * 4 + self.wide) * 2 + self.apart


class _Given(NamedTuple):
    """Arguments of `multiply` behind the code."""

    a: Any
    a_step: Any
    b: Any
    b_row: Any
    panel: Any
    depth: Any
    c: Any
    c_row: Any
    last: Any
    first: Any


class Vectors:
    """Instructions on vectors of a register's width."""

    def __init__(self, builder: Any, element: Any, lanes: int) -> None:
        self.builder, self.element, self.lanes = builder, element, lanes
        self.bytes = 4 if isinstance(element, ir.FloatType) else 8
        self.type = ir.VectorType(element, lanes)
        self._suffix = f"v{lanes}f{8 * self.bytes}"

    def at(self, pointer: Any, *steps: tuple[Any, int]) -> Any:
        """The pointer, moved on by products of a number and a constant."""
        for by, times in steps:
            by = by if times == 1 else self.builder.mul(by, ir.Constant(_INDEX, times))
            pointer = self.builder.gep(pointer, [by])
        return pointer

    def plus(self, pointer: Any, lanes: int) -> Any:
        """The pointer, moved on by a constant."""
        return self.builder.gep(pointer, [ir.Constant(_INDEX, lanes)])

    def load(self, pointer: Any) -> Any:
        """A vector."""
        return self.builder.load(self.builder.bitcast(pointer, self.type.as_pointer()), align=self.bytes)

    def store(self, vector: Any, pointer: Any) -> None:
        """A vector."""
        self.builder.store(vector, self.builder.bitcast(pointer, self.type.as_pointer()), align=self.bytes)

    def _call(self, name: str, result: Any, *arguments: Any) -> Any:
        kind = ir.FunctionType(result, [x.type for x in arguments])
        return self.builder.call(cgutils.get_or_insert_function(self.builder.module, kind, name), arguments)

    def first_lanes(self, count: Any) -> Any:
        """A mask."""
        numbers = ir.Constant(ir.VectorType(_INDEX, self.lanes), list(range(self.lanes)))
        return self.builder.icmp_signed("<", numbers, self.splat(count))

    def load_first(self, pointer: Any, mask: Any) -> Any:
        """The lanes of a mask, zeros elsewhere."""
        at = self.builder.bitcast(pointer, self.type.as_pointer())
        zeros, align = ir.Constant(self.type, None), ir.Constant(_INT, self.bytes)
        return self._call(f"llvm.masked.load.{self._suffix}.p0", self.type, at, align, mask, zeros)

    def store_first(self, vector: Any, pointer: Any, mask: Any) -> None:
        """The lanes of a mask."""
        at = self.builder.bitcast(pointer, self.type.as_pointer())
        align = ir.Constant(_INT, self.bytes)
        self._call(f"llvm.masked.store.{self._suffix}.p0", ir.VoidType(), vector, at, align, mask)

    def splat(self, x: Any) -> Any:
        """One number in all lanes."""
        kind = ir.VectorType(x.type, self.lanes)
        one = self.builder.insert_element(ir.Constant(kind, ir.Undefined), x, ir.Constant(_INT, 0))
        return self.builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(_INT, self.lanes), None))

    def add_product(self, x: Any, y: Any, z: Any) -> Any:
        """x y + z."""
        return self._call(f"llvm.fmuladd.{self._suffix}", self.type, x, y, z)

    def fetch(self, pointer: Any) -> None:
        """Into the first cache, for reading."""
        byte = self.builder.bitcast(pointer, ir.IntType(8).as_pointer())
        self._call("llvm.prefetch.p0", ir.VoidType(), byte, *(ir.Constant(_INT, x) for x in (0, 3, 1)))

    def pick(self, x: Any, y: Any, lanes: list[int]) -> Any:
        """Lanes of two vectors, those of y numbered on from those of x."""
        return self.builder.shuffle_vector(x, y, ir.Constant(ir.VectorType(_INT, len(lanes)), lanes))


def _emit(on: Vectors, t: _Tile, g: _Given) -> None:
    builder, places = on.builder, [(r, v) for r in range(t.rows) for v in range(t.wide)]
    mask, zeros = on.first_lanes(g.last), ir.Constant(on.type, None)
    sums = {place: cgutils.alloca_once(builder, on.type) for place in places}
    at = {(r, v): on.plus(on.at(g.c, (g.c_row, r)), v * on.lanes) for r, v in places}
    with builder.if_else(g.first) as (then, otherwise):
        with then:
            for place in places:
                builder.store(zeros, sums[place])
        with otherwise:
            for r, v in places:
                whole = v + 1 < t.wide
                builder.store(on.load(at[r, v]) if whole else on.load_first(at[r, v], mask), sums[r, v])
    with cgutils.for_range(builder, g.depth, intp=_INDEX) as loop:
        row = _row_of_b(on, t, g, loop.index, mask)
        for r in range(t.rows):
            x = on.splat(builder.load(_place_in_a(on, t, g, loop.index, r), align=on.bytes))
            for v in range(t.wide):
                builder.store(on.add_product(x, row[v], builder.load(sums[r, v])), sums[r, v])
    for r, v in places:
        if v + 1 < t.wide:
            on.store(builder.load(sums[r, v]), at[r, v])
        else:
            on.store_first(builder.load(sums[r, v]), at[r, v], mask)


def _place_in_a(on: Vectors, t: _Tile, g: _Given, k: Any, r: int) -> Any:
    if t.apart:
        return on.at(g.a, (g.a_step, r), (k, 1))
    return on.plus(on.at(g.a, (on.builder.mul(k, g.a_step), 1)), r)


def _row_of_b(on: Vectors, t: _Tile, g: _Given, k: Any, mask: Any) -> list[Any]:
    panel = on.at(g.panel, (k, t.wide * on.lanes))
    start = panel if t.source == PANEL else on.at(g.b, (on.builder.mul(k, g.b_row), 1))
    row = []
    for v in range(t.wide):
        at = on.plus(start, v * on.lanes)
        whole = t.source == PANEL or v + 1 < t.wide
        row.append(on.load(at) if whole else on.load_first(at, mask))
        if t.source == COPY:
            on.store(row[v], on.plus(panel, v * on.lanes))
            on.fetch(on.at(at, (g.b_row, _AHEAD)))
    return row


def _tiles() -> list[_Tile]:
    heights = {DIRECT: shape().heights, COPY: shape().heights[:1], PANEL: shape().heights}
    return [
        _Tile(source, rows, wide, apart)
        for source, several in heights.items()
        for rows in several
        for wide in range(1, shape().wide + 1)
        for apart in (0, 1)
    ]


def _function(module: Any, name: str, kinds: list[Any], real: Any) -> Any:
    """All tiles, apart: within its caller's loops LLVM would spill what it computes ahead for each of them."""
    made = ir.Function(module, ir.FunctionType(ir.VoidType(), kinds), name)
    made.linkage = "internal"
    made.attributes.add("noinline")
    builder = ir.IRBuilder(made.append_basic_block())
    after = made.append_basic_block("after")
    switch = builder.switch(made.args[0], after)
    on = Vectors(builder, _ELEMENTS[real.bitwidth], shape().lanes(real.bitwidth))
    for t in _tiles():
        block = made.append_basic_block(f"tile{t.code}")
        switch.add_case(t.code, block)
        builder.position_at_end(block)
        _emit(on, t, _Given(*made.args[1:]))
        builder.branch(after)
    builder.position_at_end(after)
    builder.ret_void()
    return made


def multiply(real: Any) -> Any:
    """``multiply(code, a, a_step, b, b_row, panel, depth, c, c_row, last, first)``: the tile of that code.

    `a` and `c` point at its first element, `b` at its first column; `last` lanes of the last vector count; `first`: the
    sums begin at 0, not at what c holds.
    """
    pointer = types.CPointer(real)
    kinds = [types.int64, pointer, types.int64, pointer, types.int64, pointer, types.int64]
    kinds += [pointer, types.int64, types.int64, types.boolean]

    @intrinsic
    def tile(typing: Any, code: Any, a: Any, a_step: Any, b: Any, b_row: Any, panel: Any, depth: Any, c: Any,
             c_row: Any, last: Any, first: Any) -> Any:  # fmt: skip
        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            kinds = [x.type for x in arguments]
            name = f"pn_tiles_{real.name}"
            tiles = builder.module.globals.get(name) or _function(builder.module, name, kinds, real)
            builder.call(tiles, arguments)
            return context.get_dummy_value()

        return types.void(*kinds), emit

    return tile


def transpose(real: Any, size: int) -> Any:
    """``transpose(source, source_row, to, to_row)``: size x size elements, to(c, r) = source(r, c)."""
    pointer = types.CPointer(real)

    @intrinsic
    def square(typing: Any, source: Any, source_row: Any, to: Any, to_row: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            on = Vectors(builder, context.get_data_type(real), size)
            rows = [on.load(on.at(arguments[0], (arguments[1], r))) for r in range(size)]
            # Interleaving row i with row i + size / 2, as often as size can be halved.
            low = [lane // 2 + lane % 2 * size for lane in range(size)]
            for _ in range(size.bit_length() - 1):
                pairs = [(rows[i], rows[i + size // 2]) for i in range(size // 2)]
                rows = [on.pick(*pair, [x + half for x in low]) for pair in pairs for half in (0, size // 2)]
            for r in range(size):
                on.store(rows[r], on.at(arguments[2], (arguments[3], r)))
            return context.get_dummy_value()

        return types.void(pointer, types.int64, pointer, types.int64), emit

    return square
