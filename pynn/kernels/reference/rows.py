"""Rows of the data set: gathered in shuffled order and converted on the way in, batch by batch."""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import COST_OF_AN_ELEMENT, define, op
from pynn.kernels.reference.draws import below

Array = np.ndarray
# Element types that data arrives in, beside the table's own; everything else is converted once at the door.
SOURCES = ("u8", "f32", "f64")


def _gather(x: Array, order: Array, y: Array, lo: int, hi: int) -> None:
    """y_r = x_(order_r), converted to the type of y."""
    y[lo:hi] = x[order[lo:hi]]


def _convert(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = x, converted to the type of y."""
    y[lo:hi] = x[lo:hi]


def _moved(n: int, k: int, m: int = 0) -> int:
    return 2 * COST_OF_AN_ELEMENT * n * k


for _source in SOURCES:
    _facts = {"draws": {"order": below("m")}, "cost": _moved}
    define(f"gather_{_source}", f"x(m,k):{_source}, order(n):i64 -> y(n,k)", _gather, **_facts)
    define(f"convert_{_source}", f"x(n,k):{_source} -> y(n,k)", _convert, cost=_moved)


@op("x(m,k):i32, order(n):i64 -> y(n,k):i32", draws={"order": below("m")}, cost=_moved)
def gather_labels(x: Array, order: Array, y: Array, lo: int, hi: int) -> None:
    """y_r = x_(order_r), integers."""
    y[lo:hi] = x[order[lo:hi]]


@op("x(n,k) -> y(n,k); scale, shift", scalars=(0.9, 0.05))
def affine(x: Array, y: Array, scale: float, shift: float, lo: int, hi: int) -> None:
    """y = scale · x + shift: label smoothing, rescaling."""
    y[lo:hi] = scale * x[lo:hi] + shift
