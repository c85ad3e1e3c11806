"""Keras 1's names of constraints: they still work, and say once what they are called today."""

from __future__ import annotations

from typing import Any

from pynn import legacy
from pynn.constraints.norms import MaxNorm, NonNeg, UnitNorm


@legacy.spellings(m="max_value")
def maxnorm(max_value: float = 2, axis: Any = 0) -> MaxNorm:
    """`MaxNorm`, as Keras 1 called it.

    Parameters
    ----------
    max_value : float, default 2
    axis : int or list of int, default 0

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     maxnorm(3).max_value
    3
    """
    legacy.warn("constraints.maxnorm", "constraints.MaxNorm")
    return MaxNorm(max_value, axis)


def nonneg() -> NonNeg:
    """`NonNeg`, as Keras 1 called it.

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     nonneg()(np.array([-1.0])).tolist()
    [0.0]
    """
    legacy.warn("constraints.nonneg", "constraints.NonNeg")
    return NonNeg()


def unitnorm(axis: Any = 0) -> UnitNorm:
    """`UnitNorm`, as Keras 1 called it.

    Parameters
    ----------
    axis : int or list of int, default 0

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     unitnorm(1).axis
    1
    """
    legacy.warn("constraints.unitnorm", "constraints.UnitNorm")
    return UnitNorm(axis)
