"""The largest along an axis.  Sums and means along an axis are in `shaping`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pynn.kernels.contract import op

Array = np.ndarray


def _few_values(rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int]) -> Array:
    """Small whole numbers: the largest stands in several places."""
    return rng.integers(0, 3, shape)


@op("x(n,r,c) -> y(n,c)")
def max_axis_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y_i = max_r x_(i,r)."""
    y[lo:hi] = x[lo:hi].max(axis=1)


@op("x(n,r,c), y(n,c), dy(n,c) -> dx(n,r,c)", draws={"x": _few_values, "y": _few_values})
def max_axis_backward(x: Array, y: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """The places where x is the largest, y, share dy equally: JAX's rule, and so Keras's on JAX."""
    largest = x[lo:hi] == y[lo:hi, None]
    count = np.maximum(largest.sum(axis=1, keepdims=True), 1)
    dx[lo:hi] = np.where(largest, dy[lo:hi, None] / count, 0)
