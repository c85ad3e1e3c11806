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
