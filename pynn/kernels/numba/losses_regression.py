"""Losses of regression: each row's sum or mean of terms (kernels/scalar), and the gradient of the mean over rows."""

from __future__ import annotations

from typing import Any

from pynn.kernels.numba.elementwise import Kernel
from pynn.kernels.numba.words import real, reals, row_sum
from pynn.kernels.scalar import losses_regression as formulas


def one(s: Any) -> Any:
    """Of a loss without settings."""
    return real(1)


def _first(s: Any) -> Any:
    return real(s[0])


def row_loss(term: Any, slope: Any, setting: Any, mean: bool) -> Kernel:
    """y(n,k), t(n,k), w(n) -> loss(n), dy(n,k); dy holds the terms until they are added up."""

    def kernel(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
        n, k, w, loss = d[0], d[1], reals(p[2], 0), reals(p[3], 0)
        a, outputs = setting(s), real(d[1] if mean else 1)
        for r in range(lo, hi):
            y, t, dy = reals(p[0], r * k), reals(p[1], r * k), reals(p[4], r * k)
            share = w[r] / outputs
            scale = share / real(n)
            for j in range(k):
                dy[j] = term(y[j], t[j], a)
            loss[r] = share * row_sum(dy, k)
            for j in range(k):
                dy[j] = slope(y[j], t[j], a) * scale

    return kernel


MADE = {
    "mean_squared_error": row_loss(formulas.squared, formulas.squared_slope, one, True),
    "sum_squared_error": row_loss(formulas.squared, formulas.squared_slope, _first, False),
    "mean_absolute_error": row_loss(formulas.absolute, formulas.absolute_slope, one, True),
    "mean_absolute_percentage_error": row_loss(formulas.percentage, formulas.percentage_slope, _first, True),
    "mean_squared_logarithmic_error": row_loss(formulas.logarithmic, formulas.logarithmic_slope, _first, True),
    "huber": row_loss(formulas.huber_term, formulas.huber_slope, _first, True),
    "log_cosh": row_loss(formulas.log_cosh_term, formulas.log_cosh_slope, one, True),
    "poisson": row_loss(formulas.poisson_term, formulas.poisson_slope, _first, True),
}
