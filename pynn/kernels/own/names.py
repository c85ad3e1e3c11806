"""What the names that a function uses stand for while it is followed: `math`, NumPy's functions, other functions."""

from __future__ import annotations

import builtins
import contextlib
import functools
import math
import types
from collections.abc import Callable, Mapping
from typing import Any

from pynn.kernels.own.expressions import BY_NUMPY, Expression, apply, compare, logical, number, power, select

Function = Callable[..., Any]
_PYNN = __file__.rpartition("kernels")[0]


def _unary(name: str) -> Function:
    return lambda x: apply(name, x)


def _log(x: Any, base: Any = None) -> Any:
    return apply("log", x) if base is None else apply("log", x) / apply("log", base)


def _clip(x: Any, low: Any = None, high: Any = None, **more: Any) -> Any:
    low, high = more.pop("min", low), more.pop("max", high)
    x = x if low is None else apply("max", x, low)
    return x if high is None else apply("min", x, high)


def _extreme(name: str, plain: Function) -> Function:
    """Python's min or max."""

    def among(*given: Any, **options: Any) -> Any:
        values = list(given[0] if len(given) == 1 else given)
        if options or not any(isinstance(v, Expression) for v in values):
            return plain(values, **options)
        return functools.reduce(functools.partial(apply, name), values)

    return among


def _sign(x: Any) -> Any:
    return select(compare("lt", 0, x), 1, select(compare("lt", x, 0), -1, x))


def _sized(x: Any, sign: Any) -> Any:
    """|x| with a sign; -0.0 counts as 0.0."""
    size = apply("abs", x)
    return select(compare("lt", sign, 0), -size, size)


_SAME = "exp expm1 log1p sqrt sin cos tanh sinh cosh asin acos atan asinh acosh atanh erf erfc floor ceil trunc".split()
# The functions of math by their names.
MATH: dict[str, Function] = {name: _unary(name) for name in _SAME}
MATH |= {
    "log": _log,
    "log2": lambda x: apply("log", x) * (1 / math.log(2)),
    "log10": lambda x: apply("log", x) * (1 / math.log(10)),
    "exp2": lambda x: apply("exp", number(x) * math.log(2)),
    "tan": lambda x: apply("sin", x) / apply("cos", x),
    "atan2": lambda y, x: apply("atan2", y, x),
    "fabs": _unary("abs"),
    "pow": lambda x, y: power(number(x), number(y)),
    "hypot": lambda *xs: apply("sqrt", sum(number(x) * x for x in xs)),
    "fmod": lambda x, y: number(x) - apply("trunc", number(x) / y) * y,
    "copysign": _sized,
    "isnan": lambda x: compare("ne", x, x),
    "isinf": lambda x: compare("eq", apply("abs", x), math.inf),
    "isfinite": lambda x: compare("lt", apply("abs", x), math.inf),
    "radians": lambda x: number(x) * (math.pi / 180),
    "degrees": lambda x: number(x) * (180 / math.pi),
}
# NumPy's ufuncs, and SciPy's expit, erf and erfc, by theirs.
_UFUNCS: dict[str, Function] = MATH | {
    **{f"arc{name[1:]}": MATH[name] for name in ("asin", "acos", "atan", "asinh", "acosh", "atanh", "atan2")},
    "power": MATH["pow"],
    "float_power": MATH["pow"],
    "add": lambda a, b: apply("add", a, b),
    "subtract": lambda a, b: apply("sub", a, b),
    "multiply": lambda a, b: apply("mul", a, b),
    "divide": lambda a, b: apply("div", a, b),
    "floor_divide": lambda a, b: number(a) // b,
    "remainder": lambda a, b: number(a) % b,
    "negative": _unary("neg"),
    "positive": number,
    "absolute": _unary("abs"),
    "square": lambda x: number(x) * x,
    "reciprocal": lambda x: 1 / number(x),
    "rint": _unary("rint"),
    "sign": _sign,
    "heaviside": lambda x, at: select(compare("eq", x, 0), at, select(compare("lt", x, 0), 0, 1)),
    "maximum": lambda a, b: apply("max", a, b),
    "minimum": lambda a, b: apply("min", a, b),
    "greater": lambda a, b: compare("lt", b, a),
    "greater_equal": lambda a, b: compare("le", b, a),
    "less": lambda a, b: compare("lt", a, b),
    "less_equal": lambda a, b: compare("le", a, b),
    "equal": lambda a, b: compare("eq", a, b),
    "not_equal": lambda a, b: compare("ne", a, b),
    **{f"{kind}_{name}": functools.partial(logical, name) for kind in ("logical", "bitwise") for name in ("and", "or")},
    "logical_not": functools.partial(logical, "not"),
    "invert": functools.partial(logical, "not"),
    "logaddexp": lambda a, b: apply("max", a, b) + apply("log1p", apply("exp", -apply("abs", number(a) - b))),
    "expit": lambda x: 1 / (1 + apply("exp", -number(x))),
}
_FUNCTIONS: dict[str, Function] = {"where": select, "clip": _clip, "round": lambda x, *n: round(x, *n)}
_BUILTINS: dict[str, Function] = {
    "min": _extreme("min", min),
    "max": _extreme("max", max),
    "float": lambda x=0.0: number(x) if isinstance(x, Expression) else float(x),
    "pow": lambda x, y: x**y,
}


def _by_ufunc(ufunc: Any, method: str, inputs: Any, kwargs: Mapping[str, Any]) -> Any:
    """What one of NumPy's ufuncs makes of expressions.

    Raises
    ------
    TypeError
        If it cannot be followed.
    """
    found = _UFUNCS.get(ufunc.__name__)
    if kwargs:
        raise TypeError(f"np.{ufunc.__name__} is followed without {', '.join(kwargs)}=")
    if found is None or method != "__call__":
        raise TypeError(f"np.{ufunc.__name__} cannot be followed; of NumPy can {', '.join(sorted(_UFUNCS))}")
    return found(*inputs)


def _by_function(function: Any, args: Any, kwargs: Any) -> Any:
    """What another function of NumPy makes of them.

    Raises
    ------
    TypeError
        If it cannot be followed.
    """
    found = _FUNCTIONS.get(function.__name__)
    if found is None:
        raise TypeError(f"np.{function.__name__} cannot be followed; of NumPy can np.where, np.clip and ufuncs")
    return found(*args, **kwargs)


BY_NUMPY.update(ufunc=_by_ufunc, function=_by_function)


def _either(name: str, plain: Function) -> Function:
    """A function of math that computes numbers as ever."""

    def called(*args: Any) -> Any:
        if not any(isinstance(a, Expression) for a in args):
            return plain(*args)
        if name not in MATH:
            raise TypeError(f"math.{name} cannot be followed; of math can {', '.join(sorted(MATH))}")
        return MATH[name](*args)

    return called


_OF_MATH = {id(f): _either(name, f) for name, f in vars(math).items() if callable(f)}
_MATH = types.SimpleNamespace(**{name: _OF_MATH.get(id(value), value) for name, value in vars(math).items()})


def followed(function: types.FunctionType, seen: dict[int, Any] | None = None) -> Function:
    """The same function, in which the names of `math` and of other Python functions stand for those that follow."""
    seen = {} if seen is None else seen
    if id(function) in seen:
        return seen[id(function)]  # type: ignore[no-any-return]
    names: dict[str, Any] = {"__builtins__": vars(builtins) | _BUILTINS | {"__import__": _import}}
    cells = tuple(types.CellType() for _ in function.__closure__ or ())
    copy = types.FunctionType(function.__code__, names, function.__name__, function.__defaults__, cells)
    copy.__kwdefaults__ = function.__kwdefaults__
    seen[id(function)] = copy
    for name in _names(function.__code__):
        if name in function.__globals__:
            names[name] = stand_in(function.__globals__[name], seen)
    for cell, original in zip(cells, function.__closure__ or (), strict=True):
        with contextlib.suppress(ValueError):  # a variable that is not there yet
            cell.cell_contents = stand_in(original.cell_contents, seen)
    return copy


def _names(code: types.CodeType) -> set[str]:
    """The names that code uses, functions inside it too."""
    inner = (_names(c) for c in code.co_consts if isinstance(c, types.CodeType))
    return set(code.co_names).union(*inner)


def stand_in(value: Any, seen: dict[int, Any]) -> Any:
    """What a name stands for while a function is followed: most values for themselves."""
    if value is math:
        return _MATH
    if isinstance(value, types.BuiltinFunctionType):
        return _OF_MATH.get(id(value), value)
    if isinstance(value, types.MethodType):
        return types.MethodType(stand_in(value.__func__, seen), value.__self__)
    value = getattr(value, "py_func", value)  # a function compiled by numba
    if not isinstance(value, types.FunctionType):
        return value
    return followed(value, seen) if _is_users(value) else value


def _is_users(function: types.FunctionType) -> bool:
    """Whether to look into it: not into the functions of libraries, and of this one, which know what to do."""
    library = (function.__module__ or "").partition(".")[0] in ("numpy", "scipy", "keras")
    return not (library or hasattr(function, "own") or function.__code__.co_filename.startswith(_PYNN))


def _import(name: str, *args: Any) -> Any:
    """The import statement, inside a function."""
    return _MATH if name == "math" else builtins.__import__(name, *args)
