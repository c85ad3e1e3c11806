"""Activations that multiply x with a gate between 0 and 1."""

from __future__ import annotations

from typing import Any

from pynn.activations.calls import call, computed_by
from pynn.activations.formula import Formula, HalvesFormula

SILU = Formula("silu")
HARD_SILU = Formula("hard_silu")
MISH = Formula("mish")


def gelu_formula(approximate: bool = False) -> Formula:
    """The formula of `gelu`."""
    return Formula("gelu_tanh" if approximate else "gelu")


def glu_formula(axis: int = -1) -> Formula:
    """The formula of `glu`."""
    return HalvesFormula("glu", "glu", axis)


@computed_by(SILU)
def silu(x: Any) -> Any:
    """Let the sigmoid of x gate x: f(x) = x / (1 + e^-x); also called swish.

    Sources: Elfwing, Uchibe & Doya 2018, "Sigmoid-weighted linear units for neural network function approximation";
    Ramachandran, Zoph & Le 2017, "Searching for activation functions".

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> silu(np.array([0.0, 40.0])).tolist()
    [0.0, 40.0]
    """
    return call(SILU, x)


@computed_by(HARD_SILU)
def hard_silu(x: Any) -> Any:
    """A cheap `silu`: f(x) = x · min(max(x + 3, 0), 6) / 6; also called hard swish.

    Source: Howard et al. 2019, "Searching for MobileNetV3".

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> hard_silu(np.array([-4.0, 0.0, 4.0])).tolist()
    [-0.0, 0.0, 4.0]
    """
    return call(HARD_SILU, x)


@computed_by(gelu_formula)
def gelu(x: Any, approximate: bool = False) -> Any:
    """Gate x by the probability that a normal number is below it: f(x) = x Φ(x).

    Source: Hendrycks & Gimpel 2016, "Gaussian error linear units".

    Parameters
    ----------
    x : array_like
    approximate : bool, default False
        Compute x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2 instead, which differs by less than 0.0005.

    Examples
    --------
    >>> gelu(np.array([0.0, 40.0])).tolist()
    [0.0, 40.0]
    """
    return call(gelu_formula(approximate), x)


@computed_by(MISH)
def mish(x: Any) -> Any:
    """Gate x by the tanh of its softplus: f(x) = x tanh(ln(1 + e^x)).

    Source: Misra 2019, "Mish: a self regularized non-monotonic activation function".

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> mish(np.array([0.0, 40.0])).tolist()
    [0.0, 40.0]
    """
    return call(MISH, x)


@computed_by(glu_formula)
def glu(x: Any, axis: int = -1) -> Any:
    """Let one half of the input gate the other: f(a, b) = a / (1 + e^-b).

    Source: Dauphin, Fan, Auli & Grangier 2017, "Language modeling with gated convolutional networks".

    Parameters
    ----------
    x : array_like
    axis : int, default -1
        It is halved: a is the first half of the elements along it, b the second.

    Raises
    ------
    ValueError
        If the axis has an odd number of elements.

    Examples
    --------
    >>> glu(np.array([[3.0, 5.0, 40.0, -800.0]])).tolist()
    [[3.0, 0.0]]
    """
    return call(glu_formula(axis), x)
