"""Rows that hold nothing become 0."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pynn.kernels.contract import op

Array = np.ndarray


def _often_the_same(rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int]) -> Array:
    """Some rows are 2 throughout."""
    values = rng.integers(1, 4, shape).astype(np.float64)
    values[::3] = 2
    return values


@op("x(n,k), v(n,k) -> y(n,k); value", scalars=(2.0,), draws={"x": _often_the_same})
def mask_rows(x: Array, v: Array, y: Array, value: float, lo: int, hi: int) -> None:
    """y is v, but 0 in rows where every element of x is `value`."""
    y[lo:hi] = np.where((x[lo:hi] != value).any(axis=1, keepdims=True), v[lo:hi], 0)
