"""From a plain Python function to an expression: it is run on expressions, once for each way through its branches."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pynn.kernels.own import names
from pynn.kernels.own.evaluation import ordered
from pynn.kernels.own.expressions import CONDITIONS, Expression, Undecided, is_number, node, number, select, taking

# Decisions on one way, and ways in all: a loop that runs until x says so has no end here.
_MOST_DECISIONS, _MOST_RUNS = 48, 256
_MOST_OPERATIONS = 3000


class _Follower:
    """A function, and the name that errors call it."""

    def __init__(self, title: str, function: Callable[..., Any], inputs: Sequence[Expression]) -> None:
        self.title, self.function, self.inputs, self.runs = title, function, inputs, 0

    def ways(self, decided: dict[int, bool], kept: tuple[Expression, ...] = ()) -> Expression:
        """The expression of all ways that begin with these decisions; `kept` holds the conditions."""
        self.runs += 1
        if len(decided) > _MOST_DECISIONS or self.runs > _MOST_RUNS:
            raise ValueError(
                f"{self.title} decides too often: more than {_MOST_DECISIONS} conditions on one way through it, or "
                f"{_MOST_RUNS} ways in all. A loop that ends when a number is small enough needs a fixed count "
                "instead: for _ in range(20)"
            )
        try:
            with taking(decided):
                return self._checked(self.function(*self.inputs))
        except Undecided as met:
            condition = met.condition
        except (TypeError, AttributeError, ValueError, ZeroDivisionError, RecursionError) as error:
            if isinstance(error, ValueError) and str(error).startswith(self.title):
                raise
            raise TypeError(f"{self.title} cannot be compiled: {error}") from error
        yes, no = ({**decided, id(condition): holds} for holds in (True, False))
        return select(condition, self.ways(yes, (*kept, condition)), self.ways(no, (*kept, condition)))

    def _checked(self, result: Any) -> Expression:
        if not is_number(result) or isinstance(result, bool | np.bool_ | np.complexfloating):
            hint = " Does it lack a return?" if result is None else ""
            raise ValueError(f"{self.title} must return a number, got {type(result).__name__} {result!r}.{hint}")
        if isinstance(result, Expression) and result.name in CONDITIONS:
            raise ValueError(f"{self.title} must return a number, got a truth value: write 1.0 if ... else 0.0")
        return number(result)


def follow(title: str, function: Any, inputs: Sequence[str]) -> Expression:
    """What a function of single numbers computes.

    Parameters
    ----------
    title : str
        What errors call it.
    function : function
    inputs : sequence of str
        Names of the expression's inputs, one for each argument.

    Raises
    ------
    TypeError
        If it is no function, takes another number of arguments, or does what cannot be followed.
    ValueError
        If it returns no number, or has no end.
    """
    if not isinstance(function, types.FunctionType | types.MethodType):
        raise TypeError(f"{title} must be a Python function (def or lambda), got {type(function).__name__}")
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        raise TypeError(f"{title} must be an ordinary function: one that returns a number")
    signature = inspect.signature(function)
    try:
        signature.bind(*inputs)
    except TypeError as error:
        what = f"{len(inputs)} argument{'s' * (len(inputs) > 1)} ({', '.join(inputs)})"
        raise TypeError(f"{title} must take {what}; others need defaults. Its signature is {signature}") from error
    found = _Follower(title, names.stand_in(function, {}), [node(name) for name in inputs]).ways({})
    if (size := len(ordered(found))) > _MOST_OPERATIONS:
        raise ValueError(f"{title} comes to {size} operations on a number; at most {_MOST_OPERATIONS} can be compiled")
    return found
