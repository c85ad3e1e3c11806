"""The meaning of `words` to numba: each is one or two instructions of LLVM."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from pynn.kernels.numba import words

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


def scalars(count: int, real: Any) -> Any:
    """What makes a tuple of the first `count` numbers of s."""

    @intrinsic
    def numbers(typing: Any, s: Any) -> Any:
        wanted = types.UniTuple(_FLOATS[real], count)

        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            doubles = [builder.load(cgutils.gep_inbounds(builder, arguments[0], i)) for i in range(count)]
            cast = [context.cast(builder, x, types.float64, _FLOATS[real]) for x in doubles]
            return context.make_tuple(builder, wanted, cast)

        return wanted(types.CPointer(types.float64)), emit

    return numbers


def meanings(real: type[np.floating[Any]]) -> dict[Any, Any]:
    """What stands for each word in a table of that type."""
    kind, integer = _FLOATS[real], types.int32 if real is np.float32 else types.int64
    pointers = {
        words.reals: kind,
        words.singles: types.float32,
        words.doubles: types.float64,
        words.ints: types.int32,
        words.longs: types.int64,
        words.octets: types.uint8,
    }
    return {word: _pointers(element) for word, element in pointers.items()} | {
        words.real: real,
        words.onward: onward,
        words.to_bits: _cast(integer, kind),
        words.from_bits: _cast(kind, integer),
        words.fma: _fma(kind),
    }
