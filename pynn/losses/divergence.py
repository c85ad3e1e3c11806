"""How far a distribution is from another."""

from __future__ import annotations

from typing import Any

from pynn import config
from pynn.losses.lowered import LoweredLoss


class KLDivergence(LoweredLoss):
    """What it costs to take ŷ for y: Σ_j y_j ln(y_j / ŷ_j) per row.

    Parameters
    ----------
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    Both are clipped to [1e-7, 1], as in Keras; the gradient is 0 where ŷ was.
    Source: Kullback & Leibler 1951, "On information and sufficiency", equation 2.4.

    Examples
    --------
    >>> round(float(KLDivergence()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
    0.6931
    """

    op = "kl_divergence"

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "kl_divergence",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def scalars(self) -> tuple[float, ...]:
        return (config.epsilon(),)


def kl_divergence(y_true: Any, y_pred: Any) -> Any:
    """`KLDivergence` of each row.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n, …, k)

    Returns
    -------
    ndarray, shape (n, …)

    Examples
    --------
    >>> kl_divergence([[1.0, 1.0]], [[1.0, 1.0]]).tolist()
    [0.0]
    """
    return KLDivergence().call(y_true, y_pred)
