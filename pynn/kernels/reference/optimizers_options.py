"""What stands around an optimizer's update: accumulation, clipping, decay, moving averages."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.kernels.contract import op

Array = np.ndarray


def large(rng: np.random.Generator, shape: tuple[int, ...], dims: Any) -> Array:
    """A sum of squares, as of a few hundred elements."""
    return rng.uniform(100, 200, shape)


@op("g(k) -> ~a(k)")
def gradient_add(g: Array, a: Array, lo: int, hi: int) -> None:
    """a += g."""
    a[lo:hi] += g[lo:hi]


@op(" -> ~a(k), y(k); steps", scalars=(3.0,))
def gradient_mean(a: Array, y: Array, steps: float, lo: int, hi: int) -> None:
    """y = a / steps; a = 0."""
    y[lo:hi] = a[lo:hi] / steps
    a[lo:hi] = 0


@op("g(k) -> y(k); limit", scalars=(0.5,))
def clip_value(g: Array, y: Array, limit: float, lo: int, hi: int) -> None:
    """y = g within ± limit."""
    y[lo:hi] = np.clip(g[lo:hi], -limit, limit)


@op("g(k), total(1):f64 -> y(k); limit", scalars=(2.5,), draws={"total": large})
def clip_norm(g: Array, total: Array, y: Array, limit: float, lo: int, hi: int) -> None:
    """y = g if its norm √total is at most `limit`, else g scaled to that norm.

    Source: Pascanu, Mikolov & Bengio 2013, "On the difficulty of training recurrent neural networks", algorithm 1.
    """
    y[lo:hi] = limit * g[lo:hi] / np.maximum(np.sqrt(total), limit)


@op("g(k), total(1):f64 -> y(k); limit", scalars=(2.5,), draws={"total": large})
def clip_global_norm(g: Array, total: Array, y: Array, limit: float, lo: int, hi: int) -> None:
    """As `clip_norm`, with the norm √total of all gradients together; all NaN if that is infinite."""
    norm = np.sqrt(total)
    y[lo:hi] = g[lo:hi] * (limit / np.maximum(norm, limit) + (norm - norm))


@op(" -> ~x(k); factor", scalars=(0.7,))
def multiply_by(x: Array, factor: float, lo: int, hi: int) -> None:
    """x *= factor."""
    x[lo:hi] *= factor


@op(" -> ~w(k); shrink", scalars=(0.02,))
def weight_decay(w: Array, shrink: float, lo: int, hi: int) -> None:
    """w -= shrink w.

    shrink : lr times the weight decay.
    Source: Loshchilov & Hutter 2019, "Decoupled weight decay regularization".
    """
    w[lo:hi] -= shrink * w[lo:hi]


@op("w(k) -> ~a(k); momentum", scalars=(0.9,))
def moving_average(w: Array, a: Array, momentum: float, lo: int, hi: int) -> None:
    """a = momentum a + (1 - momentum) w.  Source: Polyak & Juditsky 1992, in its exponential form."""
    a[lo:hi] = momentum * a[lo:hi] + (1 - momentum) * w[lo:hi]


@op("x(k) -> ~w(k)")
def overwrite(x: Array, w: Array, lo: int, hi: int) -> None:
    """w = x, in w's own memory."""
    w[lo:hi] = x[lo:hi]
