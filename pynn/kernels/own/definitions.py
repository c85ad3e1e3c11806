"""A user's function with its derivative, and the ops that it becomes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pynn.kernels.contract import OWN, Op
from pynn.kernels.own import checks
from pynn.kernels.own.duals import slope as dual_slope
from pynn.kernels.own.evaluation import computed, evaluate, packed, substituted, unpacked
from pynn.kernels.own.expressions import Expression
from pynn.kernels.own.following import follow
from pynn.kernels.own.text import function, source

Array = np.ndarray


class OwnFunction:
    """A function of single numbers that a user wrote, followed and differentiated.

    Attributes
    ----------
    name : str
        The function's, with a number if another one of that name was defined before.
    inputs : tuple of str
        The derivative is by the last one.
    forms : tuple of str
        See `OwnOp`.
    derived : bool
        Whether the slope is that of the dual numbers.
    texts : tuple of str
        Value and slope as Python source.
    value, slope : callable
        The same as functions of numbers, such as those of kernels/scalar: what compilers take.
    """

    def __init__(
        self, name: str, inputs: Sequence[str], value: Expression, slope: Expression, forms: Sequence[str]
    ) -> None:
        self.name, self.inputs, self.forms = name, tuple(inputs), tuple(forms)
        self._as_defined, self._roots = name, (value, slope)
        self.derived = slope is dual_slope(value, inputs[-1])
        self.texts = source("value", value, self.inputs), source("slope", slope, self.inputs)

    def __reduce__(self) -> Any:
        """In another process, by cloudpickle: the same ops, defined there."""
        return _unpacked, (self._as_defined, self.inputs, packed(self._roots), self.forms)

    @functools.cached_property
    def value(self) -> Callable[..., float]:
        return function(self.texts[0])

    @functools.cached_property
    def slope(self) -> Callable[..., float]:
        return function(self.texts[1])

    def computed(self, functions: Callable[[str], Callable[..., Any]], *given: Any) -> Any:
        """The function by other functions of its operations' names, such as some that a tape follows."""
        return computed(self._roots[0], functions, dict(zip(self.inputs, given, strict=True)))

    def of(self, *given: Any) -> Expression:
        """The function of other expressions."""
        return substituted(self._roots[0], **dict(zip(self.inputs, given, strict=True)))

    def values(self, *arrays: Array) -> Array:
        """The function of arrays of one shape and type, by NumPy."""
        return self._of(0, arrays)

    def slopes(self, *arrays: Array) -> Array:
        """Its derivative."""
        return self._of(1, arrays)

    def _of(self, which: int, arrays: Sequence[Array]) -> Array:
        given = dict(zip(self.inputs, arrays, strict=True))
        return evaluate([self._roots[which]], arrays[0].dtype, **given)[0]


class OwnOp(Op):
    """An op of a user's function.

    Attributes
    ----------
    own : OwnFunction
    form : {"forward", "backward", "row_loss"}
        What it does with the function: y = f(x); dx = f'(x) dy; loss_r = w_r mean_j f(t_rj, y_rj), with its gradient.
    """

    own: OwnFunction
    form: str


def _forward(own: OwnFunction) -> Callable[..., None]:
    def forward(x: Array, y: Array, lo: int, hi: int) -> None:
        y[lo:hi] = own.values(x[lo:hi])

    return forward


def _backward(own: OwnFunction) -> Callable[..., None]:
    def backward(x: Array, dy: Array, dx: Array, lo: int, hi: int) -> None:
        dx[lo:hi] = own.slopes(x[lo:hi]) * dy[lo:hi]

    return backward


def _row_loss(own: OwnFunction) -> Callable[..., None]:
    def row_loss(y: Array, t: Array, w: Array, loss: Array, dy: Array, lo: int, hi: int) -> None:
        n, k = y.shape
        loss[lo:hi] = w[lo:hi] * (own.values(t[lo:hi], y[lo:hi]).sum(axis=1) / k)
        dy[lo:hi] = own.slopes(t[lo:hi], y[lo:hi]) * (w[lo:hi, None] / (n * k))

    return row_loss


_FORMS: dict[str, tuple[str, Callable[[OwnFunction], Callable[..., None]]]] = {
    "forward": ("x(n,k) -> y(n,k)", _forward),
    "backward": ("x(n,k), dy(n,k) -> dx(n,k)", _backward),
    "row_loss": ("y(n,k), t(n,k), w(n) -> loss(n), dy(n,k)", _row_loss),
}
_defined: dict[tuple[str, ...], OwnFunction] = {}
_counts: dict[str, int] = {}
_latest: dict[str, OwnFunction] = {}


def latest(name: str) -> OwnFunction | None:
    """The activation that a user defined last under a name."""
    return _latest.get(name)


def op_name(own: OwnFunction, form: str) -> str:
    """The name of an op: no other op's."""
    return f"own:{own.name}_{form}"


def _define(own: OwnFunction, form: str) -> None:
    signature, made = _FORMS[form]
    name = op_name(own, form)
    op = OwnOp(name, signature, made(own))
    op.own, op.form = own, form
    OWN[name] = op


def define(title: str, plain: Any, derivative: Any, inputs: Sequence[str], forms: Sequence[str]) -> OwnFunction:
    """Follow, differentiate and check a function, and define its ops; the same function again gives the same ops.

    Parameters
    ----------
    title : str
        What errors call it.
    plain : function
        Of single numbers.
    derivative : function or None
        By the last argument; None: by dual numbers.
    inputs : sequence of str
        Names of the arguments.
    forms : sequence of str
        See `OwnOp`.
    """
    value = follow(title, plain, inputs)
    checks.check_value(title, plain, value, inputs)
    if derivative is None:
        slope = dual_slope(value, inputs[-1])
    else:
        slope = follow(f"the derivative of {title}", derivative, inputs)
    checks.check_slope(title, value, slope, inputs)
    checks.warn_far(title, (value, slope), inputs)
    return _registered(OwnFunction(plain.__name__, inputs, value, slope, forms))


def _unpacked(name: str, inputs: Sequence[str], lines: Any, forms: Sequence[str]) -> OwnFunction:
    value, slope = unpacked(lines)
    return _registered(OwnFunction(name, inputs, value, slope, forms))


def _registered(own: OwnFunction) -> OwnFunction:
    name, forms = own.name, own.forms
    key = (name, *forms, *own.texts)
    if key not in _defined:
        count = _counts[name] = _counts.get(name, 0) + 1
        own.name = name if count == 1 else f"{name}.{count}"
        for form in forms:
            _define(own, form)
        _defined[key] = own
    if "forward" in forms:
        _latest[name] = _defined[key]
    return _defined[key]
