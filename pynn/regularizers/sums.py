"""L1, L2 and their sum: penalties that are sums over elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config
from pynn.legacy import spellings
from pynn.plan import Plan, Slot
from pynn.regularizers.regularizer import LoweredRegularizer, checked_factor, without_gradient


class _ElementSum(LoweredRegularizer):
    # What the three have in common: l1 Σ|x| + l2 Σx².
    def factors(self) -> tuple[float, float]:
        """l1 and l2."""
        raise NotImplementedError

    def __call__(self, x: Any) -> Any:
        """The penalty of an array, in its element type."""
        x = np.asarray(x) if not hasattr(x, "dtype") else x
        l1, l2 = (np.dtype(x.dtype).type(factor) for factor in self.factors())
        penalty = np.dtype(x.dtype).type(0)
        if l1 != 0:
            penalty = penalty + l1 * np.sum(np.abs(x))
        if l2 != 0:
            penalty = penalty + l2 * np.sum(np.square(x))
        return penalty

    def lower(self, plan: Plan, w: Slot, rows: Slot, total: Slot, gradient: Slot | None) -> None:
        size = int(np.prod(w.shape, dtype=np.int64))  # type: ignore[arg-type]
        plan.emit("l1l2_penalty", w.view(1, size), rows, total, scalars=self.factors())
        if gradient is not None:
            plan.emit("l1l2_gradient", w.view(size), gradient.view(size), scalars=self.factors())

    def lower_activity(self, plan: Plan, y: Slot, rows: Slot, total: Slot) -> None:
        plan.emit("l1l2_penalty", _matrix(y), rows, total, scalars=self.factors())

    def lower_activity_gradient(self, plan: Plan, y: Slot, dy: Slot | None) -> Slot:
        dy = without_gradient(plan, y) if dy is None else dy
        dx: Slot = plan.emit("l1l2_activity_gradient", _matrix(y), _matrix(dy), scalars=self.factors(), label="dy")
        return dx.view(*y.shape)


class L1(_ElementSum):
    """The sum of magnitudes: l1 Σ|x|, which draws weights to exactly 0.

    Parameters
    ----------
    l1 : float, default 0.01
        Finite, >= 0.

    Raises
    ------
    ValueError
        If `l1` is not such a number.

    Notes
    -----
    The factor is kept in `config.floatx()`, as in Keras.  The slope at 0 counts as 0.
    Source: Tibshirani 1996, "Regression shrinkage and selection via the lasso".

    Examples
    --------
    >>> float(L1(0.5)(np.array([-1.0, 3.0])))
    2.0
    """

    @spellings(l="l1")
    def __init__(self, l1: float | None = 0.01) -> None:
        l1 = checked_factor(0.01 if l1 is None else l1, "l1")
        self.l1 = np.dtype(config.floatx()).type(l1)

    def factors(self) -> tuple[float, float]:
        return float(self.l1), 0.0

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal regularizer."""
        return {"l1": float(self.l1)}


class L2(_ElementSum):
    """The sum of squares: l2 Σx², which keeps weights small (weight decay).

    Parameters
    ----------
    l2 : float, default 0.01
        Finite, >= 0.  There is no factor 1/2: the slope is 2 l2 x.

    Raises
    ------
    ValueError
        If `l2` is not such a number.

    Notes
    -----
    Source: Hoerl & Kennard 1970, "Ridge regression: biased estimation for nonorthogonal problems".

    Examples
    --------
    >>> float(L2(0.5)(np.array([-1.0, 3.0])))
    5.0
    """

    @spellings(l="l2")
    def __init__(self, l2: float | None = 0.01) -> None:
        self.l2 = checked_factor(0.01 if l2 is None else l2, "l2")

    def factors(self) -> tuple[float, float]:
        return 0.0, self.l2

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal regularizer."""
        return {"l2": self.l2}


class L1L2(_ElementSum):
    """Both: l1 Σ|x| + l2 Σx².

    Parameters
    ----------
    l1, l2 : float, default 0.0
        Finite, >= 0.

    Raises
    ------
    ValueError
        If a factor is not such a number.

    Notes
    -----
    Source: Zou & Hastie 2005, "Regularization and variable selection via the elastic net".

    Examples
    --------
    >>> float(L1L2(l1=0.5, l2=0.1)(np.array([-1.0, 3.0])))
    3.0
    """

    def __init__(self, l1: float | None = 0.0, l2: float | None = 0.0) -> None:
        self.l1 = checked_factor(0.0 if l1 is None else l1, "l1")
        self.l2 = checked_factor(0.0 if l2 is None else l2, "l2")

    def factors(self) -> tuple[float, float]:
        return self.l1, self.l2

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal regularizer."""
        return {"l1": self.l1, "l2": self.l2}


def _matrix(y: Slot) -> Slot:
    """An output as (rows of the batch, everything else)."""
    return y.view(y.shape[0], int(np.prod(y.features, dtype=np.int64)))
