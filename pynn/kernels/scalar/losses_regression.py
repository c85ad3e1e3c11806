"""Losses of regression: the term of one output, and its derivative by y.  `a` is the loss's own scalar."""

from __future__ import annotations

from math import exp, log, log1p, tanh

from pynn.kernels.scalar.losses import above, clip, side

_LN2 = 0.69314718055994530942


def squared(y: float, t: float, a: float) -> float:
    """a (y - t)²."""
    return a * ((y - t) * (y - t))


def squared_slope(y: float, t: float, a: float) -> float:
    """2 a (y - t)."""
    return 2.0 * a * (y - t)


def absolute(y: float, t: float, a: float) -> float:
    """|y - t|."""
    return abs(y - t)


def absolute_slope(y: float, t: float, a: float) -> float:
    """1 above the target, -1 on and below it."""
    return side(y - t)


def percentage(y: float, t: float, a: float) -> float:
    """100 |y - t| / max(|t|, a)."""
    size = a if abs(t) < a else abs(t)
    return 100.0 * (abs(y - t) / size)


def percentage_slope(y: float, t: float, a: float) -> float:
    """100 / max(|t|, a), with the sign of y - t."""
    size = abs(t) if abs(t) > a else a
    return 100.0 * side(y - t) / size


def _log_ratio(y: float, t: float, a: float) -> float:
    return log((a if y < a else y) + 1.0) - log((t if t > a else a) + 1.0)


def logarithmic(y: float, t: float, a: float) -> float:
    """Squared difference of the logarithms."""
    error = _log_ratio(y, t, a)
    return error * error


def logarithmic_slope(y: float, t: float, a: float) -> float:
    """0 where y is clipped to a."""
    return 2.0 * _log_ratio(y, t, a) / ((y if y > a else a) + 1.0) * above(y, a)


def huber_term(y: float, t: float, a: float) -> float:
    """A parabola up to a, a straight line beyond."""
    size = abs(y - t)
    near, far = 0.5 * size * size, a * size - 0.5 * a * a
    return near if size <= a else far


def huber_slope(y: float, t: float, a: float) -> float:
    """y - t, clipped."""
    return clip(y - t, -a, a)


def log_cosh_term(y: float, t: float, a: float) -> float:
    """ln cosh e = |e| + ln(1 + e^-2|e|) - ln 2."""
    size = abs(y - t)
    return size + log1p(exp(-2.0 * size)) - _LN2


def log_cosh_slope(y: float, t: float, a: float) -> float:
    """tanh(y - t)."""
    return tanh(y - t)


def poisson_term(y: float, t: float, a: float) -> float:
    """y - t ln(y + a)."""
    return y - t * log(y + a)


def poisson_slope(y: float, t: float, a: float) -> float:
    """1 - t / (y + a)."""
    return 1.0 - t / (y + a)
