"""Losses that a user wrote as a function of two numbers: compiled, and differentiated by dual numbers."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from pynn.kernels.own import Expression, OwnFunction, define
from pynn.kernels.own.definitions import op_name
from pynn.losses.loss import LossFunctionWrapper
from pynn.losses.lowered import LoweredLoss

Function = Callable[..., Any]


def loss(function: Any = None, *, derivative: Any = None) -> Any:
    """Make a loss of a Python function of two numbers: a step of the compiled plan, as the built-in ones are.

    The loss of a row is the mean of the function over the outputs, as in Keras's losses.  The result stands wherever a
    function is taken for a loss: ``compile(loss=my_loss)``, with sample and class weights, or, for another reduction
    than the mean over the batch, ``compile(loss=my_loss.as_loss(reduction="sum"))``.  Called on arrays it gives the
    losses of the rows, on two numbers a number.  Saving and loading a model treat it as any function of your own.

    Parameters
    ----------
    function : function
        ``f(y_true, y_pred)`` of two floats; see `pynn.kernels.activation` for what it may do.
    derivative : function, optional
        The derivative by y_pred, ``g(y_true, y_pred)``.  Default: derived by dual numbers.

    Returns
    -------
    function
        The loss; without `function` a decorator that makes it.

    Raises
    ------
    TypeError
        If it is no function of two numbers, or does what cannot be compiled; the message says what.
    ValueError
        If it is not finite for numbers between 0 and 1, returns no number, or the derivative is not that of the
        function by finite differences.

    Warns
    -----
    UserWarning
        As `pynn.kernels.activation` does.

    Notes
    -----
    Computes in the model's type, float32 or float64.  Targets have the shape of the predictions, or one that is
    repeated to fit; class numbers do not.

    Examples
    --------
    >>> @loss
    ... def pinball(y_true, y_pred):
    ...     e = y_true - y_pred
    ...     return 0.9 * e if e > 0 else -0.1 * e
    >>> pinball(1.0, 0.0)
    0.9
    >>> pinball(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])).tolist()
    [0.5]
    """
    if function is None:
        return lambda function: loss(function, derivative=derivative)
    title = f"loss {getattr(function, '__name__', function)}"
    return _made(function, define(title, function, derivative, ("y_true", "y_pred"), ("row_loss",)))


class OwnLoss(LoweredLoss):
    """The loss of a user's function.

    Parameters
    ----------
    own : OwnFunction
    reduction, name, dtype
        See `Loss`.
    """

    def __init__(self, own: OwnFunction, reduction: str | None, name: str, dtype: str | None) -> None:
        super().__init__(name, reduction, dtype)
        self.op = op_name(own, "row_loss")


def _made(plain: Function, own: OwnFunction) -> Function:
    @functools.wraps(plain)
    def own_loss(y_true: Any, y_pred: Any) -> Any:
        if isinstance(y_true, Expression) or isinstance(y_pred, Expression):  # inside another function of this kind
            return own.of(y_true, y_pred)
        if type(y_true) in (int, float) and type(y_pred) in (int, float):
            return float(plain(y_true, y_pred))
        dtype = getattr(y_pred, "dtype", None)
        known = "float64" if dtype == np.float64 else "float32" if dtype == np.float32 else None
        return OwnLoss(own, "none", plain.__name__, known).call(y_true, y_pred)

    def as_loss(
        reduction: str | None = "sum_over_batch_size", name: str | None = None, dtype: str | None = None
    ) -> LossFunctionWrapper:
        """The loss with settings: see `keras.losses.Loss`."""
        return LossFunctionWrapper(made, reduction, name or plain.__name__, dtype)

    made: Any = own_loss
    made.own, made.as_loss, made.lowered = own, as_loss, functools.partial(OwnLoss, own)
    return made  # type: ignore[no-any-return]
