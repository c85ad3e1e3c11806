"""The meaning of `words` to numba: each is one or two instructions of LLVM."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from pynn.kernels.numba import across, tile, words
from pynn.kernels.numba.shape import shape

_FLOATS = {np.float32: types.float32, np.float64: types.float64}
_LLVM = {types.float32: ir.FloatType(), types.float64: ir.DoubleType()}


def _pointers(element: Any) -> Any:
    """A word that makes typed pointers."""

    @intrinsic
    def start(typing: Any, pointer: Any, at: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            typed = builder.bitcast(arguments[0], context.get_data_type(element).as_pointer())
            return builder.gep(typed, [arguments[1]])

        return types.CPointer(element)(types.voidptr, types.int64), emit

    return start


@intrinsic
def onward(typing: Any, pointer: Any, by: Any) -> Any:
    """See `words.onward`."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.gep(arguments[0], [arguments[1]])

    return pointer(pointer, types.int64), emit


def _cast(to: Any, of: Any) -> Any:
    """A word that takes the bits of one type for another."""

    @intrinsic
    def cast(typing: Any, x: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], context.get_value_type(to))

        return to(of), emit

    return cast


def _fma(real: Any) -> Any:
    @intrinsic
    def fma(typing: Any, x: Any, y: Any, z: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            kind = _LLVM[real]
            name = f"llvm.fmuladd.f{real.bitwidth}"
            function = cgutils.get_or_insert_function(builder.module, ir.FunctionType(kind, [kind] * 3), name)
            return builder.call(function, arguments)

        return real(real, real, real), emit

    return fma


def _scalars(count: int, real: Any) -> Any:
    """See `words.scalars`."""
    wanted = types.UniTuple(real, count)

    @intrinsic
    def numbers(typing: Any, s: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            doubles = [builder.load(cgutils.gep_inbounds(builder, arguments[0], i)) for i in range(count)]
            return context.make_tuple(builder, wanted, [context.cast(builder, x, types.float64, real) for x in doubles])

        return wanted(types.CPointer(types.float64)), emit

    return numbers


def _rounded(real: Any) -> Any:
    """A tuple of doubles as one of reals."""

    @intrinsic
    def rounded(typing: Any, numbers: Any) -> Any:
        wanted = types.UniTuple(real, len(numbers))

        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            parts = cgutils.unpack_tuple(builder, arguments[0])
            return context.make_tuple(builder, wanted, [context.cast(builder, x, types.float64, real) for x in parts])

        return wanted(numbers), emit

    return rounded


def _stack(count: int, real: Any) -> Any:
    @intrinsic
    def memory(typing: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            kind = context.get_data_type(real)
            with builder.goto_entry_block():
                place = builder.alloca(ir.ArrayType(kind, count))
                place.align = 64
            return builder.bitcast(place, kind.as_pointer())

        return types.CPointer(real)(), emit

    return memory


class Meanings(dict[Any, Any]):
    """What stands for each word in a table of one type; those made to measure are made when they are met."""

    def __init__(self, real: type[np.floating[Any]], double: Callable[[Any], Any]) -> None:
        self.real, self.double = _FLOATS[real], double
        integer = types.int32 if real is np.float32 else types.int64
        lanes, panel = shape().lanes(self.real.bitwidth), shape().panel * 8 // self.real.bitwidth
        super().__init__({word: _pointers(element or self.real) for word, element in _POINTERS.items()})
        self |= {words.real: real, words.double: np.float64, words.onward: onward, words.fma: _fma(self.real)}
        self |= {words.to_bits: _cast(integer, self.real), words.from_bits: _cast(self.real, integer)}
        self |= {words.exact_log: math.log, words.exact_log1p: math.log1p}
        self |= {words.LANES: lanes, words.PANEL_SIZE: panel}
        self |= {words.TALLEST: shape().heights[0], words.WIDEST: shape().wide}

    def __missing__(self, word: Any) -> Any:
        """Make it; KeyError if it is none."""
        if not isinstance(word, words.Word):
            raise KeyError(word)
        self[word] = made = getattr(self, "_" + word.name)(word.of)
        return made

    def _stack(self, sizes: tuple[Any, ...]) -> Any:
        return _stack(math.prod(self.get(size, size) for size in sizes), self.real)

    def _scalars(self, count: int) -> Any:
        return _scalars(count, self.real)

    def _prepared(self, of: tuple[int, Any]) -> Any:
        numbers, function, rounded = _scalars(of[0], types.float64), self.double(of[1]), _rounded(self.real)

        @numba.njit
        def prepared(s: Any) -> Any:
            return rounded(function(*numbers(s)))

        return prepared

    def _multiply(self, of: None) -> Any:
        return tile.multiply(self.real)

    def _row_sum(self, of: None) -> Any:
        return across.joined(self.real, across.add, 0.0)

    def _row_max(self, of: None) -> Any:
        return across.joined(self.real, across.larger, -math.inf)

    def _shifted(self, of: None) -> Any:
        return across.shifted(self.real)

    def _mixed(self, of: None) -> Any:
        return across.mixed(self.real)

    def _inner(self, of: None) -> Any:
        return across.inner(self.real)

    def _inner_square(self, of: None) -> Any:
        return across.inner_square(self.real)

    def _transpose(self, of: Any) -> Any:
        return tile.transpose(self.real, self.get(of, of))

    def _product(self, of: None) -> Any:
        return product_of(self.real)


_POINTERS = {
    words.reals: None,
    words.singles: types.float32,
    words.doubles: types.float64,
    words.ints: types.int32,
    words.longs: types.int64,
    words.octets: types.uint8,
}


def product_of(real: Any) -> Any:
    """`gemm.gemm`, compiled apart, as other code calls it."""
    return types.ExternalFunction(words.product_name(real.name), product_signature(real))


def product_signature(real: Any) -> Any:
    """Of `gemm.gemm`."""
    pointer, integer = types.CPointer(real), types.int64
    matrix = [pointer, integer, integer]
    return types.void(*matrix, *matrix, integer, integer, pointer, integer, integer, integer)
