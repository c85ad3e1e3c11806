"""Sums and maxima over a row, and rows that are less than a vector, as vector instructions.

The order of a sum depends on the length of the row alone: one partial sum a lane, and then halves added until one is
left, as in csrc/softmax.h.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from pynn.kernels.numba.shape import shape
from pynn.kernels.numba.tile import Vectors

_INDEX = ir.IntType(64)
Join = Callable[[Any, Any, Any], Any]


def add(builder: Any, x: Any, y: Any) -> Any:
    """x + y."""
    return builder.fadd(x, y)


def larger(builder: Any, x: Any, y: Any) -> Any:
    """The larger; y, if one of them is no number."""
    return builder.select(builder.fcmp_ordered(">", x, y), x, y)


def _vectors(context: Any, builder: Any, real: Any) -> Vectors:
    return Vectors(builder, context.get_data_type(real), shape().lanes(real.bitwidth))


def joined(real: Any, join: Join, nothing: float) -> Any:
    """A function of a pointer and a count: all those numbers joined, beginning with `nothing`."""
    pointer = types.CPointer(real)

    @intrinsic
    def row(typing: Any, x: Any, count: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            on, (x_at, k) = _vectors(context, builder, real), arguments
            rest = builder.and_(k, ir.Constant(_INDEX, on.lanes - 1))
            whole = builder.sub(k, rest)
            start = ir.Constant(on.type, [nothing] * on.lanes)
            mask = on.first_lanes(rest)
            best = cgutils.alloca_once(builder, on.type)
            tail = on.load_first(on.at(x_at, (whole, 1)), mask)
            builder.store(builder.select(mask, tail, start), best)
            with cgutils.for_range_slice(builder, whole.type(0), whole, whole.type(on.lanes), _INDEX) as (at, _):
                builder.store(join(builder, on.load(on.at(x_at, (at, 1))), builder.load(best)), best)
            return _halved(on, builder.load(best), join)

        return real(pointer, types.int64), emit

    return row


def _halved(on: Vectors, found: Any, join: Join) -> Any:
    """All lanes joined."""
    lanes = on.lanes
    while lanes > 1:
        lanes //= 2
        halves = [on.pick(found, found, [half + i for i in range(lanes)]) for half in (0, lanes)]
        found = join(on.builder, *halves)
    return on.builder.extract_element(found, ir.Constant(ir.IntType(32), 0))


def inner(real: Any) -> Any:
    """``inner(x, y, count)``: the sum of their products."""
    pointer = types.CPointer(real)

    @intrinsic
    def products(typing: Any, x: Any, y: Any, count: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            on, (x_at, y_at, k) = _vectors(context, builder, real), arguments
            rest = builder.and_(k, ir.Constant(_INDEX, on.lanes - 1))
            whole, mask = builder.sub(k, rest), on.first_lanes(rest)
            sums = cgutils.alloca_once(builder, on.type)
            tails = [on.load_first(on.at(start, (whole, 1)), mask) for start in (x_at, y_at)]
            builder.store(builder.fmul(*tails), sums)
            with cgutils.for_range_slice(builder, whole.type(0), whole, whole.type(on.lanes), _INDEX) as (at, _):
                x_now, y_now = (on.load(on.at(start, (at, 1))) for start in (x_at, y_at))
                builder.store(on.add_product(x_now, y_now, builder.load(sums)), sums)
            return _halved(on, builder.load(sums), add)

        return real(pointer, pointer, types.int64), emit

    return products


def shifted(real: Any) -> Any:
    """``shifted(x, count, by, rest, to)``: a vector of x_j + by; `rest` from number `count` on."""
    pointer = types.CPointer(real)

    @intrinsic
    def lanes(typing: Any, x: Any, count: Any, by: Any, rest: Any, to: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            on = _vectors(context, builder, real)
            mask = on.first_lanes(arguments[1])
            moved = builder.fadd(on.load_first(arguments[0], mask), on.splat(arguments[2]))
            on.store(builder.select(mask, moved, on.splat(arguments[3])), arguments[4])
            return context.get_dummy_value()

        return types.void(pointer, types.int64, real, real, pointer), emit

    return lanes


def mixed(real: Any) -> Any:
    """``mixed(x, a, y, b, count, to)``: `count` numbers a x_j + b y_j, of two vectors."""
    pointer = types.CPointer(real)

    @intrinsic
    def lanes(typing: Any, x: Any, a: Any, y: Any, b: Any, count: Any, to: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            on, (x_at, a_now, y_at, b_now, k, to_at) = _vectors(context, builder, real), arguments
            x_part = builder.fmul(on.load(x_at), on.splat(a_now))
            y_part = builder.fmul(on.load(y_at), on.splat(b_now))
            on.store_first(builder.fadd(x_part, y_part), to_at, on.first_lanes(k))
            return context.get_dummy_value()

        return types.void(pointer, real, pointer, real, types.int64, pointer), emit

    return lanes


def inner_square(real: Any) -> Any:
    """``inner_square(x, x_row, rows, y, y_row, columns, count, to)``: inner products of rows of x with rows of y.

    As many of them as a vector has lanes, four of y or fewer to a row of x, and the last row again where there are
    fewer rows or columns.
    """
    pointer, integer = types.CPointer(real), types.int64

    @intrinsic
    def square(typing: Any, x: Any, x_row: Any, rows: Any, y: Any, y_row: Any, columns: Any, count: Any,
               to: Any) -> Any:  # fmt: skip
        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            on, (x_at, x_step, many, y_at, y_step, wide, k, to_at) = _vectors(context, builder, real), arguments
            four = min(on.lanes, 4)
            xs = _starts(on, x_at, x_step, many, on.lanes // four)
            ys = _starts(on, y_at, y_step, wide, four)
            on.store(_side_by_side(on, _products(on, xs, ys, k)), to_at)
            return context.get_dummy_value()

        return types.void(pointer, integer, integer, pointer, integer, integer, integer, pointer), emit

    return square


def _starts(on: Vectors, start: Any, step: Any, count: Any, most: int) -> list[Any]:
    """Where rows begin; the last of them again for those behind it."""
    last = on.builder.sub(count, _INDEX(1))
    numbers = [on.builder.select(on.builder.icmp_signed("<", _INDEX(q), last), _INDEX(q), last) for q in range(most)]
    return [on.at(start, (on.builder.mul(number, step), 1)) for number in numbers]


def _products(on: Vectors, xs: list[Any], ys: list[Any], k: Any) -> list[Any]:
    """Vectors whose lanes are partial sums of the inner products."""
    builder = on.builder
    rest = builder.and_(k, _INDEX(on.lanes - 1))
    whole, mask = builder.sub(k, rest), on.first_lanes(rest)
    sums = [cgutils.alloca_once(builder, on.type) for _ in range(on.lanes)]
    tails = [[on.load_first(on.at(start, (whole, 1)), mask) for start in starts] for starts in (xs, ys)]
    pairs = [(x, y) for x in range(len(xs)) for y in range(len(ys))]
    for (x, y), sum_at in zip(pairs, sums, strict=True):
        builder.store(builder.fmul(tails[0][x], tails[1][y]), sum_at)
    with cgutils.for_range_slice(builder, whole.type(0), whole, whole.type(on.lanes), _INDEX) as (at, _):
        x_now, y_now = ([on.load(on.at(start, (at, 1))) for start in starts] for starts in (xs, ys))
        for (x, y), sum_at in zip(pairs, sums, strict=True):
            builder.store(on.add_product(x_now[x], y_now[y], builder.load(sum_at)), sum_at)
    return [builder.load(sum_at) for sum_at in sums]


def _side_by_side(on: Vectors, vectors: list[Any]) -> Any:
    """Lane i: the sum of vector i, halves added until one lane of each is left."""
    size = on.lanes
    while size > 1:
        half, pairs = size // 2, zip(vectors[: len(vectors) // 2], vectors[len(vectors) // 2 :], strict=True)
        lower = [
            s + lane for first in range(0, on.lanes, size) for s in (first, on.lanes + first) for lane in range(half)
        ]
        vectors = [add(on.builder, on.pick(x, y, lower), on.pick(x, y, [i + half for i in lower])) for x, y in pairs]
        size = half
    return vectors[0]
