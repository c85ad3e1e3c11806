"""Activations with a derivative everywhere that are no gate."""

from __future__ import annotations

from typing import Any

from pynn.activations.calls import call, computed_by
from pynn.activations.formula import Formula, Identity, number

LINEAR = Identity()
SIGMOID = Formula("sigmoid", by="y")
TANH = Formula("tanh", by="y")
EXPONENTIAL = Formula("exponential", by="y")
SOFTPLUS = Formula("softplus")
SOFTSIGN = Formula("softsign")
LOG_SIGMOID = Formula("log_sigmoid")
TANH_SHRINK = Formula("tanh_shrink")


def squareplus_formula(b: float = 4) -> Formula:
    """The formula of `squareplus`."""
    return Formula("squareplus", number("squareplus", "b", b))


@computed_by(LINEAR)
def linear(x: Any) -> Any:
    """Return x as it is: f(x) = x.

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> linear([-1.0, 2.0]).tolist()
    [-1.0, 2.0]
    """
    return call(LINEAR, x)


@computed_by(SIGMOID)
def sigmoid(x: Any) -> Any:
    """Squash into (0, 1): f(x) = 1 / (1 + e^-x).

    Its slope f' = f (1 - f) is at most 1/4: many such layers in a row make gradients vanish.

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> float(sigmoid(0.0))
    0.5
    """
    return call(SIGMOID, x)


@computed_by(TANH)
def tanh(x: Any) -> Any:
    """Squash into (-1, 1): f(x) = (e^x - e^-x) / (e^x + e^-x), with slope f' = 1 - f².

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> float(tanh(0.0))
    0.0
    """
    return call(TANH, x)


@computed_by(EXPONENTIAL)
def exponential(x: Any) -> Any:
    """Make positive: f(x) = e^x.

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> float(exponential(0.0))
    1.0
    """
    return call(EXPONENTIAL, x)


@computed_by(SOFTPLUS)
def softplus(x: Any) -> Any:
    """A smooth `relu`: f(x) = ln(1 + e^x), whose slope is the sigmoid.

    Source: Dugas, Bengio, Bélisle, Nadeau & Garcia 2001, "Incorporating second-order functional knowledge for better
    option pricing".

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> softplus(np.array([-800.0, 800.0])).tolist()
    [0.0, 800.0]
    """
    return call(SOFTPLUS, x)


@computed_by(SOFTSIGN)
def softsign(x: Any) -> Any:
    """Squash into (-1, 1), slowly: f(x) = x / (1 + |x|).

    Source: Turian, Bergstra & Bengio 2009, "Quadratic features and deep architectures for chunking".

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> softsign(np.array([-1.0, 3.0])).tolist()
    [-0.5, 0.75]
    """
    return call(SOFTSIGN, x)


@computed_by(LOG_SIGMOID)
def log_sigmoid(x: Any) -> Any:
    """The logarithm of the sigmoid, without loss of precision: f(x) = -ln(1 + e^-x).

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> log_sigmoid(np.array([-800.0, 800.0])).tolist()
    [-800.0, -0.0]
    """
    return call(LOG_SIGMOID, x)


@computed_by(squareplus_formula)
def squareplus(x: Any, b: float = 4) -> Any:
    """A smooth `relu` without exponentials: f(x) = (x + √(x² + b)) / 2.

    Source: Barron 2021, "Squareplus: a softplus-like algebraic rectifier".

    Parameters
    ----------
    x : array_like
    b : float, default 4
        How round it is: f(0) = √b / 2.

    Examples
    --------
    >>> squareplus(np.array([0.0, 1.5])).tolist()
    [1.0, 2.0]
    """
    return call(squareplus_formula(b), x)


@computed_by(TANH_SHRINK)
def tanh_shrink(x: Any) -> Any:
    """What tanh leaves: f(x) = x - tanh x.

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> tanh_shrink(np.array([0.0, 40.0])).tolist()
    [0.0, 39.0]
    """
    return call(TANH_SHRINK, x)
