"""Plain Python functions for one element type: their constants, and the functions they call.

In ``x * 0.5`` a compiler that promotes types as NumPy's arrays do takes 0.5 for a double, and with it all that follows.
A function for float32 is therefore the same code with constants that are float32.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from types import CellType, FunctionType
from typing import Any, NamedTuple

import numpy as np

Function = Callable[..., Any]


class ByType(NamedTuple):
    """See `by_type`."""

    single: Any
    double: Any


def by_type(single: Any, double: Any) -> Any:
    """A constant or a function that is one thing for float32 and another for float64."""
    return ByType(single, double)


class Target(NamedTuple):
    """Who compiles, and for which element type.

    Attributes
    ----------
    real : type
        `numpy.float32` or `numpy.float64`: the type of float constants.
    compiled : callable
        Makes of a function one that compiled functions can call: ``numba.njit``, ``numba.cuda.jit(device=True)``.
    replaced : dict
        Functions and what stands for them here: ``{math.exp: an exponential that vectorises}``.  Other hashable values
        of names may stand here, too.
    made : dict
        Functions that were specialised before, with what they became.
    """

    real: type[np.floating[Any]]
    compiled: Callable[[FunctionType], Any]
    replaced: dict[Any, Any]
    made: dict[Any, Any]


def specialised(function: Function, target: Target) -> Any:
    """`function` compiled for a target, with all plain functions that it calls.

    Its float constants, those among its global and free variables too, become the target's; integers stay.  Modules
    and what `Target.replaced` does not name stay as they are: the compiler knows them or says that it does not.
    """
    if function not in target.made:
        target.made[function] = target.compiled(typed(function, target))
    return target.made[function]


def typed(function: Function, target: Target) -> FunctionType:
    """`function` with constants and callees of the target, to be compiled by the caller."""
    if not isinstance(function, FunctionType):
        raise TypeError(f"needs a function written in Python, got {function!r}")
    code = function.__code__
    known = {name: function.__globals__[name] for name in _names(code) if name in function.__globals__}
    cells = tuple(CellType(_value(cell.cell_contents, target)) for cell in function.__closure__ or ())
    names: dict[str, Any] = {name: _value(value, target) for name, value in known.items()}
    names |= {"__builtins__": builtins, "__name__": function.__module__}
    constants = tuple(_constant(value, target.real) for value in code.co_consts)
    made = FunctionType(code.replace(co_consts=constants), names, function.__name__, function.__defaults__, cells)
    made.__qualname__ = function.__qualname__
    return made


def _names(code: Any) -> set[str]:
    inner = (_names(constant) for constant in code.co_consts if isinstance(constant, type(code)))
    return set(code.co_names).union(*inner)


def _constant(value: Any, real: type[np.floating[Any]]) -> Any:
    if isinstance(value, tuple):
        return tuple(_constant(part, real) for part in value)
    return real(value) if type(value) is float else value


def _value(value: Any, target: Target) -> Any:
    if isinstance(value, ByType):
        value = value.single if target.real is np.float32 else value.double
    try:
        return target.replaced[value]
    except KeyError:
        pass
    except TypeError:  # has no hash
        return value
    if isinstance(value, FunctionType):
        return specialised(value, target)
    return _constant(value, target.real)
