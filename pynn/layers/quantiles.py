"""Quantiles of data that come batch by batch, to a given share of the data, in little memory."""

from __future__ import annotations

from typing import Any

import numpy as np


class Sketch:
    """Some of the values in ascending order, each standing for so many.

    Parameters
    ----------
    epsilon : float
        About 1 / epsilon values are kept.

    Notes
    -----
    Every batch is thinned to evenly spaced values of its sorted order, and merged with what is there; when more are
    kept than 1 / epsilon, they are interpolated at evenly spaced shares of the total weight.  Numbers are those of
    Keras's layer, float32 between the steps included.

    Examples
    --------
    >>> sketch = Sketch(0.01)
    >>> sketch.add(np.arange(100.0))
    >>> [round(value, 3) for value in sketch.boundaries(4)]
    [24.0, 49.0, 74.0]
    """

    def __init__(self, epsilon: float) -> None:
        self.epsilon = epsilon
        self._values = self._weights = np.empty(0, np.float32)

    def add(self, batch: Any) -> None:
        """Take a batch of values, of any shape."""
        ordered = np.sort(np.asarray(batch, np.float32).reshape(-1))
        step = max(len(ordered) * self.epsilon, 1)
        kept = ordered[int(step - 1) :: int(step)]
        values = np.concatenate([kept, self._values])
        weights = np.concatenate([np.full(len(kept), step, np.float32), self._weights])
        order = np.argsort(values)
        self._values, self._weights = _thinned(values[order], weights[order], self.epsilon)

    def boundaries(self, parts: int) -> list[float]:
        """The values between `parts` parts of about equal weight."""
        values, _ = _thinned(self._values, self._weights, 1 / parts)
        found: list[float] = values[:-1].tolist()
        return found


def _thinned(values: np.ndarray, weights: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Values at multiples of a share of the total weight, if there are more of them than that."""
    if len(values) * share < 1:
        return values, weights
    at = share + np.arange(0.0, 1.0, share)
    total = weights.cumsum()
    ends = np.interp(at, total / total[-1], total)
    new = np.interp(at, total / total[-1], values)
    return new.astype(np.float32), np.diff(ends, prepend=0).astype(np.float32)
