"""From expressions to plain Python functions of single numbers, such as kernels/scalar holds, for every compiler."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from pynn.kernels.own import elementary
from pynn.kernels.own.evaluation import ordered
from pynn.kernels.own.expressions import Expression

_SIGNS = {
    "add": "{} + {}", "sub": "{} - {}", "mul": "{} * {}", "div": "{} / {}", "neg": "-{}", "lt": "{} < {}",
    "le": "{} <= {}", "eq": "{} == {}", "ne": "{} != {}", "and": "{} and {}", "or": "{} or {}", "not": "not {}",
}  # fmt: skip
_OF_MATH = "exp expm1 log sqrt sin cos tanh asin acos atan asinh acosh atanh atan2 erf erfc pow".split()
_OWN = ("log1p", "sinh", "cosh", "rint", "floor", "ceil", "trunc", "max", "min")
_ELSEWISE = {"max": "larger", "min": "smaller"}
_NAMES: dict[str, Any] = {name: getattr(math, name) for name in _OF_MATH} | {"INFINITY": math.inf, "NAN": math.nan}
_NAMES |= {name: getattr(elementary, _ELSEWISE.get(name, name)) for name in _OWN}


def _number(value: float) -> str:
    if math.isnan(value):
        return "NAN"
    return repr(value) if math.isfinite(value) else f"{'-' * (value < 0)}INFINITY"


def _line(e: Expression, names: dict[int, str]) -> str:
    args = [names[id(a)] for a in e.args]
    if e.name == "select":
        return f"{args[1]} if {args[0]} else {args[2]}"
    if e.name in _SIGNS:
        return _SIGNS[e.name].format(*args)
    return f"{e.name}({', '.join(args)})"


def source(name: str, root: Expression, inputs: Sequence[str]) -> str:
    """The text of a function that computes an expression, an operation a line."""
    names: dict[int, str] = {}
    lines: list[str] = []
    for e in ordered(root):
        if e.value is not None:
            names[id(e)] = f"({_number(e.value)})"
        elif not e.args:
            names[id(e)] = e.name
        else:
            names[id(e)] = f"t{len(lines)}"
            lines.append(f"    t{len(lines)} = {_line(e, names)}")
    return "\n".join([f"def {name}({', '.join(inputs)}):", *lines, f"    return {names[id(root)]}", ""])


def function(text: str) -> Callable[..., float]:
    """The function that a text of `source` defines; it computes in double when it is called as it is."""
    space = dict(_NAMES)
    exec(text, space)
    return space[text[4 : text.index("(")]]  # type: ignore[no-any-return]
