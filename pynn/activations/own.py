"""Activations that a user wrote as a function of one number: compiled, and differentiated by dual numbers."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from pynn.activations.calls import call
from pynn.activations.formula import Formula
from pynn.kernels import slopes
from pynn.kernels.own import Expression, OwnFunction, define

Function = Callable[..., Any]


def activation(function: Any = None, *, derivative: Any = None) -> Any:
    """Make an activation of a Python function of one number: a step of the compiled plan, as the built-in ones are.

    The result stands wherever an activation is taken: ``Dense(100, activation=my_swish)``, ``Activation(my_swish)``, a
    functional model, the functions of `pynn.kernels`.  It is called on numbers, arrays and tensors, and has the methods
    ``my_swish.derivative(x)`` and, for the function as it was written, ``my_swish.__wrapped__``.  Saving and loading
    a model treat it as any function of your own: ``custom_objects={"my_swish": my_swish}``, or
    ``@keras.saving.register_keras_serializable()`` above it.

    Parameters
    ----------
    function : function
        ``f(x)`` of one float; further parameters need defaults.  It may use operators, comparisons and ``if``, loops
        with a fixed count, abs, min, max, round, the functions of `math`, NumPy's functions of one number
        (``np.exp``, ``np.where``, …), and other such functions.  It is read once, now: what it takes from global
        variables stays as it is.
    derivative : function, optional
        ``f'(x)``, under the same rules.  Default: derived by dual numbers; at a corner of
        abs, max and min, the mean of both sides, at one of an ``if``, the slope of the branch taken.

    Returns
    -------
    function
        The activation; without `function` a decorator that makes it.

    Raises
    ------
    TypeError
        If it is no function of one number, or does what cannot be compiled; the message says what.
    ValueError
        If it is not finite for a usual input, returns no number, or the derivative is not that of the function by
        finite differences: the message names the point and both values.

    Warns
    -----
    UserWarning
        If it or its derivative is NaN at ±100 in float32, where e^x overflows.  And, once, at the first use, if numba
        is not installed (``pip install "pynn-kernels[numba]"``): it runs through NumPy then, slower.

    Notes
    -----
    Costs what the arithmetic costs: exp, log, tanh, erf and what is made of them are vectorised, sin and powers with a
    broken exponent are not.  It is compiled at the first use, about half a second, and kept on disk.
    Source of dual numbers: Wengert 1964, "A simple automatic derivative evaluation program".

    Examples
    --------
    >>> import math
    >>> @activation
    ... def my_swish(x):
    ...     return x / (1 + math.exp(-x))
    >>> my_swish(0.0), my_swish.derivative(0.0)
    (0.0, 0.5)
    >>> layer = keras.layers.Dense(4, activation=my_swish)
    """
    if function is None:
        return lambda function: activation(function, derivative=derivative)
    title = f"activation {getattr(function, '__name__', function)}"
    own = define(title, function, derivative, ("x",), ("forward", "backward"))
    return _made(function, own, OwnFormula(own))


class OwnFormula(Formula):
    """The formula of a user's function."""

    def __init__(self, own: OwnFunction) -> None:
        super().__init__(f"own:{own.name}")
        self.own = own


def _made(plain: Function, own: OwnFunction, formula: OwnFormula) -> Function:
    @functools.wraps(plain)
    def own_activation(x: Any) -> Any:
        if isinstance(x, Expression):  # inside another function of this kind
            return own.of(x)
        return float(plain(x)) if type(x) in (int, float) else call(formula, x)

    def derivative(x: Any) -> Any:
        """The slope at a number, or at each element of an array."""
        return float(own.slopes(np.asarray(x, np.float64))) if type(x) in (int, float) else slopes.derivative(made, x)

    made: Any = own_activation
    made.own, made.derivative, made.formula = own, derivative, formula
    return made  # type: ignore[no-any-return]
