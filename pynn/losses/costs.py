"""The costs of the lecture, in its own formulas: sums over the k outputs of a row, then the mean over the n rows.

ŷ is what the network says, y what it should say.  Keras's losses are means over the outputs; these are sums.
"""

from __future__ import annotations

from typing import Any

from pynn import config
from pynn.losses.lowered import LoweredLoss


class Quadratic(LoweredLoss):
    """Half the sum of squares: ½ Σ_j (ŷ_j - y_j)² per row.

    Parameters
    ----------
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    Domain: any numbers.  Its gradient is ŷ - y.  Source: Rumelhart, Hinton & Williams 1986, "Learning representations
    by back-propagating errors", equation 3.

    Examples
    --------
    >>> float(Quadratic()([[0.0, 0.0]], [[1.0, 3.0]]))
    5.0
    """

    op = "sum_squared_error"
    symmetric = True

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "quadratic",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def scalars(self) -> tuple[float, ...]:
        return (0.5,)


class SumSquaredError(LoweredLoss):
    """Sum of squares: Σ_j (ŷ_j - y_j)² per row.

    Parameters
    ----------
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    Domain: any numbers.  Source: Legendre 1805 and Gauss 1809, the method of least squares.

    Examples
    --------
    >>> float(SumSquaredError()([[0.0, 0.0]], [[1.0, 3.0]]))
    10.0
    """

    op = "sum_squared_error"
    symmetric = True

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "sum_squared_error",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def scalars(self) -> tuple[float, ...]:
        return (1.0,)


class Exponential(LoweredLoss):
    """Large errors count without measure: τ e^(Σ_j (ŷ_j - y_j)² / τ) per row.

    Parameters
    ----------
    tau : float, default 1
        Scale of the squared error, > 0.
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    Domain: any numbers, as long as Σ (ŷ - y)² stays below 88 τ in float32 (709 τ in float64), where e^x ends.  No error
    at all costs τ.  Its gradient is 2 (ŷ - y) e^(Σ (ŷ - y)² / τ).  Source: Silva, Marques de Sá & Alexandre 2008, "Data
    classification with multilayer perceptrons using a generalized error function", equation 9.

    Examples
    --------
    >>> float(Exponential()([[0.0]], [[0.0]]))
    1.0
    """

    op = "exponential_error"

    def __init__(
        self,
        tau: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str = "exponential",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        if not tau > 0:
            raise ValueError(f"{name}: tau must be > 0, got {tau}")
        self.tau = tau

    def scalars(self) -> tuple[float, ...]:
        return (float(self.tau),)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"tau": self.tau}


class Hellinger(LoweredLoss):
    """Distance of square roots: 1/√2 Σ_j (√ŷ_j - √y_j)² per row.

    Parameters
    ----------
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    Domain: y >= 0, ŷ >= 0, such as outputs of a sigmoid.  Predictions below 1e-7 count as 1e-7, with gradient 0.
    Its gradient is (1 - √(y/ŷ)) / √2.  Source: Hellinger 1909, "Neue Begründung der Theorie quadratischer Formen von
    unendlichvielen Veränderlichen".

    Examples
    --------
    >>> round(float(Hellinger()([[1.0, 0.0]], [[0.0, 1.0]])), 3)
    1.414
    """

    op = "hellinger"
    least = 0.0

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "hellinger",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def scalars(self) -> tuple[float, ...]:
        return (config.epsilon(),)


class KullbackLeibler(LoweredLoss):
    """What it costs to take ŷ for y: Σ_j y_j ln(y_j / ŷ_j) per row.

    Parameters
    ----------
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    Domain: y >= 0 and ŷ > 0, each with sum 1 a row (softmax); else it may be negative.  0 ln 0 counts as 0.
    Predictions below 1e-7 count as 1e-7, with gradient 0.
    Its gradient is -y/ŷ.  Source: Kullback & Leibler 1951, "On information and sufficiency", equation 2.4.

    Examples
    --------
    >>> round(float(KullbackLeibler()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
    0.6931
    """

    op = "kullback_leibler"
    least = 0.0

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "kullback_leibler",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def scalars(self) -> tuple[float, ...]:
        return (config.epsilon(),)


class GeneralizedKullbackLeibler(LoweredLoss):
    """The same for numbers of any sum: Σ_j y_j ln(y_j / ŷ_j) - Σ_j y_j + Σ_j ŷ_j per row.

    Parameters
    ----------
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    Domain: y >= 0, ŷ > 0; never negative, and 0 only where ŷ = y.  0 ln 0 counts as 0.
    Predictions below 1e-7 count as 1e-7, with gradient 0.  Its gradient is 1 - y/ŷ.  Source: Csiszár 1991, "Why least
    squares and maximum entropy?", equation 2.

    Examples
    --------
    >>> float(GeneralizedKullbackLeibler()([[0.0, 0.0]], [[2.0, 3.0]]))
    5.0
    """

    op = "generalized_kullback_leibler"
    least = 0.0

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "generalized_kullback_leibler",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def scalars(self) -> tuple[float, ...]:
        return (config.epsilon(),)


class ItakuraSaito(LoweredLoss):
    """How far ratios are from 1: Σ_j (y_j/ŷ_j - ln(y_j/ŷ_j) - 1) per row.

    Parameters
    ----------
    reduction, name, dtype
        See `Loss`.

    Notes
    -----
    Domain: y > 0, ŷ > 0.  The same for (c y, c ŷ) as for (y, ŷ).  Predictions below 1e-7 count as 1e-7, with gradient
    0.  Its gradient is (ŷ - y)/ŷ².  Source: Itakura & Saito 1968, "Analysis synthesis telephony based on the maximum
    likelihood method".

    Examples
    --------
    >>> round(float(ItakuraSaito()([[1.0]], [[2.0]])), 4)
    0.1931
    """

    op = "itakura_saito"
    least = 0.0
    least_included = False

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "itakura_saito",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def scalars(self) -> tuple[float, ...]:
        return (config.epsilon(),)
