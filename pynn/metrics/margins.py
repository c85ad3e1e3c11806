"""Margins: how far outputs without a last activation lie on the wrong side."""

from __future__ import annotations

from typing import Any

from pynn.metrics.rows import RowMean


class Hinge(RowMean):
    """Mean of max(1 - y ŷ, 0) over outputs and rows.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Notes
    -----
    Targets are -1 and 1; if all of a batch are 0 and 1, then 0 counts as -1.
    Source: Cortes & Vapnik 1995, "Support-vector networks".

    Examples
    --------
    >>> float(Hinge()([[1.0], [-1.0]], [[0.5], [-2.0]]))
    0.25
    """

    op = "hinge_rows"

    def __init__(self, name: str = "hinge", dtype: Any = None) -> None:
        super().__init__(name, dtype)


class SquaredHinge(RowMean):
    """Mean of max(1 - y ŷ, 0)² over outputs and rows.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Notes
    -----
    Targets as for `Hinge`.

    Examples
    --------
    >>> float(SquaredHinge()([[1.0], [-1.0]], [[0.0], [-2.0]]))
    0.5
    """

    op = "squared_hinge_rows"

    def __init__(self, name: str = "squared_hinge", dtype: Any = None) -> None:
        super().__init__(name, dtype)


class CategoricalHinge(RowMean):
    """Mean over rows of max(largest wrong output - right output + 1, 0), targets one-hot.

    Parameters
    ----------
    name : str
    dtype : str, optional

    Notes
    -----
    Outputs of wrong classes count as at least 0, since the largest of (1 - y) ŷ over all outputs is taken.

    Examples
    --------
    >>> float(CategoricalHinge()([[1.0, 0.0]], [[0.5, 1.0]]))
    1.5
    """

    op = "categorical_hinge_rows"

    def __init__(self, name: str = "categorical_hinge", dtype: Any = None) -> None:
        super().__init__(name, dtype)
