"""Distances of distributions, added up over the outputs.  Formulas: kernels/reference."""

from __future__ import annotations

from math import log, sqrt

from pynn.kernels.cuda.losses import row_loss
from pynn.kernels.scalar.losses import above, clip, inside


def _raised(y: float, a: float) -> float:
    return a if y < a else y


def _t_log_ratio(y: float, t: float) -> float:
    """0 where t is 0."""
    return t * log((1.0 if t == 0.0 else t) / y)


def _kl(y: float, t: float, a: float) -> float:
    return _t_log_ratio(clip(y, a, 1.0), clip(t, a, 1.0))


def _kl_slope(y: float, t: float, a: float) -> float:
    return -clip(t, a, 1.0) / clip(y, a, 1.0) * inside(y, a, 1.0)


def _plain(y: float, t: float, a: float) -> float:
    return _t_log_ratio(_raised(y, a), t)


def _plain_slope(y: float, t: float, a: float) -> float:
    return -t / _raised(y, a) * above(y, a)


def _generalized(y: float, t: float, a: float) -> float:
    return _t_log_ratio(_raised(y, a), t) - t + _raised(y, a)


def _generalized_slope(y: float, t: float, a: float) -> float:
    return (1.0 - t / _raised(y, a)) * above(y, a)


_SQRT_HALF = 0.70710678118654752440


def _hellinger(y: float, t: float, a: float) -> float:
    root = sqrt(_raised(y, a)) - sqrt(t)
    return root * root * _SQRT_HALF


def _hellinger_slope(y: float, t: float, a: float) -> float:
    return (1.0 - sqrt(t / _raised(y, a))) * _SQRT_HALF * above(y, a)


def _itakura_saito(y: float, t: float, a: float) -> float:
    ratio = t / _raised(y, a)
    return ratio - log(ratio) - 1.0


def _itakura_saito_slope(y: float, t: float, a: float) -> float:
    q = _raised(y, a)
    return (1.0 - t / q) / q * above(y, a)


row_loss("kl_divergence", "sum", "epsilon", _kl, _kl_slope)
row_loss("kullback_leibler", "sum", "epsilon", _plain, _plain_slope)
row_loss("generalized_kullback_leibler", "sum", "epsilon", _generalized, _generalized_slope)
row_loss("hellinger", "sum", "epsilon", _hellinger, _hellinger_slope)
row_loss("itakura_saito", "sum", "epsilon", _itakura_saito, _itakura_saito_slope)
