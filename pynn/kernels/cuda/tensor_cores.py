"""Products on tensor cores: operands rounded to TF32 (10 bits behind the point), sums in float32.

One instruction of a warp multiplies 16 x 8 by 8 x 8 numbers.  Which thread holds which of them: PTX ISA, "Matrix
Fragments for mma.m16n8k8", type .tf32.  Devices have it from compute capability 8.0 on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.kernels.cuda.device import SIMULATED, cuda, numba, numba_cuda, real

OLDEST = 8, 0
WARP = 32
# Warps of a block; each computes 32 x 16 numbers, which are four results of the instruction.
DOWN, ACROSS = (1, 2) if SIMULATED else (2, 4)
ROWS, COLUMNS, THREADS = 32 * DOWN, 16 * ACROSS, WARP * DOWN * ACROSS
DEEP = 16
# Eight more in each row of a strip: threads of a warp that read a fragment of it meet 32 different banks.
SPARE = 8
SIZES = {
    "TENSOR_LEFT": DEEP * (ROWS + SPARE), "TENSOR_RIGHT": DEEP * (COLUMNS + SPARE), "ROWS": ROWS, "COLUMNS": COLUMNS,
    "ACROSS": ACROSS,
}  # fmt: skip
_MULTIPLY = (
    "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {$0,$1,$2,$3}, {$4,$5,$6,$7}, {$8,$9}, {$10,$11,$12,$13};"
)


def require_tensor_cores() -> None:
    """Raise a RuntimeError if this device has none that know TF32; the simulator has."""
    found = OLDEST if SIMULATED else tuple(numba_cuda.get_current_device().compute_capability)
    if found < OLDEST:
        raise RuntimeError(
            "set_float32_matmul_precision('high'): TF32 needs a device of compute capability 8.0 or later, this one "
            f"has {found[0]}.{found[1]}. 'highest' computes in float32."
        )


def _instructions() -> tuple[Any, Any]:
    """`round_tf32` and `multiply` as numba compiles them: the instructions themselves."""
    from llvmlite import ir
    from numba.cuda.extending import intrinsic

    types = numba.types
    single, word = ir.FloatType(), ir.IntType(32)

    @intrinsic
    def round_tf32(context: Any, x: Any) -> Any:
        def code(target: Any, builder: Any, signature: Any, given: Any) -> Any:
            kind = ir.FunctionType(word, [single])
            bits = builder.call(ir.InlineAsm(kind, "cvt.rna.tf32.f32 $0, $1;", "=r,f"), given)
            return builder.bitcast(bits, single)

        return types.float32(types.float32), code

    @intrinsic
    def multiply(
        context: Any, a0: Any, a1: Any, a2: Any, a3: Any, b0: Any, b1: Any, c0: Any, c1: Any, c2: Any, c3: Any
    ) -> Any:
        def code(target: Any, builder: Any, signature: Any, given: Any) -> Any:
            kind = ir.FunctionType(ir.LiteralStructType([single] * 4), [word] * 6 + [single] * 4)
            text = ir.InlineAsm(kind, _MULTIPLY, "=f,=f,=f,=f,r,r,r,r,r,r,f,f,f,f", side_effect=True)
            words = [builder.bitcast(one, word) for one in given[:6]]
            made = builder.call(text, [*words, *given[6:]], attrs=("convergent",))
            return target.make_tuple(builder, signature.return_type, [builder.extract_value(made, i) for i in range(4)])

        return types.UniTuple(types.float32, 4)(*[types.float32] * 10), code

    return round_tf32, multiply


def _rounded(x: Any) -> Any:
    """What ``cvt.rna.tf32.f32`` makes of a number: the nearest with 10 bits, of two the one further from zero."""
    return ((np.float32(x).view(np.uint32) + np.uint32(0x1000)) & np.uint32(0xFFFFE000)).view(np.float32)


def _multiplied(a0: Any, a1: Any, a2: Any, a3: Any, b0: Any, b1: Any, *sums: Any) -> Any:
    """What the instruction gives this thread of its warp: fragments go through memory that all see."""
    held = cuda.shared.array((THREADS, 6), np.float32)
    thread = cuda.threadIdx.x
    held[thread] = a0, a1, a2, a3, b0, b1
    cuda.syncthreads()
    warp = held[thread - thread % WARP :][:WARP]
    known = (warp.view(np.uint32) & np.uint32(0xFFFFE000)).view(np.float32).astype(np.float64)  # the rest is not read
    group, member, q = thread % WARP // 4, thread % 4, np.arange(8)
    found = []
    for part, before in enumerate(sums):
        right, column = part // 2, 2 * member + part % 2  # rows behind the eighth have registers of their own
        a, b = known[4 * group + q % 4, right + 2 * (q // 4)], known[4 * column + q % 4, 4 + q // 4]
        found.append(np.float32(before + a @ b))
    cuda.syncthreads()
    return tuple(found)


round_tf32, multiply = (_rounded, _multiplied) if SIMULATED else _instructions()


def load(a: Any, a_row: Any, a_column: Any, m: Any, k: Any, row: Any, k0: Any, strip: Any, side: Any) -> None:
    """Rows of a from `row` on, DEEP columns from k0 on, rounded, to ``strip[column][row]``; zeros beyond the ends."""
    for e in range(cuda.threadIdx.x, side * DEEP, THREADS):
        i, q = (e // DEEP, e % DEEP) if a_column == 1 else (e % side, e // side)
        x = a[(row + i) * a_row + (k0 + q) * a_column] if row + i < m and k0 + q < k else 0.0
        strip[q * (side + SPARE) + i] = round_tf32(x)


_TILES = [(i, j) for i in range(2) for j in range(2)]
_NAMES = {(i, j): [f"s{i}{j}{e}" for e in range(4)] for i, j in _TILES}
_TEXT = f"""def tensor_product(a, a_row, a_column, b, b_row, b_column, m, n, k, row, column, left, right, sums):
    warp, group, member = cuda.threadIdx.x // WARP, cuda.threadIdx.x % WARP // 4, cuda.threadIdx.x % 4
    {" = ".join(name for names in _NAMES.values() for name in names)} = real(0)
    for k0 in range(0, k, DEEP):
        load(a, a_row, a_column, m, k, row, k0, left, ROWS)
        load(b, b_column, b_row, n, k, column, k0, right, COLUMNS)
        cuda.syncthreads()
        for q in range(0, DEEP, 8):
            r = (q + member) * (ROWS + SPARE) + warp // ACROSS * 32 + group
            c = (q + member) * (COLUMNS + SPARE) + warp % ACROSS * 16 + group
            {
    "; ".join(
        f"a{i}{e} = left[r + {16 * i + e % 2 * 8} + {e // 2 * 4} * (ROWS + SPARE)]" for i in range(2) for e in range(4)
    )
}
            {
    "; ".join(f"b{j}{e} = right[c + {8 * j} + {e * 4} * (COLUMNS + SPARE)]" for j in range(2) for e in range(2))
}
            {
    "; ".join(
        f"{', '.join(_NAMES[i, j])} = multiply(a{i}0, a{i}1, a{i}2, a{i}3, b{j}0, b{j}1, {', '.join(_NAMES[i, j])})"
        for i, j in _TILES
    )
}
        cuda.syncthreads()
    {"; ".join(f"sums[{8 * i + 4 * j + e}] = {_NAMES[i, j][e]}" for i, j in _TILES for e in range(4))}
"""
_SCOPE: dict[str, Any] = {
    "cuda": cuda, "real": real, "load": load, "multiply": multiply, "ROWS": ROWS, "COLUMNS": COLUMNS, "DEEP": DEEP,
    "SPARE": SPARE, "WARP": WARP, "ACROSS": ACROSS, "__name__": __name__,
}  # fmt: skip
exec(_TEXT, _SCOPE)
# As `tile.wide_product`, of a tile of ROWS x COLUMNS, sixteen numbers a thread; where they stand: `forms`.
tensor_product: Any = _SCOPE["tensor_product"]
