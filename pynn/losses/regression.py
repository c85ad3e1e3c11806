"""Losses of regression: ŷ predicted, y wanted, k outputs a row."""

from __future__ import annotations

from pynn import config
from pynn.losses.lowered import LoweredLoss


class MeanSquaredError(LoweredLoss):
    """Mean squared error: 1/k Σ_j (ŷ_j - y_j)² per row of k outputs.

    Parameters
    ----------
    reduction, name, dtype
        See `Loss`.

    Examples
    --------
    >>> float(MeanSquaredError()([[0.0, 0.0]], [[1.0, 3.0]]))
    5.0
    """

    op = "mean_squared_error"
    symmetric = True

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str = "mean_squared_error", dtype: str | None = None
    ) -> None:
        super().__init__(name, reduction, dtype)


class MeanAbsoluteError(LoweredLoss):
    """Mean absolute error: 1/k Σ_j |ŷ_j - y_j| per row of k outputs.

    Parameters
    ----------
    reduction, name, dtype
        See `Loss`.

    Examples
    --------
    >>> float(MeanAbsoluteError()([[0.0, 0.0]], [[1.0, 3.0]]))
    2.0
    """

    op = "mean_absolute_error"
    symmetric = True

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str = "mean_absolute_error", dtype: str | None = None
    ) -> None:
        super().__init__(name, reduction, dtype)


class MeanAbsolutePercentageError(LoweredLoss):
    """Mean error in percent of the target: 100/k Σ_j |ŷ_j - y_j| / max(|y_j|, 1e-7) per row of k outputs.

    Parameters
    ----------
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    A target near 0 makes the loss huge.

    Examples
    --------
    >>> float(MeanAbsolutePercentageError()([[2.0, 10.0]], [[1.0, 5.0]]))
    50.0
    """

    op = "mean_absolute_percentage_error"

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_absolute_percentage_error",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def scalars(self) -> tuple[float, ...]:
        return (config.epsilon(),)


class MeanSquaredLogarithmicError(LoweredLoss):
    """Mean squared error of logarithms: 1/k Σ_j (ln(1 + ŷ_j) - ln(1 + y_j))² per row of k outputs.

    Parameters
    ----------
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    For targets and predictions >= 0; smaller ones count as 1e-7, and their gradient is 0.

    Examples
    --------
    >>> round(float(MeanSquaredLogarithmicError()([[0.0]], [[np.e - 1]])), 5)
    1.0
    """

    op = "mean_squared_logarithmic_error"

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_squared_logarithmic_error",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def scalars(self) -> tuple[float, ...]:
        return (config.epsilon(),)


class Huber(LoweredLoss):
    """Squared for small errors, absolute for large: mean of e²/2 where |e| <= delta, else delta |e| - delta²/2.

    Parameters
    ----------
    delta : float, default 1
        Error from which on outliers count less, > 0.
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    `get_config` leaves `delta` out, as Keras's does.
    Source: Huber 1964, "Robust estimation of a location parameter".

    Examples
    --------
    >>> float(Huber()([[0.0, 0.0]], [[1.0, 3.0]]))
    1.5
    """

    op = "huber"
    symmetric = True

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str = "huber_loss",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.delta = delta

    def scalars(self) -> tuple[float, ...]:
        return (float(self.delta),)


class LogCosh(LoweredLoss):
    """Logarithm of the hyperbolic cosine of the error: 1/k Σ_j ln cosh(ŷ_j - y_j) per row of k outputs.

    Parameters
    ----------
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    About e²/2 for small errors e and |e| - ln 2 for large ones.

    Examples
    --------
    >>> round(float(LogCosh()([[0.0]], [[1.0]])), 4)
    0.4338
    """

    op = "log_cosh"
    symmetric = True

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str = "log_cosh", dtype: str | None = None
    ) -> None:
        super().__init__(name, reduction, dtype)


class Poisson(LoweredLoss):
    """For counts: 1/k Σ_j (ŷ_j - y_j ln(ŷ_j + 1e-7)) per row of k outputs.

    Parameters
    ----------
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    For predictions >= 0.  It is minus the logarithm of the probability of y under a Poisson distribution with mean ŷ,
    without the part that does not depend on ŷ.

    Examples
    --------
    >>> round(float(Poisson()([[1.0]], [[2.0]])), 4)
    1.3069
    """

    op = "poisson"

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str = "poisson", dtype: str | None = None
    ) -> None:
        super().__init__(name, reduction, dtype)

    def scalars(self) -> tuple[float, ...]:
        return (config.epsilon(),)


class CosineSimilarity(LoweredLoss):
    """Minus the cosine of the angle between prediction and target: -1 in the same direction, 1 in the opposite one.

    Parameters
    ----------
    axis : int, default -1
        Along which vectors lie.
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    A vector of zeros has no direction: its loss and its gradient are 0.  `get_config` leaves `axis` out, as Keras's
    does.

    Examples
    --------
    >>> float(CosineSimilarity()([[0.0, 2.0]], [[0.0, 5.0]]))
    -1.0
    """

    op = "cosine_similarity"
    symmetric = True

    def __init__(
        self,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "cosine_similarity",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.axis = axis

    def scalars(self) -> tuple[float, ...]:
        return (config.epsilon(),)
