"""Expressions: what a function does with its inputs, as a graph of operations on single numbers.

An expression behaves as a number in Python code: operators, comparisons, `math` (by `names.py`) and NumPy's functions
make further expressions.  Equal expressions are one object, so that nothing is computed twice.
"""

from __future__ import annotations

import contextlib
import math
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

# A condition is an expression of one of these.
CONDITIONS = frozenset(("lt", "le", "eq", "ne", "and", "or", "not"))
NUMPY: dict[str, Callable[..., Any]] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.true_divide, "neg": np.negative, "pow": np.power,
    "lt": np.less, "le": np.less_equal, "eq": np.equal, "ne": np.not_equal, "select": np.where,
    "and": np.logical_and, "or": np.logical_or, "not": np.logical_not, "max": np.maximum, "min": np.minimum,
    "exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos,
    "tanh": np.tanh, "sinh": np.sinh, "cosh": np.cosh, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
    "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh, "atan2": np.arctan2,
    "floor": np.floor, "ceil": np.ceil, "trunc": np.trunc, "rint": np.rint, "abs": np.abs,
    "erf": lambda x: _by_element(math.erf, x), "erfc": lambda x: _by_element(math.erfc, x),
}  # fmt: skip
# What NumPy's functions make of expressions: `names` puts it here.
BY_NUMPY: dict[str, Callable[..., Any]] = {}
_known: weakref.WeakValueDictionary[tuple[Any, ...], Expression] = weakref.WeakValueDictionary()


def _by_element(function: Callable[[float], float], x: Any) -> Any:
    """Of an array, in double: NumPy has no error function."""
    x = np.asarray(x)
    return np.asarray(np.frompyfunc(function, 1, 1)(x.astype(np.float64)), np.float64).astype(x.dtype)


class Undecided(BaseException):
    """A function asks whether a condition holds, and this path through it has not said."""

    def __init__(self, condition: Expression) -> None:
        self.condition = condition


class _Path(threading.local):
    """What the conditions met so far are taken to be, while a function is followed; None: nobody follows one."""

    decided: dict[int, bool] | None = None


_path = _Path()


@contextlib.contextmanager
def taking(decided: dict[int, bool]) -> Iterator[None]:
    """Conditions are inside what `decided` says by their ids; others raise `Undecided`."""
    before, _path.decided = _path.decided, decided
    try:
        yield
    finally:
        _path.decided = before


def _both_ways(name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """An operator's methods, for the expression on its left and on its right."""
    return lambda a, b: _operated(name, a, b), lambda a, b: _operated(name, b, a)


def _alone(name: str) -> Callable[[Any], Any]:
    """A function's method."""
    return lambda a: apply(name, a)


class Expression:
    """An operation, `name`, on expressions; an input ("x", …), or a constant with its `value`."""

    __slots__ = ("__weakref__", "args", "name", "value")
    args: tuple[Expression, ...]
    name: str
    value: float | None

    def __bool__(self) -> bool:
        if self.value is not None:
            return bool(self.value)
        condition = self if self.name in CONDITIONS else compare("ne", self, 0)
        if _path.decided is None:
            raise TypeError("an expression is true or false only while its function is followed")
        if (known := _path.decided.get(id(condition))) is None:
            raise Undecided(condition)
        return known

    __add__, __radd__ = _both_ways("add")
    __sub__, __rsub__ = _both_ways("sub")
    __mul__, __rmul__ = _both_ways("mul")
    __truediv__, __rtruediv__ = _both_ways("div")
    __neg__, __abs__, __floor__, __ceil__, __trunc__ = map(_alone, ("neg", "abs", "floor", "ceil", "trunc"))

    def __pow__(self, other: Any) -> Any:
        return power(self, number(other)) if is_number(other) else NotImplemented

    def __rpow__(self, other: Any) -> Any:
        return power(number(other), self) if is_number(other) else NotImplemented

    def __floordiv__(self, other: Any) -> Any:
        return apply("floor", self / other)

    def __rfloordiv__(self, other: Any) -> Any:
        return apply("floor", other / self)

    def __mod__(self, other: Any) -> Any:
        return self - (self // other) * other

    def __rmod__(self, other: Any) -> Any:
        return other - (other // self) * self

    def __pos__(self) -> Any:
        return self

    def __round__(self, digits: int = 0) -> Any:
        return apply("rint", self * 10**digits) / 10**digits if digits else apply("rint", self)

    def __lt__(self, other: Any) -> Any:
        return compare("lt", self, other)

    def __le__(self, other: Any) -> Any:
        return compare("le", self, other)

    def __gt__(self, other: Any) -> Any:
        return compare("lt", other, self)

    def __ge__(self, other: Any) -> Any:
        return compare("le", other, self)

    def __eq__(self, other: object) -> Any:
        return compare("eq", self, other)

    def __ne__(self, other: object) -> Any:
        return compare("ne", self, other)

    __hash__ = object.__hash__

    def __and__(self, other: Any) -> Any:
        return logical("and", self, other)

    def __or__(self, other: Any) -> Any:
        return logical("or", self, other)

    __rand__, __ror__ = __and__, __or__

    def __invert__(self) -> Any:
        return logical("not", self)

    def __float__(self) -> float:
        raise TypeError(
            "a function that pynn cannot look into wants its argument as a number; what can be followed are operators, "
            "comparisons, abs, min, max, round, the functions of math, and NumPy's, such as np.exp and np.where; not "
            "keras.ops, which are functions of arrays"
        )

    __int__ = __index__ = __complex__ = __float__

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__float__()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return BY_NUMPY["ufunc"](ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return BY_NUMPY["function"](function, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"it is a function of single numbers, which have no attribute {name!r}")

    def __getitem__(self, *index: Any) -> Any:
        raise TypeError("it is a function of single numbers, which have no elements [...]; choose with if, or np.where")

    __setitem__ = __getitem__

    def __repr__(self) -> str:
        if self.value is not None:
            return f"{self.value:.17g}"
        return f"{self.name}({', '.join(map(repr, self.args))})" if self.args else self.name


def node(name: str, *args: Expression, value: float | None = None) -> Expression:
    """The expression of that operation: the same object every time."""
    key = (name, *map(id, args)) if value is None else (name, value.hex())
    if (found := _known.get(key)) is None:
        found = Expression.__new__(Expression)
        found.name, found.args, found.value = name, args, value
        _known[key] = found
    return found


def is_number(x: Any) -> bool:
    """Whether x can be an operand."""
    return isinstance(x, Expression | int | float | np.number | np.bool_) or (isinstance(x, np.ndarray) and not x.ndim)


def constant(value: Any) -> Expression:
    """A number as an expression."""
    return node("constant", value=float(value))


def number(x: Any) -> Expression:
    """An operand as an expression; of a condition 1 or 0.

    Raises
    ------
    TypeError
        If it is no real number.
    """
    if isinstance(x, Expression):
        return select(x, constant(1), constant(0)) if x.name in CONDITIONS else x
    if not is_number(x) or isinstance(x, np.complexfloating):
        raise TypeError(f"{type(x).__name__} {x!r} is no real number")
    return constant(x)


def _operated(name: str, a: Any, b: Any) -> Any:
    return apply(name, number(a), number(b)) if is_number(a) and is_number(b) else NotImplemented


def apply(name: str, *given: Any) -> Expression:
    """The expression of an operation on numbers, simplified where an operand is a constant."""
    args = tuple(number(a) for a in given)
    values = [a.value for a in args]
    if None not in values:
        with np.errstate(all="ignore"):
            return constant(NUMPY[name](*(np.float64(v) for v in values)))
    short = _shorter(name, args, values)
    return node(name, *args) if short is None else short


def _shorter(name: str, args: tuple[Expression, ...], values: Sequence[float | None]) -> Expression | None:
    """What an operation with 0 or 1, or twice the same, comes to; as in a derivative, 0 · x is 0 for every x."""
    if name == "neg" and args[0].name == "neg":
        return args[0].args[0]
    if len(args) < 2:
        return None
    (a, b), (u, v) = args, values
    if name in ("add", "sub") and v == 0:
        return a
    if name in ("add", "sub") and u == 0:
        return b if name == "add" else apply("neg", b)
    if name in ("mul", "div") and v in (1, -1):
        return a if v == 1 else apply("neg", a)
    if name == "mul" and u in (1, -1):
        return b if u == 1 else apply("neg", b)
    if (name == "mul" and (u == 0 or v == 0)) or (name == "div" and u == 0):
        return constant(0)
    return None


def compare(name: str, a: Any, b: Any) -> Any:
    """The condition a < b, a <= b, …"""
    if not (is_number(a) and is_number(b)):
        return NotImplemented
    a, b = number(a), number(b)
    return node(name, a, b) if a.value is None or b.value is None else constant(NUMPY[name](a.value, b.value))


def logical(name: str, *given: Any) -> Expression:
    """A condition made of conditions."""
    conditions = [c if isinstance(c, Expression) and c.name in CONDITIONS else compare("ne", c, 0) for c in given]
    return node(name, *conditions)


def select(condition: Any, x: Any, y: Any) -> Expression:
    """x where the condition holds, y elsewhere; both are computed."""
    a, b = number(x), number(y)
    if not isinstance(condition, Expression) or condition.value is not None:
        return a if condition else b
    condition = condition if condition.name in CONDITIONS else compare("ne", condition, 0)
    return a if a is b else node("select", condition, a, b)


_MOST_FACTORS = 16


def power(base: Expression, exponent: Expression) -> Expression:
    """base ** exponent, of products where the exponent is a small whole number."""
    if exponent.value == 0.5:
        return apply("sqrt", base)
    if exponent.value is None or base.value is not None or exponent.value % 1 or abs(exponent.value) > _MOST_FACTORS:
        return apply("pow", base, exponent)
    times, made, square = int(abs(exponent.value)), constant(1), base
    while times:
        made = apply("mul", made, square) if times & 1 else made
        square, times = apply("mul", square, square), times >> 1
    return apply("div", 1, made) if exponent.value < 0 else made
