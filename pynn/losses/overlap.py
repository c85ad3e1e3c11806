"""Losses of sets: how much of what was wanted was found."""

from __future__ import annotations

from typing import Any

from pynn import config
from pynn.losses.axes import Axis
from pynn.losses.lowered import LoweredLoss


class Tversky(LoweredLoss):
    """How much of a set is not found: 1 - Σ y ŷ / (Σ y ŷ + alpha Σ y (1 - ŷ) + beta Σ ŷ (1 - y)).

    Parameters
    ----------
    alpha : float, default 0.5
        What it costs to miss an element.
    beta : float, default 0.5
        What it costs to find one that does not belong.
    reduction, name
        See `Loss`.
    axis : int, tuple of int or None, default None
        The axes that are summed; None: all of them, so that a batch has one loss.
    dtype
        See `Loss`.

    Notes
    -----
    Source: Salehi, Erdogmus & Gholipour 2017, "Tversky loss function for image segmentation using 3D fully
    convolutional deep networks", equation 5.

    Examples
    --------
    >>> round(float(Tversky()([[1.0, 0.0]], [[1.0, 1.0]])), 4)
    0.3333
    """

    op = "tversky"

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str = "tversky",
        axis: Axis = None,
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.alpha, self.beta, self.axis = alpha, beta, axis

    def scalars(self) -> tuple[float, ...]:
        return float(self.alpha), float(self.beta), config.epsilon()

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"alpha": self.alpha, "beta": self.beta, "axis": self.axis}


class Dice(LoweredLoss):
    """How much two sets do not share: 1 - 2 Σ y ŷ / (Σ y + Σ ŷ).

    Parameters
    ----------
    reduction, name
        See `Loss`.
    axis : int, tuple of int or None, default None
        The axes that are summed; None: all of them, so that a batch has one loss.
    dtype
        See `Loss`.

    Notes
    -----
    `Tversky` with both costs 1/2.  Source: Milletari, Navab & Ahmadi 2016, "V-Net: fully convolutional neural networks
    for volumetric medical image segmentation", section 3.

    Examples
    --------
    >>> round(float(Dice()([[1.0, 0.0]], [[1.0, 1.0]])), 4)
    0.3333
    """

    op = "tversky"

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "dice",
        axis: Axis = None,
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.axis = axis

    def scalars(self) -> tuple[float, ...]:
        return 0.5, 0.5, config.epsilon() / 2

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"axis": self.axis}
