"""Derivatives by dual numbers: every operation carries its value and its slope along.

Source: Wengert 1964, "A simple automatic derivative evaluation program".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from pynn.kernels.own.evaluation import ordered
from pynn.kernels.own.expressions import CONDITIONS, Expression, apply, compare, constant, select

# f(u) = y: the slope by u.
_RULES: dict[str, Callable[[Any, Any], Any]] = {
    "neg": lambda u, y: constant(-1),
    "abs": lambda u, y: select(compare("lt", 0, u), 1, select(compare("lt", u, 0), -1, 0)),
    "exp": lambda u, y: y,
    "expm1": lambda u, y: y + 1,
    "log": lambda u, y: 1 / u,
    "log1p": lambda u, y: 1 / (1 + u),
    "sqrt": lambda u, y: 0.5 / y,
    "sin": lambda u, y: apply("cos", u),
    "cos": lambda u, y: -apply("sin", u),
    "tanh": lambda u, y: 1 - y * y,
    "sinh": lambda u, y: apply("cosh", u),
    "cosh": lambda u, y: apply("sinh", u),
    "asin": lambda u, y: 1 / apply("sqrt", 1 - u * u),
    "acos": lambda u, y: -1 / apply("sqrt", 1 - u * u),
    "atan": lambda u, y: 1 / (1 + u * u),
    "asinh": lambda u, y: 1 / apply("sqrt", u * u + 1),
    "acosh": lambda u, y: 1 / apply("sqrt", u * u - 1),
    "atanh": lambda u, y: 1 / (1 - u * u),
    "erf": lambda u, y: 2 / math.sqrt(math.pi) * apply("exp", -u * u),
    "erfc": lambda u, y: -2 / math.sqrt(math.pi) * apply("exp", -u * u),
    **dict.fromkeys(("floor", "ceil", "trunc", "rint"), lambda u, y: constant(0)),
}


def _quotient(u: Expression, v: Expression, y: Expression, du: Any, dv: Any) -> Any:
    """(u' - y v') / v.  What is divided by an overflow is 0, and so is its slope: else ∞/∞ would spoil that of
    x / (1 + e^-x) from x = -89 on in float32, where the slope is below the smallest number."""
    if dv.value == 0:
        return du / v
    return select(compare("eq", apply("abs", v), math.inf), 0, (du - y * dv) / v)


def _power(u: Expression, v: Expression, y: Expression, du: Any, dv: Any) -> Any:
    """v u^(v-1) u' + y ln(u) v'."""
    by_base = constant(0) if du.value == 0 else v * apply("pow", u, v - 1) * du
    return by_base if dv.value == 0 else by_base + y * apply("log", u) * dv


def _slope(e: Expression, slopes: dict[int, Any]) -> Any:
    d = [slopes[id(a)] for a in e.args]
    if e.name == "select":
        return select(e.args[0], d[1], d[2])
    if all(s.value == 0 for s in d):
        return constant(0)
    if e.name in ("add", "sub"):
        return apply(e.name, d[0], d[1])
    if len(d) == 1:
        return _RULES[e.name](e.args[0], e) * d[0]
    u, v = e.args
    if e.name == "mul":
        return d[0] * v + u * d[1]
    if e.name == "div":
        return _quotient(u, v, e, d[0], d[1])
    if e.name in ("max", "min"):  # of equal ones the mean of both slopes, as in JAX
        first = compare("lt", *((v, u) if e.name == "max" else (u, v)))
        return select(compare("eq", u, v), (d[0] + d[1]) / 2, select(first, d[0], d[1]))
    if e.name == "atan2":
        return (d[0] * v - u * d[1]) / (u * u + v * v)
    return _power(u, v, e, d[0], d[1])


def slope(value: Expression, by: str) -> Expression:
    """The derivative of an expression by one of its inputs.

    At the corner of abs, max and min it is the mean of both sides, elsewhere that of the branch that is taken.
    """
    slopes: dict[int, Any] = {}
    for e in ordered(value):
        if e.name in CONDITIONS or not e.args:
            slopes[id(e)] = constant(1 if e.name == by else 0)
        else:
            slopes[id(e)] = _slope(e, slopes)
    found: Expression = slopes[id(value)]
    return found
