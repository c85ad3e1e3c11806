"""What the definitions of losses share: derivatives of clipping, and the sum or mean of a term over a row's outputs.

Every loss gives the loss of each row times that row's weight, and the gradient of their mean over the n rows.  The mean
divides by n whatever the weights are: Keras's "sum_over_batch_size".  Where max(x, low) has a kink its derivative
counts half, as in JAX.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from pynn.kernels.contract import define
from pynn.kernels.reference.draws import weights

Array = np.ndarray
EPSILON = (1e-7,)
Pair = Callable[..., tuple[Array, Array]]


def above(x: Any, low: Any) -> Array:
    """Derivative of max(x, low) by x."""
    slope: Array = 0.5 * np.greater(x, low) + 0.5 * np.greater_equal(x, low)
    return slope


def inside(x: Array, low: float, high: float) -> Array:
    """Derivative of clip(x, low, high) by x."""
    slope: Array = above(x, low) * above(high, x)
    return slope


def row_loss(share: Literal["sum", "mean"], names: str = "", **facts: Any) -> Callable[[Pair], Pair]:
    """Register the op of a function that gives the term of each output, and its derivative by y."""

    def register(pair: Pair) -> Pair:
        def definition(
            y: Array, t: Array, w: Array, loss: Array, dy: Array, *settings: float, lo: int, hi: int
        ) -> None:
            n, outputs = len(y), y.shape[1] if share == "mean" else 1
            term, slope = pair(y[lo:hi], t[lo:hi], *settings)
            loss[lo:hi] = w[lo:hi] * (term.sum(axis=1) / outputs)
            dy[lo:hi] = slope * (w[lo:hi, None] / (n * outputs))

        definition.__doc__ = pair.__doc__
        facts["draws"] = {"w": weights} | facts.get("draws", {})
        signature = "y(n,k), t(n,k), w(n) -> loss(n), dy(n,k)" + (f"; {names}" if names else "")
        define(pair.__name__, signature, definition, **facts)
        return pair

    return register
