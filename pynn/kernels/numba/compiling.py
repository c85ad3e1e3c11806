"""From a kernel in Python to machine code: numba types it and makes LLVM code, of which one C function is kept.

Not `numba.cfunc`: its objects refer to the running interpreter, so reading one from disk takes half a second of
importing numba.  What is made here is a function of the C ABI (csrc/pynn.h) and nothing beside it; `native` loads it.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

import llvmlite.binding as llvm
import numba
import numpy as np
from numba import types

from pynn.kernels.numba import native, vmath
from pynn.kernels.numba.intrinsics import meanings
from pynn.kernels.scalar.specialising import Function, Target, specialised, typed

ABI = types.void(
    types.CPointer(types.voidptr),
    types.CPointer(types.int64),
    types.CPointer(types.float64),
    types.int64,
    types.int64,
)
_PLAIN = {"error_model": "numpy", "_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_C_FUNCTION = """
declare i32 @"{inner}"(ptr, ptr, ptr, ptr, ptr, i64, i64)
define void @"{name}"(ptr %p, ptr %d, ptr %s, i64 %lo, i64 %hi) {{
    %unused = alloca ptr
    %status = call i32 @"{inner}"(ptr %unused, ptr %unused, ptr %p, ptr %d, ptr %s, i64 %lo, i64 %hi)
    ret void
}}
"""
_TARGETS: dict[Any, Target] = {}


def _compiled(function: FunctionType) -> Any:
    return numba.njit(**_PLAIN)(function)


def target(real: Any) -> Target:
    """The CPU, for one element type; `math` by functions that vectorise."""
    real = np.dtype(real).type
    if real not in _TARGETS:
        made = _TARGETS[real] = Target(real, _compiled, meanings(real), {})
        made.replaced.update({word: specialised(function, made) for word, function in vmath.REPLACED.items()})
    return _TARGETS[real]


def object_code(function: Function, real: Any, name: str) -> bytes:
    """The machine code of a kernel ``(p, d, s, lo, hi)`` in Python, as an object file that defines `name`.

    Raises
    ------
    numba.core.errors.NumbaError
        If numba cannot compile the function.
    """
    dispatcher = _compiled(typed(function, target(real)))
    dispatcher.compile(ABI)
    inner = dispatcher.overloads[ABI.args].fndesc.llvm_func_name
    module = llvm.parse_assembly(dispatcher.inspect_llvm(ABI.args))
    module.link_in(llvm.parse_assembly(_C_FUNCTION.format(inner=inner, name=name)))
    for symbol in (*module.functions, *module.global_variables):
        if symbol.name != name and not symbol.is_declaration:
            symbol.linkage = "internal"
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    passes.run(module, llvm.create_pass_builder(native.machine(), llvm.create_pipeline_tuning_options()))
    return bytes(native.machine().emit_object(module))
