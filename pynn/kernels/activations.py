"""The activations on NumPy arrays: one function each, made from the table in `named` and the ops' definitions."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from pynn.backends import get_backend
from pynn.kernels.contract import OPS
from pynn.kernels.doors import doors
from pynn.kernels.named import ACTIVATIONS, REQUIRED, Activation
from pynn.kernels.slopes import forward

Array = np.ndarray

_TEXT = """{formula}

Parameters
----------
x : array_like, shape (…, k)
    Float32 or float64 of any strides; anything else becomes `keras.config.floatx()`.
{settings}out : ndarray, {shape}, optional
    Where to write the result, of its type.  It may overlap x.
backend : {{"cython", "reference", "numba", "cuda"}}, optional
    For this call; default `pynn.get_backend()`.

Returns
-------
ndarray, {shape}
    `out` if it was given.

Raises
------
ValueError
    If the shape of x or `out` does not fit, or there is no such backend.
TypeError
    If x holds anything but real numbers.

Notes
-----
Operations an element of y: {cost}; comparisons and functions count as one each.
Reads {read} bytes an element of y and writes 4, in float32.  The way back: ``activation_backward(dy, {name!r}, x)``.

Examples
--------
>>> x = np.array([-1.0, 0.0, 1.0, 4.0])
>>> {name}(x{arguments}).round(3).tolist()
{shown}
"""
# What the examples show.
_SHOWN = {
    "celu": "[-0.632, 0.0, 1.0, 4.0]",
    "elu": "[-0.632, 0.0, 1.0, 4.0]",
    "exponential": "[0.368, 1.0, 2.718, 54.598]",
    "gelu": "[-0.159, 0.0, 0.841, 4.0]",
    "gelu_tanh": "[-0.159, 0.0, 0.841, 4.0]",
    "glu": "[-0.731, 0.0]",
    "hard_shrink": "[-1.0, 0.0, 1.0, 4.0]",
    "hard_sigmoid": "[0.333, 0.5, 0.667, 1.0]",
    "hard_silu": "[-0.333, 0.0, 0.667, 4.0]",
    "hard_swish": "[-0.333, 0.0, 0.667, 4.0]",
    "hard_tanh": "[-1.0, 0.0, 1.0, 1.0]",
    "heaviside": "[0.0, 1.0, 1.0, 1.0]",
    "leaky_relu": "[-0.2, 0.0, 1.0, 4.0]",
    "linear": "[-1.0, 0.0, 1.0, 4.0]",
    "log_sigmoid": "[-1.313, -0.693, -0.313, -0.018]",
    "log_softmax": "[-5.072, -4.072, -3.072, -0.072]",
    "mish": "[-0.303, 0.0, 0.865, 3.997]",
    "relu": "[0.0, 0.0, 1.0, 4.0]",
    "relu6": "[0.0, 0.0, 1.0, 4.0]",
    "selu": "[-1.111, 0.0, 1.051, 4.203]",
    "sigmoid": "[0.269, 0.5, 0.731, 0.982]",
    "silu": "[-0.269, 0.0, 0.731, 3.928]",
    "soft_shrink": "[-0.5, 0.0, 0.5, 3.5]",
    "softmax": "[0.006, 0.017, 0.046, 0.93]",
    "softplus": "[0.313, 0.693, 1.313, 4.018]",
    "softsign": "[-0.5, 0.0, 0.5, 0.8]",
    "sparse_plus": "[0.0, 0.25, 1.0, 4.0]",
    "sparse_sigmoid": "[0.0, 0.5, 1.0, 1.0]",
    "sparsemax": "[0.0, 0.0, 0.0, 1.0]",
    "squareplus": "[0.618, 1.0, 1.618, 4.236]",
    "step": "[0.0, 1.0, 1.0, 1.0]",
    "swish": "[-0.269, 0.0, 0.731, 3.928]",
    "tanh": "[-0.762, 0.0, 0.762, 0.999]",
    "tanh_shrink": "[-0.238, 0.0, 0.238, 3.001]",
    "threshold": "[-2.0, -2.0, 1.0, 4.0]",
}
# Operations an element, all together, and the functions among them.
_COSTS = {
    "celu": "4, an exponential",
    "elu": "4, an exponential",
    "exponential": "1, an exponential",
    "gelu": "5, an error function",
    "gelu_tanh": "9, a tanh",
    "glu": "6, an exponential",
    "hard_shrink": "2",
    "hard_sigmoid": "4",
    "hard_silu": "5",
    "hard_swish": "5",
    "hard_tanh": "2",
    "heaviside": "1",
    "leaky_relu": "2",
    "linear": "0",
    "log_sigmoid": "6, an exponential and a logarithm",
    "log_softmax": "6, an exponential",
    "mish": "10, an exponential",
    "relu": "1",
    "relu6": "2",
    "selu": "5, an exponential",
    "sigmoid": "5, an exponential",
    "silu": "6, an exponential",
    "soft_shrink": "3",
    "softmax": "5, an exponential",
    "softplus": "5, an exponential and a logarithm",
    "softsign": "3",
    "sparse_plus": "5",
    "sparse_sigmoid": "4",
    "sparsemax": "5, and 4 a round: few rounds are needed",
    "squareplus": "5, a root",
    "step": "1",
    "swish": "6, an exponential",
    "tanh": "1, a tanh",
    "tanh_shrink": "2, a tanh",
    "threshold": "1",
}


def _formula(kind: Activation) -> str:
    """The formula and its source, from the op's definition; scalars by the names of the arguments."""
    if not kind.family:
        return "y = x."
    op = OPS[f"{kind.family}_forward"]
    text = inspect.cleandoc(op.reference.__doc__ or "")
    for scalar, name in zip(op.scalars, (f"`{name}`" for name in kind.settings), strict=False):
        text = re.sub(rf"`?\b{scalar}\b`?(?= [^:])", name, text) if name != f"`{scalar}`" else text
    fixed = zip(op.scalars[len(kind.settings) :], kind.constants, strict=True)
    where = ", ".join(f"{scalar} = {value:.7g}" for scalar, value in fixed)
    text = text.replace(".", f", with {where}.", 1) if where else text
    return text + ("" if kind.family == kind.name else f"\n\nThe same as `{kind.family}`." * (not kind.constants))


def _documented(kind: Activation) -> str:
    settings = ""
    for name, value in kind.settings.items():
        settings += f"{name} : float" + ("\n" if value is REQUIRED else f", default {value:g}\n")
    shape = "shape (…, k/2)" if kind.family == "glu" else "shape (…, k)"
    arguments = ", threshold=0.5, default_value=-2.0" if kind.name == "threshold" else ""
    return _TEXT.format(
        formula=_formula(kind), settings=settings, shape=shape, name=kind.name, arguments=arguments,
        shown=_SHOWN[kind.name], cost=_COSTS[kind.name], read=8 if kind.family == "glu" else 4,
    )  # fmt: skip


def _function(kind: Activation) -> Callable[..., Array]:
    name, constants = f"{kind.family}_forward", kind.constants

    def plain(x: Any, out: Array | None = None, backend: str | None = None) -> Array:
        found: Array | None = doors[backend or get_backend(), name]((x,), out, constants)
        return forward(kind, x, constants, out, backend) if found is None else found

    def with_settings(
        x: Any, *values: float, out: Array | None = None, backend: str | None = None, **more: Any
    ) -> Array:
        if (not values or set(map(type, values)) == {float}) and len(values) in (0, len(kind.settings)) and not more:
            return forward(kind, x, (*values, *kind.constants) if values else kind.scalars({}), out, backend)
        if len(values) > len(kind.settings) or (twice := set(list(kind.settings)[: len(values)]) & more.keys()):
            what = f"{sorted(twice)[0]} was given twice" if len(values) <= len(kind.settings) else "too many arguments"
            raise TypeError(f"{kind.name}: {what}; it takes {kind.name}{inspect.signature(made)}")
        scalars = kind.scalars(dict(zip(kind.settings, values, strict=False)) | more)
        return forward(kind, x, scalars, out, backend)

    made: Callable[..., Array] = with_settings if kind.settings else plain
    if kind.settings:
        made.__signature__ = _signature(kind)  # type: ignore[attr-defined]
    made.__name__ = made.__qualname__ = kind.name
    made.__doc__ = _documented(kind)
    return made


def _signature(kind: Activation) -> inspect.Signature:
    empty, kinds = inspect.Parameter.empty, inspect.Parameter
    own = [kinds("x", kinds.POSITIONAL_OR_KEYWORD)]
    for name, value in kind.settings.items():
        own.append(kinds(name, kinds.POSITIONAL_OR_KEYWORD, default=empty if value is REQUIRED else value))
    return inspect.Signature([*own, *(kinds(name, kinds.KEYWORD_ONLY, default=None) for name in ("out", "backend"))])


globals().update({name: _function(kind) for name, kind in ACTIVATIONS.items()})
