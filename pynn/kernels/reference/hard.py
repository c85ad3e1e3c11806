"""Activations made of straight pieces and parabolas: cheap stand-ins for smooth ones, and shrinkage.

Derivatives at a corner are those that JAX takes.
"""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op

Array = np.ndarray


def _between(x: Array, low: float, high: float) -> Array:
    value: Array = np.minimum(np.maximum(x, low), high)
    return value


@op("x(n,k) -> y(n,k)")
def hard_sigmoid_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = min(max(x + 3, 0), 6) / 6.

    Source: Howard et al. 2019, "Searching for MobileNetV3", section 5.2.
    """
    y[lo:hi] = _between(x[lo:hi] + 3, 0, 6) / 6


@op("x(n,k), dy(n,k) -> dx(n,k)")
def hard_sigmoid_backward(x: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy / 6 where -3 < x < 3, 0 elsewhere."""
    z = x[lo:hi] + 3
    dx[lo:hi] = np.where((z > 0) & (z < 6), dy[lo:hi] / 6, 0)


@op("x(n,k) -> y(n,k)")
def hard_tanh_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = min(max(x, -1), 1).

    Source: Collobert 2004, "Large scale machine learning", section 4.
    """
    y[lo:hi] = _between(x[lo:hi], -1, 1)


@op("x(n,k), dy(n,k) -> dx(n,k)")
def hard_tanh_backward(x: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy where -1 <= x <= 1, 0 elsewhere."""
    dx[lo:hi] = np.where(np.abs(x[lo:hi]) > 1, 0, dy[lo:hi])


@op("x(n,k) -> y(n,k); threshold", scalars=(0.5,))
def hard_shrink_forward(x: Array, y: Array, threshold: float, lo: int, hi: int) -> None:
    """y = x where |x| > threshold, 0 elsewhere.

    Source: Donoho & Johnstone 1994, "Ideal spatial adaptation by wavelet shrinkage", equation 6.
    """
    y[lo:hi] = np.where(np.abs(x[lo:hi]) > threshold, x[lo:hi], 0)


@op("x(n,k), dy(n,k) -> dx(n,k); threshold", scalars=(0.5,))
def hard_shrink_backward(x: Array, dy: Array, dx: Array, threshold: float, lo: int, hi: int) -> None:
    """dx = dy where |x| > threshold, 0 elsewhere."""
    dx[lo:hi] = np.where(np.abs(x[lo:hi]) > threshold, dy[lo:hi], 0)


@op("x(n,k) -> y(n,k); threshold", scalars=(0.5,))
def soft_shrink_forward(x: Array, y: Array, threshold: float, lo: int, hi: int) -> None:
    """y = x - threshold where x > threshold, x + threshold where x < -threshold, 0 elsewhere.

    Source: Donoho & Johnstone 1994, "Ideal spatial adaptation by wavelet shrinkage".
    """
    z = x[lo:hi]
    y[lo:hi] = np.where(z > threshold, z - threshold, np.where(z < -threshold, z + threshold, 0))


@op("x(n,k), dy(n,k) -> dx(n,k); threshold", scalars=(0.5,))
def soft_shrink_backward(x: Array, dy: Array, dx: Array, threshold: float, lo: int, hi: int) -> None:
    """dx = dy where x > threshold or x < -threshold, 0 elsewhere."""
    dx[lo:hi] = np.where((x[lo:hi] > threshold) | (x[lo:hi] < -threshold), dy[lo:hi], 0)


@op("x(n,k) -> y(n,k)")
def sparse_plus_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = 0 where x <= -1, x where x >= 1, (x + 1)² / 4 between.

    The integral of the sparse sigmoid below.
    """
    z = x[lo:hi]
    y[lo:hi] = np.where(z <= -1, 0, np.where(z >= 1, z, (z + 1) ** 2 / 4))


@op("x(n,k), dy(n,k) -> dx(n,k)")
def sparse_plus_backward(x: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy · min(max((x + 1) / 2, 0), 1)."""
    dx[lo:hi] = _between((x[lo:hi] + 1) / 2, 0, 1) * dy[lo:hi]


@op("x(n,k) -> y(n,k)")
def sparse_sigmoid_forward(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = min(max(x + 1, 0), 2) / 2.

    Source: Blondel, Martins & Niculae 2019, "Learning classifiers with Fenchel-Young losses", the binary case.
    """
    y[lo:hi] = _between(x[lo:hi] + 1, 0, 2) / 2


@op("x(n,k), dy(n,k) -> dx(n,k)")
def sparse_sigmoid_backward(x: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
    """dx = dy / 2 where -1 < x < 1, dy / 4 on both corners, 0 elsewhere."""
    z = x[lo:hi] + 1
    dx[lo:hi] = np.where((z > 0) & (z < 2), dy[lo:hi] / 2, np.where((z == 0) | (z == 2), dy[lo:hi] / 4, 0))
