"""Moves of elements: axes swapped, repeated, summed away, columns copied in and out.

Any permutation of axes is a few swaps of neighbouring blocks of axes.  Broadcasting is repetition; its gradient, a sum.
"""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op

Array = np.ndarray


@op("x(n,a,b,c) -> y(n,b,a,c)")
def swap_blocks(x: Array, y: Array, lo: int, hi: int) -> None:
    """y_(r,j,i) = x_(r,i,j): two neighbouring axes, or blocks of axes, of each row change places."""
    y[lo:hi] = x[lo:hi].swapaxes(1, 2)


@op("x(n,c) -> y(n,r,c); scale", scalars=(0.5,))
def repeat_axis(x: Array, y: Array, scale: float, lo: int, hi: int) -> None:
    """y_(i,r) = scale · x_i for each of r repetitions."""
    y[lo:hi] = scale * x[lo:hi, None]


@op("x(n,r,c) -> y(n,c); scale", scalars=(0.5,))
def sum_axis(x: Array, y: Array, scale: float, lo: int, hi: int) -> None:
    """y_i = scale · Σ_r x_(i,r), summed in double."""
    y[lo:hi] = scale * x[lo:hi].sum(axis=1, dtype=np.float64)


@op("x(n,a) -> ~y(n,w); at", scalars=(2.0,))
def copy_columns_in(x: Array, y: Array, at: float, lo: int, hi: int) -> None:
    """Columns of y from column `at` on become those of x, as far as y reaches; the others stay."""
    room = y[lo:hi, int(at) :]
    count = min(x.shape[1], room.shape[1])
    room[:, :count] = x[lo:hi, :count]


@op("y(n,w) -> x(n,a); at", scalars=(2.0,))
def copy_columns_out(y: Array, x: Array, at: float, lo: int, hi: int) -> None:
    """x becomes the columns of y from column `at` on, with zeros where y has no more."""
    found = y[lo:hi, int(at) :][:, : x.shape[1]]
    x[lo:hi] = 0
    x[lo:hi, : found.shape[1]] = found
