"""Several inputs become one: sums, products, the larger, inner products.  Columns side by side are in `shaping`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pynn.kernels.contract import op

Array = np.ndarray


def _few_values(rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int]) -> Array:
    """Small whole numbers: many pairs are equal."""
    return rng.integers(-1, 2, shape)


@op("a(n,k), b(n,k) -> y(n,k)")
def add_forward(a: Array, b: Array, y: Array, lo: int, hi: int) -> None:
    """y = a + b; also how gradients of what two steps read are added up."""
    y[lo:hi] = a[lo:hi] + b[lo:hi]


@op("a(n,k), b(n,k) -> y(n,k)")
def subtract_forward(a: Array, b: Array, y: Array, lo: int, hi: int) -> None:
    """y = a - b."""
    y[lo:hi] = a[lo:hi] - b[lo:hi]


@op("a(n,k), b(n,k) -> y(n,k)")
def multiply_forward(a: Array, b: Array, y: Array, lo: int, hi: int) -> None:
    """y = a · b, element by element."""
    y[lo:hi] = a[lo:hi] * b[lo:hi]


@op("a(n,k), b(n,k) -> y(n,k)")
def maximum_forward(a: Array, b: Array, y: Array, lo: int, hi: int) -> None:
    """y = max(a, b)."""
    y[lo:hi] = np.maximum(a[lo:hi], b[lo:hi])


@op("a(n,k), b(n,k) -> y(n,k)")
def minimum_forward(a: Array, b: Array, y: Array, lo: int, hi: int) -> None:
    """y = min(a, b)."""
    y[lo:hi] = np.minimum(a[lo:hi], b[lo:hi])


@op("a(n,k), b(n,k), dy(n,k) -> da(n,k), db(n,k)", draws={"a": _few_values, "b": _few_values})
def maximum_backward(a: Array, b: Array, dy: Array, da: Array, db: Array, lo: int, hi: int) -> None:
    """dy goes to the larger of a and b, half to each where they are equal: JAX's rule.

    For the minimum, a and b change places.
    """
    share = np.where(a[lo:hi] > b[lo:hi], 1, np.where(a[lo:hi] == b[lo:hi], 0.5, 0))
    da[lo:hi] = dy[lo:hi] * share
    db[lo:hi] = dy[lo:hi] * (1 - share)


def _products(n: int, i: int, k: int, j: int) -> int:
    return 16 * n * i * k * j  # summed in double, without the tiles of the matrix product


@op("a(n,i,k), b(n,j,k) -> y(n,i,j)", cost=_products, flops=lambda n, i, k, j: 2 * n * i * k * j, rtol=1e-4, atol=1e-4)
def inner_products(a: Array, b: Array, y: Array, lo: int, hi: int) -> None:
    """y_r = a_r b_rᵀ for each row: every vector of a times every vector of b."""
    y[lo:hi] = a[lo:hi] @ b[lo:hi].swapaxes(1, 2)
