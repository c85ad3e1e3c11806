"""Products in tiles: what the threads of a block compute together, one element a thread or sixteen."""

from __future__ import annotations

from typing import Any

from pynn.kernels.cuda.device import DEEP, TILE, WIDE, WIDE_DEEP, cuda, real

# Elements of shared memory.  One more in each row, so that the threads of a warp that read or write a column meet
# different banks.
SIZES = {
    "LEFT": TILE * (DEEP + 1), "RIGHT": DEEP * (TILE + 1), "STRIP": WIDE_DEEP * (WIDE + 1), "TILE": TILE, "WIDE": WIDE,
}  # fmt: skip


def product(
    a: Any, a_row: Any, a_column: Any, b: Any, b_row: Any, b_column: Any, m: Any, n: Any, k: Any, row: Any, column: Any,
    left: Any, right: Any,
) -> Any:  # fmt: skip
    """Element of a b that this thread of a block has, of the tile that begins at (row, column); summed in order.

    Element (r, q) of a stands at ``a[r * a_row + q * a_column]``, b likewise; a has m rows, b n columns.
    """
    t = cuda.threadIdx.x
    r, c = t // TILE, t % TILE
    found = 0.0
    for k0 in range(0, k, DEEP):
        for e in range(t, TILE * DEEP, TILE * TILE):
            # Neighbouring threads read neighbours in memory.
            i, q = (e // DEEP, e % DEEP) if a_column == 1 else (e % TILE, e // TILE)
            left[i * (DEEP + 1) + q] = a[(row + i) * a_row + (k0 + q) * a_column] if row + i < m and k0 + q < k else 0.0
            j, q = (e % TILE, e // TILE) if b_column == 1 else (e // DEEP, e % DEEP)
            right[q * (TILE + 1) + j] = (
                b[(k0 + q) * b_row + (column + j) * b_column] if k0 + q < k and column + j < n else 0.0
            )
        cuda.syncthreads()
        for q in range(DEEP):
            found += left[r * (DEEP + 1) + q] * right[q * (TILE + 1) + c]
        cuda.syncthreads()
    return found


def load(
    a: Any, a_row: Any, a_column: Any, m: Any, k: Any, row: Any, k0: Any, strip: Any
) -> None:  # fmt: skip
    """Rows of a from `row` on, WIDE_DEEP columns from k0 on, to ``strip[column][row]``; zeros beyond the ends."""
    for e in range(cuda.threadIdx.x, WIDE * WIDE_DEEP, TILE * TILE):
        i, q = (e // WIDE_DEEP, e % WIDE_DEEP) if a_column == 1 else (e % WIDE, e // WIDE)
        strip[q * (WIDE + 1) + i] = a[(row + i) * a_row + (k0 + q) * a_column] if row + i < m and k0 + q < k else 0.0


# Sixteen sums by name: an array with changing places would not stay in registers.
_SUMS = [(i, j) for i in range(4) for j in range(4)]
_TEXT = f"""def wide_product(a, a_row, a_column, b, b_row, b_column, m, n, k, row, column, left, right, sums):
    r, c = cuda.threadIdx.x // TILE, cuda.threadIdx.x % TILE
    {" = ".join(f"s{i}{j}" for i, j in _SUMS)} = real(0)
    for k0 in range(0, k, WIDE_DEEP):
        load(a, a_row, a_column, m, k, row, k0, left)
        load(b, b_column, b_row, n, k, column, k0, right)
        cuda.syncthreads()
        for q in range(WIDE_DEEP):
            at, to = q * (WIDE + 1) + r, q * (WIDE + 1) + c
            {", ".join(f"a{i}" for i in range(4))} = {", ".join(f"left[at + {i} * TILE]" for i in range(4))}
            {", ".join(f"b{j}" for j in range(4))} = {", ".join(f"right[to + {j} * TILE]" for j in range(4))}
            {"; ".join(f"s{i}{j} += a{i} * b{j}" for i, j in _SUMS)}
        cuda.syncthreads()
    {"; ".join(f"sums[{4 * i + j}] = s{i}{j}" for i, j in _SUMS)}
"""
_SCOPE: dict[str, Any] = {
    "cuda": cuda, "real": real, "load": load, "TILE": TILE, "WIDE": WIDE, "WIDE_DEEP": WIDE_DEEP, "__name__": __name__,
}  # fmt: skip
exec(_TEXT, _SCOPE)
# As `product`, of a tile of WIDE x WIDE: rows and columns r + i TILE, c + j TILE to sums[4 i + j].  Each number that is
# read from shared memory serves four sums.
wide_product: Any = _SCOPE["wide_product"]
