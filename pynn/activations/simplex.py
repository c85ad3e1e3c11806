"""Activations of all elements along an axis: probabilities and their logarithms."""

from __future__ import annotations

from typing import Any

from pynn.activations.calls import call, computed_by
from pynn.activations.formula import AxisFormula, Formula, SoftmaxFormula


def softmax_formula(axis: Any = -1) -> Formula:
    """The formula of `softmax`."""
    return SoftmaxFormula("softmax", "softmax", axis)


def log_softmax_formula(axis: Any = -1) -> Formula:
    """The formula of `log_softmax`."""
    return AxisFormula("log_softmax", "log_softmax", axis)


def sparsemax_formula(axis: int = -1) -> Formula:
    """The formula of `sparsemax`."""
    return AxisFormula("sparsemax", "sparsemax", axis, by="x")


@computed_by(softmax_formula)
def softmax(x: Any, axis: Any = -1) -> Any:
    """Turn scores into probabilities: f(x)_j = e^x_j / Σ_i e^x_i along `axis`.

    Source: Bridle 1990, "Probabilistic interpretation of feedforward classification network outputs".

    Parameters
    ----------
    x : array_like
    axis : int or tuple of int, default -1
        Several axes share one sum.

    Raises
    ------
    ValueError
        If x is a single number or has no such axis.

    Examples
    --------
    >>> softmax(np.array([[0.0, 0.0]])).tolist()
    [[0.5, 0.5]]
    """
    return call(softmax_formula(axis), x)


@computed_by(log_softmax_formula)
def log_softmax(x: Any, axis: Any = -1) -> Any:
    """The logarithm of `softmax`, without loss of precision: f(x)_j = x_j - ln Σ_i e^x_i.

    Parameters
    ----------
    x : array_like
    axis : int or tuple of int, default -1
        Several axes share one sum.

    Raises
    ------
    ValueError
        If x is a single number or has no such axis.

    Examples
    --------
    >>> log_softmax(np.array([[0.0, -800.0]])).tolist()
    [[0.0, -800.0]]
    """
    return call(log_softmax_formula(axis), x)


@computed_by(sparsemax_formula)
def sparsemax(x: Any, axis: int = -1) -> Any:
    """Turn scores into probabilities of which some are 0: f(x)_j = max(x_j - t, 0), with t such that they sum to 1.

    Source: Martins & Astudillo 2016, "From softmax to sparsemax".

    Parameters
    ----------
    x : array_like
    axis : int, default -1

    Raises
    ------
    ValueError
        If x is a single number or has no such axis.

    Examples
    --------
    >>> sparsemax(np.array([[1.0, 0.5, -1.0]])).tolist()
    [[0.75, 0.25, 0.0]]
    """
    return call(sparsemax_formula(axis), x)
