"""Masks: rows that hold nothing become 0, and what does not count is left out."""

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


@op("x(n,k) -> m(n); value", scalars=(2.0,), draws={"x": _often_the_same})
def mask_of_rows(x: Array, m: Array, value: float, lo: int, hi: int) -> None:
    """1 for rows in which an element of x is not `value`, else 0."""
    m[lo:hi] = (x[lo:hi] != value).any(axis=1)


def _zeros_and_ones(rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int]) -> Array:
    """Some rows have none that counts."""
    values = rng.integers(0, 2, shape).astype(np.float64)
    values[..., -1] = 1
    return values


@op("x(n,r,c), m(n,r) -> y(n,c)", draws={"m": _zeros_and_ones})
def masked_mean_forward(x: Array, m: Array, y: Array, lo: int, hi: int) -> None:
    """The mean over the r that count; NaN where none does, as 0 / 0 is."""
    kept = np.where(m[lo:hi, :, None] != 0, x[lo:hi], 0)
    with np.errstate(invalid="ignore"):
        y[lo:hi] = kept.sum(axis=1, dtype=np.float64) / m[lo:hi].sum(axis=1, dtype=np.float64)[:, None]


@op("m(n,r), dy(n,c) -> dx(n,r,c)", draws={"m": _zeros_and_ones})
def masked_mean_backward(m: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """Its way back: those that count share dy."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = dy[lo:hi] / m[lo:hi].sum(axis=1, dtype=np.float64)[:, None]
    dx[lo:hi] = np.where(m[lo:hi, :, None] != 0, share[:, None], 0)


@op("x(n,k), m(n,k) -> y(n,k); value", scalars=(-3.0,), draws={"m": _zeros_and_ones})
def replace_masked(x: Array, m: Array, y: Array, value: float, lo: int, hi: int) -> None:
    """y is x where m counts, else `value`."""
    y[lo:hi] = np.where(m[lo:hi] != 0, x[lo:hi], value)
