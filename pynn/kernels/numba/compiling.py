"""From a kernel in Python to machine code: numba types it and makes LLVM code, of which one C function is kept.

Not `numba.cfunc`: its objects refer to the running interpreter, so reading one from disk takes half a second of
importing numba.  What is made here is a function of the C ABI (csrc/pynn.h) and nothing beside it; `native` loads it.
"""

from __future__ import annotations

from string import ascii_lowercase
from types import FunctionType
from typing import Any

import llvmlite.binding as llvm
import numba
import numpy as np
from numba import types
from numba.np.numpy_support import from_dtype

from pynn.kernels.numba import native, normal, vmath
from pynn.kernels.numba.gemm import gemm
from pynn.kernels.numba.intrinsics import Meanings, product_signature
from pynn.kernels.scalar.specialising import Function, Target, specialised, typed

ABI = types.void(
    types.CPointer(types.voidptr),
    types.CPointer(types.int64),
    types.CPointer(types.float64),
    types.int64,
    types.int64,
)
_PLAIN = {"error_model": "numpy", "_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
# What numba makes returns a status, which says nothing here, as kernels cannot fail, and takes two places for results.
_C_FUNCTION = """
declare i32 @"{inner}"(ptr, ptr, {kinds})
define void @"{name}"({arguments}) {{
    %unused = alloca ptr
    %status = call i32 @"{inner}"(ptr %unused, ptr %unused, {arguments})
    ret void
}}
"""
# Where formulas are and what they call; those of a user's functions have no module.
_FORMULAS = (
    "pynn.kernels.scalar",
    "pynn.kernels.own",
    *(f"pynn.kernels.numba.{m}" for m in ("normal", "own", "vmath")),
)
_TARGETS: dict[Any, Target] = {}


def _compiled(function: FunctionType) -> Any:
    return numba.njit(**_PLAIN)(function)


def _called(function: FunctionType) -> Any:
    """Formulas become a part of the loops that call them, however long they are: a loop with a call stays scalar."""
    home = function.__module__ or "builtins"
    if home == "builtins" or home.startswith(_FORMULAS):
        return numba.njit(**_PLAIN, forceinline=True)(function)
    return _compiled(function)


def target(real: Any) -> Target:
    """The CPU, for one element type; `math` by functions that vectorise."""
    real = np.dtype(real).type
    if real not in _TARGETS:
        meanings = Meanings(real, lambda function: specialised(function, target(np.float64)))
        made = _TARGETS[real] = Target(real, _called, meanings, {})
        made.replaced.update(
            {word: specialised(function, made) for word, function in (vmath.REPLACED | normal.REPLACED).items()}
        )
    return _TARGETS[real]


def object_code(function: Function, real: Any, name: str, signature: Any = ABI) -> bytes:
    """The machine code of a kernel ``(p, d, s, lo, hi)`` in Python, as an object file that defines `name`.

    Raises
    ------
    numba.core.errors.NumbaError
        If numba cannot compile the function.
    """
    dispatcher = _compiled(typed(function, target(real)))
    dispatcher.compile(signature)
    kinds = ["ptr" if isinstance(kind, types.CPointer) else "i64" for kind in signature.args]
    arguments = ", ".join(f"{kind} %{letter}" for kind, letter in zip(kinds, ascii_lowercase, strict=False))
    inner = dispatcher.overloads[signature.args].fndesc.llvm_func_name
    entry = _C_FUNCTION.format(inner=inner, name=name, kinds=", ".join(kinds), arguments=arguments)
    module = llvm.parse_assembly(dispatcher.inspect_llvm(signature.args))
    module.link_in(llvm.parse_assembly(entry))
    for symbol in (*module.functions, *module.global_variables):
        if symbol.name != name and not symbol.is_declaration:
            symbol.linkage = "internal"
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    passes.run(module, llvm.create_pass_builder(native.machine(), llvm.create_pipeline_tuning_options()))
    return bytes(native.machine().emit_object(module))


def product_code(real: Any, name: str) -> bytes:
    """The machine code of `gemm.gemm`."""
    return object_code(gemm, real, name, product_signature(from_dtype(np.dtype(real))))
