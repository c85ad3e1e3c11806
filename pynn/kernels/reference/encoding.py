"""Numbers of classes to vectors, values to numbers of bins."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pynn.kernels.contract import op

Array = np.ndarray


def _numbers(rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int]) -> Array:
    """Numbers of classes with a fraction, some of them out of range on either side."""
    return rng.integers(-2, dims["k"] + 2, shape) + rng.integers(0, 2, shape) * 0.25


def _ascending(rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int]) -> Array:
    edges: Array = np.sort(rng.standard_normal(shape))
    return edges


def _marks(x: Array, width: int) -> Array:
    """(n, m, width): 1 where the place's number is x with its fraction cut off."""
    known = (x > -1) & (x < width)
    found: Array = (np.trunc(np.where(known, x, -1))[:, :, None] == np.arange(width)).astype(x.dtype)
    return found


@op("x(n,m) -> y(n,k)", draws={"x": _numbers})
def multi_hot(x: Array, y: Array, lo: int, hi: int) -> None:
    """y_r,c = 1 if c is among the m numbers x_r, else 0; numbers out of [0, k) do not show."""
    y[lo:hi] = _marks(x[lo:hi], y.shape[1]).max(axis=1)


@op("x(n,m) -> y(n,k)", draws={"x": _numbers})
def count_hot(x: Array, y: Array, lo: int, hi: int) -> None:
    """y_r,c = how often c is among the m numbers x_r."""
    y[lo:hi] = _marks(x[lo:hi], y.shape[1]).sum(axis=1)


@op("x(n,m), weights(n,m) -> y(n,k)", draws={"x": _numbers}, atol=1e-5)
def weighted_count_hot(x: Array, weights: Array, y: Array, lo: int, hi: int) -> None:
    """y_r,c = sum of the weights of those of the m numbers x_r that are c."""
    y[lo:hi] = (_marks(x[lo:hi], y.shape[1]) * weights[lo:hi, :, None]).sum(axis=1)


@op("x(n,k), edges(b) -> y(n,k)", draws={"edges": _ascending})
def bins(x: Array, edges: Array, y: Array, lo: int, hi: int) -> None:
    """y = how many edges are <= x: 0 below the first, b from the last on.

    edges : ascending.
    """
    y[lo:hi] = np.searchsorted(edges, x[lo:hi], side="right")
