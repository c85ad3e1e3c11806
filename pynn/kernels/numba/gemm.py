"""The matrix product behind every dense kernel: c(r,j) = Σ_k a(r,k) b(k,j).

Element (r,k) of a stands at a[r · a_row + k · a_col], b likewise.  Goto & van de Geijn 2008, "Anatomy of
high-performance matrix multiplication", for few rows of c: panels of b, which the first strip of tiles copies, and a
read in place.
"""

from __future__ import annotations

from typing import Any

from pynn.kernels.numba.ends import ends, ends_of, pack_transposed
from pynn.kernels.numba.words import LANES, PANEL_SIZE, TALLEST, WIDEST, multiply, onward, stack

DIRECT, COPY, PANEL = 0, 1, 2  # where a tile takes its rows of b from, as in csrc/tile.h
_panel = stack(PANEL_SIZE)
_IN_PLACE = 4096  # elements: 16 KiB of float32


def next_wide(columns: int) -> Any:
    """Vectors in the next tile of so many columns: a last tile of one vector would wait for its own sums."""
    vectors = (columns + LANES - 1) // LANES
    if vectors <= WIDEST:
        return vectors
    return (vectors + 1) // 2 if vectors == WIDEST + 1 else WIDEST


def next_rows(rows: int) -> Any:
    """Rows of the next tile."""
    if rows >= TALLEST:
        return TALLEST
    return 4 if rows >= 4 else (2 if rows >= 2 else 1)


def gemm(
    a: Any, a_row: int, a_col: int, b: Any, b_row: int, b_col: int, k: int, n: int, c: Any, c_row: int, lo: int,
    hi: int,
) -> None:  # fmt: skip
    """Rows [lo, hi) of c, n columns.  Each sum runs over k from first to last, one multiply-add at a time."""
    last = ends_of(a_col, b_col, k, n)
    if last > 0:
        ends(a, a_row, b, b_row, k, n, last, c, c_row, lo, hi)
        n -= last
    panel = _panel()
    apart = 1 if a_col == 1 else 0
    a_step = a_row if a_col == 1 else a_col
    most = PANEL_SIZE // (WIDEST * LANES)
    for k0 in range(0, max(k, 1), most):
        depth = min(k - k0, most)
        j0 = 0
        while j0 < n:
            wide = next_wide(n - j0)
            width = min(n - j0, wide * LANES)
            b_at = onward(b, k0 * b_row + j0 * b_col)
            # A small b stays in the first cache where it stands.
            source = DIRECT if hi - lo <= TALLEST or depth * width <= _IN_PLACE else COPY
            if b_col != 1:
                pack_transposed(b_at, b_col, depth, width, panel, wide * LANES)
                source = PANEL
            r = lo
            while r < hi:
                rows = next_rows(hi - r)
                code = ((source * 16 + rows) * 4 + wide) * 2 + apart
                last = width - (wide - 1) * LANES
                a_at, c_at = onward(a, r * a_row + k0 * a_col), onward(c, r * c_row + j0)
                multiply(code, a_at, a_step, b_at, b_row, panel, depth, c_at, c_row, last, k0 == 0)
                source = PANEL if source == COPY else source
                r += rows
            j0 += width
