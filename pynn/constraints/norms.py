"""Constraints on the lengths of weight vectors, and on signs."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config, legacy
from pynn.constraints.constraint import LoweredConstraint
from pynn.plan import Plan, Slot


class NonNeg(LoweredConstraint):
    """Set negative weights to 0.

    Examples
    --------
    >>> NonNeg()(np.array([-1.0, 2.0])).tolist()
    [0.0, 2.0]
    """

    def __call__(self, w: Any) -> Any:
        """The weights without negative ones.

        Parameters
        ----------
        w : array
        """
        w = _array(w)
        return np.maximum(w, np.dtype(w.dtype).type(0))

    def lower(self, plan: Plan, w: Slot) -> None:
        plan.emit("non_negative", w.view(_size(w.shape)))


class _NormRange(LoweredConstraint):
    # What the three have in common: the length of each vector along `axis` comes into a range.
    axis: Any

    def range(self) -> tuple[float, float, float]:
        """Least length, greatest length, and rate."""
        raise NotImplementedError

    def __call__(self, w: Any) -> Any:
        """The weights with their vectors scaled.

        Parameters
        ----------
        w : array
        """
        w = _array(w)
        low, high, rate = self.range()
        axis = tuple(self.axis) if isinstance(self.axis, list) else self.axis
        norms = np.sqrt(np.sum(np.square(w), axis=axis, keepdims=True))
        desired = rate * np.clip(norms, low, high) + (1 - rate) * norms
        return w * (desired / (config.epsilon() + norms))

    def lower(self, plan: Plan, w: Slot) -> None:
        first, last = _span(self.axis, len(w.shape), type(self).__name__)
        sizes = (_size(w.shape[:first]), _size(w.shape[first:last]), _size(w.shape[last:]))
        plan.emit("norm_range", w.view(*sizes), scalars=(*self.range(), config.epsilon()))


class MaxNorm(_NormRange):
    """Shorten the weight vectors that are longer than `max_value`.

    Parameters
    ----------
    max_value : float, default 2
        Greatest length, >= 0.
    axis : int or list of int, default 0
        Axes along which lengths are taken: 0 for the weights into one neuron of `Dense`.  Several must be neighbours.

    Raises
    ------
    ValueError
        If `max_value` is negative or no number, or `axis` does not fit the weights.

    Notes
    -----
    Source: Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov 2014, "Dropout", section 5.1.

    Examples
    --------
    >>> MaxNorm(1.0)(np.array([[3.0, 0.1], [4.0, 0.2]])).round(3).tolist()
    [[0.6, 0.1], [0.8, 0.2]]
    """

    @legacy.spellings(m="max_value")
    def __init__(self, max_value: float = 2, axis: Any = 0) -> None:
        self.max_value, self.axis = _checked("MaxNorm", "max_value", max_value), axis

    def range(self) -> tuple[float, float, float]:
        return 0.0, float(self.max_value), 1.0

    def get_config(self) -> dict[str, Any]:
        return {"max_value": self.max_value, "axis": self.axis}


class UnitNorm(_NormRange):
    """Scale each weight vector to length 1.

    Parameters
    ----------
    axis : int or list of int, default 0
        As for `MaxNorm`.

    Examples
    --------
    >>> UnitNorm()(np.array([[3.0], [4.0]])).round(3).tolist()
    [[0.6], [0.8]]
    """

    def __init__(self, axis: Any = 0) -> None:
        self.axis = axis

    def range(self) -> tuple[float, float, float]:
        return 1.0, 1.0, 1.0

    def get_config(self) -> dict[str, Any]:
        return {"axis": self.axis}


class MinMaxNorm(_NormRange):
    """Bring the lengths of the weight vectors between two bounds.

    Parameters
    ----------
    min_value, max_value : float, default 0.0 and 1.0
        Least and greatest length, >= 0.
    rate : float, default 1.0
        Share of the way that one update goes.
    axis : int or list of int, default 0
        As for `MaxNorm`.

    Raises
    ------
    ValueError
        If a bound is negative or no number, or `axis` does not fit the weights.

    Examples
    --------
    >>> MinMaxNorm(0.0, 1.0, rate=0.5)(np.array([[3.0], [4.0]])).round(3).tolist()
    [[1.8], [2.4]]
    """

    def __init__(self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: Any = 0) -> None:
        self.min_value = _checked("MinMaxNorm", "min_value", min_value)
        self.max_value = _checked("MinMaxNorm", "max_value", max_value)
        self.rate, self.axis = rate, axis

    def range(self) -> tuple[float, float, float]:
        return float(self.min_value), float(self.max_value), float(self.rate)

    def get_config(self) -> dict[str, Any]:
        return {"min_value": self.min_value, "max_value": self.max_value, "rate": self.rate, "axis": self.axis}


def _array(w: Any) -> Any:
    return w if isinstance(w, np.ndarray) else np.asarray(w)


def _size(shape: Any) -> int:
    return int(np.prod(shape, dtype=np.int64))


def _checked(owner: str, name: str, value: Any) -> Any:
    if not isinstance(value, int | float | np.number) or not value >= 0:
        raise ValueError(f"{owner}: {name} must be a number >= 0, got {value!r}")
    return value


def _span(axis: Any, ndim: int, owner: str) -> tuple[int, int]:
    """First and last + 1 of the axes, which must be neighbours; None means all."""
    given = list(range(ndim)) if axis is None else list(axis) if isinstance(axis, list | tuple) else [axis]
    found = sorted({int(a) + ndim if a < 0 else int(a) for a in given})
    if not found or found[0] < 0 or found[-1] >= ndim:
        raise ValueError(f"{owner}: axis={axis} does not fit weights of {ndim} dimensions")
    if found != list(range(found[0], found[-1] + 1)):
        raise ValueError(f"{owner}: axis={axis}: several axes must be neighbours")
    return found[0], found[-1] + 1
