"""Activations with a corner: ReLU and its relatives."""

from __future__ import annotations

import math
from typing import Any

from pynn.activations.calls import call, computed_by
from pynn.activations.formula import Formula, number


def relu_formula(negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Formula:
    """The formula of `relu`: the cheapest that its arguments allow."""
    slope, edge = number("relu", "negative_slope", negative_slope), number("relu", "threshold", threshold)
    if max_value is None and edge == 0:
        return leaky_relu_formula(slope) if slope != 0 else Formula("relu", by="y")
    top = math.inf if max_value is None else number("relu", "max_value", max_value)
    if (slope, top, edge) == (0, 6, 0):
        return RELU6
    # Keras clips with a function that halves the gradient on its limits, except where it has relu6.
    tie = 1.0 if max_value is None else (0.0 if top == 6 and edge == 0 else 0.5)
    low = -math.inf if max_value is None else 0.0
    return Formula("clipped_relu", slope, edge, low, top, tie)


def leaky_relu_formula(negative_slope: float = 0.2) -> Formula:
    """The formula of `leaky_relu`: by its output, if that has the sign of the input."""
    slope = number("leaky_relu", "negative_slope", negative_slope)
    if slope > 0:
        return Formula("leaky_relu", slope, by="y")
    return Formula("leaky_relu", slope, by="x", backward="leaky_relu_backward_at")


RELU6 = Formula("relu6", by="y")


def elu_formula(alpha: float = 1.0, scale: float = 1.0) -> Formula:
    """The formula of `elu` and `selu`: by the output, if that has the sign of the input."""
    alpha = number("elu", "alpha", alpha)
    if alpha >= 0:
        return Formula("elu", alpha, scale, by="y")
    return Formula("elu", alpha, scale, by="x", backward="elu_backward_at")


# Fixed so that activations keep mean 0 and variance 1 from layer to layer; Klambauer et al. 2017, equation 14.
_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
SELU = elu_formula(_SELU_ALPHA, _SELU_SCALE)


def celu_formula(alpha: float = 1.0) -> Formula:
    """The formula of `celu`."""
    return Formula("celu", number("celu", "alpha", alpha), by="y")


def threshold_formula(threshold: float, default_value: float) -> Formula:
    """The formula of `threshold`."""
    edge = number("threshold", "threshold", threshold)
    return Formula("threshold", edge, number("threshold", "default_value", default_value))


@computed_by(relu_formula)
def relu(x: Any, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Any:
    """Keep what is positive: f(x) = max(x, 0).

    Its slope at 0 is taken as 0.  Source: Nair & Hinton 2010, "Rectified linear units improve restricted Boltzmann
    machines".

    Parameters
    ----------
    x : array_like
    negative_slope : float, default 0
        Output per unit of input below the threshold.
    max_value : float, optional
        Largest output.
    threshold : float, default 0
        Inputs at or below it count as ``negative_slope * (x - threshold)``.

    Examples
    --------
    >>> relu(np.array([-2.0, 3.0])).tolist()
    [0.0, 3.0]
    >>> relu(np.array([-2.0, 3.0]), negative_slope=0.1, max_value=1.0).tolist()
    [-0.2, 1.0]
    """
    return call(relu_formula(negative_slope, max_value, threshold), x)


@computed_by(leaky_relu_formula)
def leaky_relu(x: Any, negative_slope: float = 0.2) -> Any:
    """Let a little pass below 0: f(x) = x for x >= 0, negative_slope · x elsewhere.

    Source: Maas, Hannun & Ng 2013, "Rectifier nonlinearities improve neural network acoustic models".

    Parameters
    ----------
    x : array_like
    negative_slope : float, default 0.2
        Output per unit of negative input.

    Examples
    --------
    >>> leaky_relu(np.array([-2.0, 3.0])).tolist()
    [-0.4, 3.0]
    """
    return call(leaky_relu_formula(negative_slope), x)


@computed_by(RELU6)
def relu6(x: Any) -> Any:
    """Keep what is positive, up to 6: f(x) = min(max(x, 0), 6).

    Source: Krizhevsky 2010, "Convolutional deep belief networks on CIFAR-10".

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> relu6(np.array([-2.0, 3.0, 8.0])).tolist()
    [0.0, 3.0, 6.0]
    """
    return call(RELU6, x)


@computed_by(elu_formula)
def elu(x: Any, alpha: float = 1.0) -> Any:
    """Saturate softly below 0: f(x) = x for x > 0, alpha (e^x - 1) elsewhere.

    Source: Clevert, Unterthiner & Hochreiter 2016, "Fast and accurate deep network learning by exponential linear
    units".

    Parameters
    ----------
    x : array_like
    alpha : float, default 1
        The output falls to -alpha.

    Examples
    --------
    >>> elu(np.array([-50.0, 3.0])).tolist()
    [-1.0, 3.0]
    """
    return call(elu_formula(alpha), x)


@computed_by(SELU)
def selu(x: Any) -> Any:
    """Scale `elu` so that layers keep mean 0 and variance 1: f(x) = 1.0507 · elu(x, 1.6733).

    Use it with the initializer "lecun_normal" and the layer `AlphaDropout`.  Source: Klambauer, Unterthiner, Mayr &
    Hochreiter 2017, "Self-normalizing neural networks".

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> selu(np.array([0.0, 1.0])).round(4).tolist()
    [0.0, 1.0507]
    """
    return call(SELU, x)


@computed_by(celu_formula)
def celu(x: Any, alpha: float = 1.0) -> Any:
    """Saturate softly below 0, without a corner: f(x) = max(x, 0) + alpha (e^(min(x, 0) / alpha) - 1).

    Source: Barron 2017, "Continuously differentiable exponential linear units".

    Parameters
    ----------
    x : array_like
    alpha : float, default 1
        The output falls to -alpha; not 0.

    Examples
    --------
    >>> celu(np.array([-50.0, 3.0]), alpha=2.0).round(6).tolist()
    [-2.0, 3.0]
    """
    return call(celu_formula(alpha), x)


@computed_by(threshold_formula)
def threshold(x: Any, threshold: float, default_value: float) -> Any:
    """Replace what is not above a threshold: f(x) = x for x > threshold, default_value elsewhere.

    Parameters
    ----------
    x : array_like
    threshold : float
    default_value : float

    Examples
    --------
    >>> threshold(np.array([-2.0, 0.5, 3.0]), 1.0, 0.0).tolist()
    [0.0, 0.0, 3.0]
    """
    return call(threshold_formula(threshold, default_value), x)
