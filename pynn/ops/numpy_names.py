"""Which operation stands for which Python operator, and for which NumPy function where a tape follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pynn import initializers
from pynn.graph import OPERATORS
from pynn.ops import (
    arithmetic,
    comparisons,
    core,
    creation,
    diagonals,
    exponentials,
    joining,
    linalg,
    parts,
    products,
    quantiles,
    reductions,
    rounding,
    segments,
    selection,
    shaping,
    statistics,
    trigonometry,
)
from pynn.tensor import FUNCTIONS, UFUNCS

_OF_PYTHON = {
    "add": arithmetic.add,
    "sub": arithmetic.subtract,
    "mul": arithmetic.multiply,
    "truediv": arithmetic.divide,
    "floordiv": arithmetic.floor_divide,
    "mod": arithmetic.mod,
    "pow": exponentials.power,
    "matmul": products.matmul,
    "and": comparisons.logical_and,
    "or": comparisons.logical_or,
    "xor": comparisons.logical_xor,
    "neg": arithmetic.negative,
    "abs": arithmetic.absolute,
    "invert": comparisons.bitwise_invert,
    "lt": comparisons.less,
    "le": comparisons.less_equal,
    "gt": comparisons.greater,
    "ge": comparisons.greater_equal,
    "eq": comparisons.equal,
    "ne": comparisons.not_equal,
    "round": rounding.round,
    "getitem": selection.get_item,
    "cast": core.cast,
    "copy": core.copy,
    "clip": arithmetic.clip,
    "conj": parts.conjugate,
    "array": core.array,
}

_FAMILIES = (
    diagonals,
    rounding,
    segments,
    arithmetic,
    comparisons,
    exponentials,
    parts,
    products,
    quantiles,
    reductions,
    shaping,
    statistics,
    trigonometry,
)
_METHODS: tuple[str, ...] = (
    "sum",
    "mean",
    "prod",
    "max",
    "min",
    "std",
    "var",
    "all",
    "any",
    "argmax",
    "argmin",
    "argsort",
    "cumsum",
)
_METHODS += ("cumprod", "squeeze", "swapaxes", "ravel", "repeat", "dot", "diagonal", "trace", "reshape", "transpose")

# NumPy's names for arguments that `keras.ops` calls otherwise.
_RENAMED = {"a": "x", "m": "x", "ary": "x", "arr": "x", "v": "x", "arrays": "xs", "tup": "xs", "reps": "repeats"}
_RENAMED |= {"a_min": "x_min", "a_max": "x_max", "min": "x_min", "max": "x_max", "obj": "x"}


def _like_numpy(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """An operation with NumPy's names of arguments; what it does not take is an error where a tape follows."""

    def call(*args: Any, **kwargs: Any) -> Any:
        given = {_RENAMED.get(key, key): value for key, value in kwargs.items() if value is not np._NoValue}
        try:
            return function(*args, **given)
        except TypeError as error:
            raise TypeError(
                f"np.{name}: a GradientTape follows an argument, so that keras.ops.{name} computes it: {error}"
            ) from None

    return call


def register() -> None:
    """Fill the tables that operators and NumPy functions of tensors look into."""
    OPERATORS.update(_OF_PYTHON)
    for module in _FAMILIES:
        for name, function in vars(module).items():
            theirs = getattr(np, name, None)
            if not callable(function) or theirs is None or not hasattr(function, "symbolic_outputs"):
                continue
            if isinstance(theirs, np.ufunc):
                UFUNCS[theirs] = function
            else:
                FUNCTIONS[theirs] = _like_numpy(name, function)
            if name in _METHODS:
                OPERATORS[name] = function
    OPERATORS.update(stack=joining.stack, take=selection.take, initializer=initializers.get)
    for name in ("concatenate", "stack", "hstack", "vstack", "dstack", "append", "meshgrid"):
        FUNCTIONS[getattr(np, name)] = _like_numpy(name, getattr(joining, name))
    for name in ("where", "take", "take_along_axis", "select", "nonzero"):
        FUNCTIONS[getattr(np, name)] = _like_numpy(name, getattr(selection, name))
    for name in ("zeros_like", "ones_like", "full_like"):
        FUNCTIONS[getattr(np, name)] = _like_numpy(name, getattr(creation, name))
    for name in ("inv", "det", "solve", "cholesky", "eigh", "slogdet"):
        FUNCTIONS[getattr(np.linalg, name)] = _like_numpy(f"linalg.{name}", getattr(linalg, name))
    FUNCTIONS[np.split] = _like_numpy("split", joining.split)
    FUNCTIONS[np.einsum] = products.einsum
    FUNCTIONS[np.round] = FUNCTIONS[np.around] = _like_numpy("round", rounding.round)
    FUNCTIONS[np.copy] = core.copy
    FUNCTIONS[np.shape], FUNCTIONS[np.ndim], FUNCTIONS[np.size] = core.shape, core.ndim, core.size
