"""Activations made of straight pieces and parabolas."""

from __future__ import annotations

from typing import Any

from pynn.activations.calls import call, computed_by
from pynn.activations.formula import Formula, number

STEP = Formula("step", by="y")
HARD_SIGMOID = Formula("hard_sigmoid")
HARD_TANH = Formula("hard_tanh")
SPARSE_PLUS = Formula("sparse_plus")
SPARSE_SIGMOID = Formula("sparse_sigmoid")


def hard_shrink_formula(threshold: float = 0.5) -> Formula:
    """The formula of `hard_shrink`."""
    return Formula("hard_shrink", number("hard_shrink", "threshold", threshold))


def soft_shrink_formula(threshold: float = 0.5) -> Formula:
    """The formula of `soft_shrink`."""
    return Formula("soft_shrink", number("soft_shrink", "threshold", threshold))


@computed_by(STEP)
def step(x: Any) -> Any:
    """Fire or not: f(x) = 1 for x >= 0, 0 elsewhere, Rosenblatt's perceptron of 1958 (Heaviside's step).

    Its slope is 0 everywhere, so gradient descent cannot train through it.

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> step(np.array([-0.1, 0.0, 2.0])).tolist()
    [0.0, 1.0, 1.0]
    """
    return call(STEP, x)


@computed_by(HARD_SIGMOID)
def hard_sigmoid(x: Any) -> Any:
    """A cheap sigmoid: f(x) = min(max(x + 3, 0), 6) / 6.

    The pieces are those of Howard et al. 2019, "Searching for MobileNetV3"; Keras 2 had others.

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> hard_sigmoid(np.array([-4.0, 0.0, 4.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    return call(HARD_SIGMOID, x)


@computed_by(HARD_TANH)
def hard_tanh(x: Any) -> Any:
    """A cheap tanh: f(x) = min(max(x, -1), 1).

    Source: Collobert 2004, "Large scale machine learning".

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> hard_tanh(np.array([-4.0, 0.5, 4.0])).tolist()
    [-1.0, 0.5, 1.0]
    """
    return call(HARD_TANH, x)


@computed_by(hard_shrink_formula)
def hard_shrink(x: Any, threshold: float = 0.5) -> Any:
    """Drop what is small: f(x) = x for abs(x) > threshold, 0 elsewhere.

    Source: Donoho & Johnstone 1994, "Ideal spatial adaptation by wavelet shrinkage".

    Parameters
    ----------
    x : array_like
    threshold : float, default 0.5

    Examples
    --------
    >>> hard_shrink(np.array([-1.0, 0.2, 4.0])).tolist()
    [-1.0, 0.0, 4.0]
    """
    return call(hard_shrink_formula(threshold), x)


@computed_by(soft_shrink_formula)
def soft_shrink(x: Any, threshold: float = 0.5) -> Any:
    """Pull towards 0: f(x) = x ∓ threshold for ±x > threshold, 0 elsewhere.

    Source: Donoho & Johnstone 1994, "Ideal spatial adaptation by wavelet shrinkage".

    Parameters
    ----------
    x : array_like
    threshold : float, default 0.5

    Examples
    --------
    >>> soft_shrink(np.array([-1.0, 0.2, 4.0])).tolist()
    [-0.5, 0.0, 3.5]
    """
    return call(soft_shrink_formula(threshold), x)


@computed_by(SPARSE_PLUS)
def sparse_plus(x: Any) -> Any:
    """A softplus that reaches 0: f(x) = 0 for x <= -1, x for x >= 1, (x + 1)² / 4 between.

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> sparse_plus(np.array([-2.0, 0.0, 2.0])).tolist()
    [0.0, 0.25, 2.0]
    """
    return call(SPARSE_PLUS, x)


@computed_by(SPARSE_SIGMOID)
def sparse_sigmoid(x: Any) -> Any:
    """A sigmoid that reaches 0 and 1: f(x) = min(max(x + 1, 0), 2) / 2.

    Source: Blondel, Martins & Niculae 2019, "Learning classifiers with Fenchel-Young losses".

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> sparse_sigmoid(np.array([-2.0, 0.5, 2.0])).tolist()
    [0.0, 0.75, 1.0]
    """
    return call(SPARSE_SIGMOID, x)
