"""Rows of a table of weights, picked by number."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pynn.kernels.contract import op

Array = np.ndarray


def _indices(rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int]) -> Array:
    """Row numbers with a fraction; some count from the end."""
    return rng.integers(-dims["v"], dims["v"], shape) + rng.integers(0, 2, shape) * 0.25


def _rows(x: Array, count: int) -> tuple[Array, Array]:
    """The row that each index means, and whether there is such a row."""
    known = (x > -count - 1) & (x < count)
    row = np.where(known, x, 0).astype(np.int64)  # cuts the fraction off, towards zero
    return np.where(row < 0, row + count, row), known


@op("x(n), w(v,k) -> y(n,k)", draws={"x": _indices})
def embedding_forward(x: Array, w: Array, y: Array, lo: int, hi: int) -> None:
    """y_r is row x_r of w; negative numbers count from the end; NaN where there is no such row, as in JAX.

    x : real, its fraction is cut off.
    """
    row, known = _rows(x[lo:hi], len(w))
    y[lo:hi] = np.where(known[:, None], w[row], np.nan)


def _scattered(n: int, k: int, v: int) -> int:
    return 16 * (n * k + v * k)


@op("x(n), dy(n,k) -> dw(v,k)", draws={"x": _indices}, cost=_scattered, atol=1e-5)
def embedding_backward(x: Array, dy: Array, dw: Array, lo: int, hi: int) -> None:
    """dw_i = Σ dy_r over all r with x_r = i, added in the order of the batch."""
    row, known = _rows(x, len(dw))
    mine = known & (row >= lo) & (row < hi)
    dw[lo:hi] = 0
    np.add.at(dw, row[mine], dy[mine])
