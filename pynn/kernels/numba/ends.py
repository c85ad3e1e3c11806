"""The last columns of a product, where they fill a small part of a vector, as inner products: see csrc/ends.h."""

from __future__ import annotations

from typing import Any

from pynn.kernels.numba.words import LANES, WIDEST, inner_square, lanes_square, onward, quad, stack

DEEPEST = 1024  # the most rows of b of which columns are copied
_STRIDE = DEEPEST + 16  # not a power of two, whose rows would share places in the cache
_copy, _found = stack(4, _STRIDE), stack(LANES)


def pack_transposed(b: Any, b_col: int, depth: int, width: int, panel: Any, stride: int) -> None:
    """Copy depth x width of b, whose columns stand apart, into the rows of a panel; squares may begin earlier."""
    if depth >= LANES and width >= LANES:
        for j0 in range(0, width, LANES):
            j = min(j0, width - LANES)
            for k0 in range(0, depth, LANES):
                k = min(k0, depth - LANES)
                lanes_square(onward(b, j * b_col + k), b_col, onward(panel, k * stride + j), stride)
    elif depth >= 4 and width >= 4:
        for j0 in range(0, width, 4):
            j = min(j0, width - 4)
            for k0 in range(0, depth, 4):
                k = min(k0, depth - 4)
                quad(onward(b, j * b_col + k), b_col, onward(panel, k * stride + j), stride)
    else:
        for j in range(width):
            for k in range(depth):
                panel[k * stride + j] = b[j * b_col + k]


def ends_of(a_col: int, b_col: int, k: int, n: int) -> Any:
    """How many columns are better made by `ends`: that depends on the shapes alone, never on the rows at hand."""
    left = n % (WIDEST * LANES)
    small = left <= LANES // 2 and k >= 8 * left and k <= DEEPEST
    return left if small and a_col == 1 and b_col == 1 else 0


def ends(
    a: Any, a_row: int, b: Any, b_row: int, k: int, n: int, columns: int, c: Any, c_row: int, lo: int, hi: int
) -> None:  # fmt: skip
    """Rows [lo, hi) of the last columns of c = a b."""
    copy, found = _copy(), _found()
    four = min(LANES, 4)
    tall = LANES // four
    for j0 in range(n - columns, n, four):
        now = min(four, n - j0)
        pack_transposed(onward(b, j0), b_row, now, k, copy, _STRIDE)
        for r0 in range(lo, hi, tall):
            rows = min(tall, hi - r0)
            inner_square(onward(a, r0 * a_row), a_row, rows, copy, _STRIDE, now, k, found)
            for r in range(rows):
                for j in range(now):
                    c[(r0 + r) * c_row + j0 + j] = found[r * four + j]
