"""Constraints: what becomes of weights after an update, in place."""

from __future__ import annotations

import numpy as np

from pynn.kernels.contract import op

Array = np.ndarray


@op("-> ~w(k)")
def non_negative(w: Array, lo: int, hi: int) -> None:
    """w = max(w, 0)."""
    np.maximum(w[lo:hi], 0, out=w[lo:hi])


@op("-> ~w(a,m,b); low, high, rate, epsilon", scalars=(0.5, 2.0, 0.7, 1e-7))
def norm_range(w: Array, low: float, high: float, rate: float, epsilon: float, lo: int, hi: int) -> None:
    """Scale the m weights of each (a, b) so that their length comes into [low, high]: all the way at rate 1.

    w *= (rate · min(max(|w|, low), high) + (1 - rate) · |w|) / (epsilon + |w|), |w| = √Σ_m w², summed in double.
    Source: Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov 2014, "Dropout: a simple way to prevent neural
    networks from overfitting", section 5.1 (max-norm: low 0, rate 1); the epsilon is Keras's.
    """
    norm = np.sqrt(np.square(w[lo:hi].astype(np.float64)).sum(axis=1, keepdims=True))
    kept = rate * np.clip(norm, low, high) + (1 - rate) * norm
    w[lo:hi] *= (kept / (epsilon + norm)).astype(w.dtype)
