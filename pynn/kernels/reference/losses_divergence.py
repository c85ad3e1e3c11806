"""Distances of distributions, added up over the outputs: y predicted, t wanted.

Predictions are raised to at least epsilon; the slope is zero where that changed them.  A term with t = 0 takes its
limit: 0 ln 0 = 0.
"""

from __future__ import annotations

import numpy as np

from pynn.kernels.reference.draws import positive
from pynn.kernels.reference.losses import EPSILON, above, inside, row_loss

Array = np.ndarray
Pair = tuple[Array, Array]
_DRAWS = {"y": positive, "t": positive}


def _t_log_ratio(y: Array, t: Array) -> Array:
    """t ln(t / y), 0 where t is 0."""
    term: Array = t * np.log(np.where(t == 0, 1, t) / y)
    return term


@row_loss("sum", "epsilon", scalars=EPSILON, draws=_DRAWS)
def kl_divergence(y: Array, t: Array, epsilon: float) -> Pair:
    """t ln(t / y), both clipped to [epsilon, 1].

    Source: Kullback & Leibler 1951, "On information and sufficiency".
    """
    p, q = np.clip(t, epsilon, 1), np.clip(y, epsilon, 1)
    return _t_log_ratio(q, p), -p / q * inside(y, epsilon, 1)


@row_loss("sum", "epsilon", scalars=EPSILON, draws=_DRAWS)
def kullback_leibler(y: Array, t: Array, epsilon: float) -> Pair:
    """t ln(t / y): the same for t of any size >= 0."""
    q = np.maximum(y, epsilon)
    return _t_log_ratio(q, t), -t / q * above(y, epsilon)


@row_loss("sum", "epsilon", scalars=EPSILON, draws=_DRAWS)
def generalized_kullback_leibler(y: Array, t: Array, epsilon: float) -> Pair:
    """t ln(t / y) - t + y, which is never negative, whatever the sums are.

    Source: Csiszár 1991, "Why least squares and maximum entropy?"
    """
    q = np.maximum(y, epsilon)
    return _t_log_ratio(q, t) - t + q, (1 - t / q) * above(y, epsilon)


@row_loss("sum", "epsilon", scalars=EPSILON, draws=_DRAWS)
def hellinger(y: Array, t: Array, epsilon: float) -> Pair:
    """(√y - √t)² / √2.  Source: Hellinger 1909."""
    q = np.maximum(y, epsilon)
    return (np.sqrt(q) - np.sqrt(t)) ** 2 / np.sqrt(2.0), (1 - np.sqrt(t / q)) / np.sqrt(2.0) * above(y, epsilon)


@row_loss("sum", "epsilon", scalars=EPSILON, draws=_DRAWS)
def itakura_saito(y: Array, t: Array, epsilon: float) -> Pair:
    """t/y - ln(t/y) - 1.

    Source: Itakura & Saito 1968, "Analysis synthesis telephony based on the maximum likelihood method".
    """
    q = np.maximum(y, epsilon)
    return t / q - np.log(t / q) - 1, (1 - t / q) / q * above(y, epsilon)
