"""Activations: functions on arrays, and the ops that layers lower them to.

A layer holds the function; `lower` finds the ops.  Each function computes with the compiled core.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pynn import config, naming
from pynn.kernels.tables import table
from pynn.plan import Plan, Slot

Function = Callable[..., Any]
Backward = Callable[[Slot], Slot]


def linear(x: Any) -> np.ndarray:
    """Return x as it is: f(x) = x.

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> linear([-1.0, 2.0]).tolist()
    [-1.0, 2.0]
    """
    return _array(x)


def sigmoid(x: Any) -> np.ndarray:
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
    return _apply("sigmoid_forward", x)


def tanh(x: Any) -> np.ndarray:
    """Squash into (-1, 1): f(x) = (e^x - e^-x) / (e^x + e^-x), with slope f' = 1 - f².

    Parameters
    ----------
    x : array_like

    Examples
    --------
    >>> float(tanh(0.0))
    0.0
    """
    return _apply("tanh_forward", x)


def relu(x: Any, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> np.ndarray:
    """Keep what is positive: f(x) = max(x, 0).

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
    """
    if negative_slope == 0 and max_value is None and threshold == 0:
        return _apply("relu_forward", x)
    x = _array(x)
    y: np.ndarray = np.where(x > threshold, x, negative_slope * (x - threshold)).astype(x.dtype)
    return y if max_value is None else np.minimum(y, x.dtype.type(max_value))


def softmax(x: Any, axis: int = -1) -> np.ndarray:
    """Turn scores into probabilities: f(x)_j = e^x_j / Σ_i e^x_i along `axis`.

    Parameters
    ----------
    x : array_like
        At least one axis.
    axis : int, default -1

    Raises
    ------
    ValueError
        If x is a single number.

    Examples
    --------
    >>> softmax(np.array([[0.0, 0.0]])).tolist()
    [[0.5, 0.5]]
    """
    x = _array(x)
    if x.ndim == 0:
        raise ValueError("softmax: x must have at least one axis, got a single number")
    return np.moveaxis(_apply("softmax_forward", np.moveaxis(x, axis, -1)), -1, axis)


def step(x: Any) -> np.ndarray:
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
    return _apply("step_forward", x)


# Which op family computes each function; linear needs none.
_FAMILIES: dict[Function, str] = {
    sigmoid: "sigmoid",
    tanh: "tanh",
    relu: "relu",
    softmax: "softmax",
    step: "step",
    linear: "",
}
_NAMES: dict[str, Function] = {function.__name__: function for function in _FAMILIES} | {"heaviside": step}


def get(identifier: Any) -> Function:
    """The activation of a name or function; None gives `linear`.

    Parameters
    ----------
    identifier : str, callable, dict or None

    Raises
    ------
    ValueError
        If there is no such activation; the message lists near names.

    Examples
    --------
    >>> get("relu") is relu
    True
    """
    if identifier is None:
        return linear
    if isinstance(identifier, dict):
        identifier = identifier.get("config", identifier)
    if isinstance(identifier, str) and identifier in _NAMES:
        return _NAMES[identifier]
    if callable(identifier) and identifier in _FAMILIES:
        return identifier  # type: ignore[no-any-return]
    near = naming.nearest(identifier, _NAMES) if isinstance(identifier, str) else ""
    raise ValueError(
        f"Could not interpret activation function identifier: {identifier}. Expected one of "
        f"{', '.join(sorted(_NAMES))}, or such a function of keras.activations.{near}"
    )


def serialize(activation: Function) -> str:
    """The name of an activation.

    Parameters
    ----------
    activation : callable

    Examples
    --------
    >>> serialize(tanh)
    'tanh'
    """
    return activation.__name__


deserialize = get
heaviside = step


def lower(activation: Function, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
    """Emit the activation of `x`; return its output and the function that emits the way back."""
    family = _FAMILIES[activation]
    if not family:
        return x, lambda dy: dy
    if activation is softmax and x.features[-1] == 1:
        import warnings

        warnings.warn(
            f"You are using a softmax over axis -1 of a tensor of shape {x}. This axis has size 1, so every output is "
            "1, which is likely not what you intended. Did you mean to use a sigmoid instead?",
            stacklevel=2,
        )
    y = plan.emit(f"{family}_forward", x.rows())

    def backward(dy: Slot) -> Slot:
        dx: Slot = plan.emit(f"{family}_backward", y, dy.rows())
        return dx.view(*x.shape)

    return y.view(*x.shape), backward


def _array(x: Any) -> np.ndarray:
    found: np.ndarray = np.asarray(x)
    return found if found.dtype in (np.float32, np.float64) else found.astype(config.floatx())


def _apply(name: str, x: Any) -> np.ndarray:
    x = _array(x)
    rows = np.ascontiguousarray(x).reshape(-1, x.shape[-1] if x.ndim else 1)
    y = np.empty_like(rows)
    if y.size:
        table()[name, x.dtype](rows, y)
    shaped: np.ndarray = y.reshape(x.shape)
    return shaped
