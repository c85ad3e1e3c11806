"""Regularizers: what they add to the loss, and to a gradient.

A penalty is added to the running total of the losses of all rows, so it counts once for each row that has one: m times.
"""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op
from pynn.kernels.reference.draws import positive

Array = np.ndarray


@op("x(n,k), rows(m) -> ~total(1):f64; l1, l2", scalars=(0.01, 0.02))
def l1l2_penalty(x: Array, rows: Array, total: Array, l1: float, l2: float, lo: int, hi: int) -> None:
    """total += m/n (l1 Σ|x| + l2 Σx²), summed in double; n is 1 for weights, the rows of the batch for an output.

    Source: Tibshirani 1996, "Regression shrinkage and selection via the lasso" (l1); Hoerl & Kennard 1970, "Ridge
    regression" (l2, without the customary 1/2, as in Keras).
    """
    values = x.astype(np.float64)
    total[lo:hi] += len(rows) / len(x) * (l1 * np.abs(values).sum() + l2 * np.square(values).sum())


@op("x(r,c) -> sum(r):f64", rtol=1e-6)
def square_sums(x: Array, sum: Array, lo: int, hi: int) -> None:
    """sum_r = Σ_j x_rj², in double: what a penalty of weights takes, in parts that workers share out."""
    sum[lo:hi] = np.square(x[lo:hi].astype(np.float64)).sum(axis=1)


@op("v(r):f64 -> ~total(1):f64; factor", scalars=(0.3,))
def add_scaled(v: Array, total: Array, factor: float, lo: int, hi: int) -> None:
    """total += factor Σ v."""
    total[lo:hi] += factor * v.sum()


def _side(x: Array) -> Array:
    side: Array = np.where(x >= 0, x.dtype.type(1), x.dtype.type(-1))
    return side


@op("w(k) -> ~g(k); l1, l2", scalars=(0.01, 0.02))
def l1l2_gradient(w: Array, g: Array, l1: float, l2: float, lo: int, hi: int) -> None:
    """g += l1 sign(w) + 2 l2 w; the sign of 0 is 1, the slope that JAX gives |w| there."""
    g[lo:hi] += l1 * _side(w[lo:hi]) + 2 * l2 * w[lo:hi]


@op("y(n,k), dy(n,k) -> dx(n,k); l1, l2", scalars=(0.1, 0.2))
def l1l2_activity_gradient(y: Array, dy: Array, dx: Array, l1: float, l2: float, lo: int, hi: int) -> None:
    """dx = dy + (l1 sign(y) + 2 l2 y) / n: the penalty of an output is divided by the rows of the batch."""
    dx[lo:hi] = dy[lo:hi] + (l1 * _side(y[lo:hi]) + 2 * l2 * y[lo:hi]) / len(y)


@op("x(r,c) -> u(r,c), inverse(r); epsilon", scalars=(1e-7,))
def unit_rows(x: Array, u: Array, inverse: Array, epsilon: float, lo: int, hi: int) -> None:
    """Each row divided by its length: inverse = min(1/√Σx², 1/epsilon), u = x · inverse."""
    with np.errstate(divide="ignore"):
        over = 1 / np.sqrt(np.square(x[lo:hi].astype(np.float64)).sum(axis=1))
    inverse[lo:hi] = np.minimum(over, 1 / epsilon)
    u[lo:hi] = x[lo:hi] * inverse[lo:hi, None]


@op("u(r,c), inverse(r), du(r,c) -> dx(r,c); epsilon", scalars=(1e-7,), draws={"inverse": positive}, atol=1e-4)
def unit_rows_backward(
    u: Array, inverse: Array, du: Array, dx: Array, epsilon: float, lo: int, hi: int
) -> None:  # fmt: skip
    """dx = inverse · (du - u (u·du)); the second term is left out where the inverse was cut off."""
    along = (u[lo:hi].astype(np.float64) * du[lo:hi]).sum(axis=1) * (inverse[lo:hi] < inverse.dtype.type(1 / epsilon))
    dx[lo:hi] = inverse[lo:hi, None] * (du[lo:hi] - along[:, None].astype(u.dtype) * u[lo:hi])


@op("p(r,r), rows(m), batch(b) -> ~total(1):f64; factor", scalars=(0.3,))
def orthogonal_penalty(
    p: Array, rows: Array, batch: Array, total: Array, factor: float, lo: int, hi: int
) -> None:  # fmt: skip
    """total += m/b · factor · mean of |p_ij| over all pairs i ≠ j; p holds the cosines between r vectors.

    Source: Bansal, Chen & Wang 2018, "Can we gain more from orthogonality regularizations in training deep networks?",
    section 3.3 (mutual coherence), with the mean in place of the maximum, as in Keras; no pair counts as 0, not as NaN.
    """
    off = np.abs(p[~np.eye(len(p), dtype=bool)].astype(np.float64))
    total[lo:hi] += factor * len(rows) / len(batch) * off.sum() / max(len(off), 1)


@op("p(r,r), batch(b) -> dp(r,r); factor", scalars=(0.3,))
def orthogonal_slope(p: Array, batch: Array, dp: Array, factor: float, lo: int, hi: int) -> None:
    """dp_ij = 2 factor sign(p_ij) / (b r (r - 1)) for i ≠ j, else 0: dp u is the gradient of u in p = u uᵀ."""
    r = len(p)
    dp[lo:hi] = np.sign(p[lo:hi]) * (2 * factor / (len(batch) * max(r * (r - 1), 1)))
    dp[np.arange(lo, hi), np.arange(lo, hi)] = 0


@op("x(n,k) -> y(k,n)")
def transpose(x: Array, y: Array, lo: int, hi: int) -> None:
    """y = xᵀ."""
    y[lo:hi] = x[:, lo:hi].T


@op("x(k) -> ~y(k)")
def add_to(x: Array, y: Array, lo: int, hi: int) -> None:
    """y += x."""
    y[lo:hi] += x[lo:hi]


@op("a(n,k), b(n,k) -> y(n,k)")
def add_rows(a: Array, b: Array, y: Array, lo: int, hi: int) -> None:
    """y = a + b."""
    y[lo:hi] = a[lo:hi] + b[lo:hi]
