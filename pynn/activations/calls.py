"""What every activation does with its argument, and which formula computes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from pynn import config
from pynn.activations.formula import Formula

Function = TypeVar("Function", bound=Callable[..., Any])
# Function → its formula, or what makes it from the arguments after x.
FORMULAS: dict[Callable[..., Any], Formula | Callable[..., Formula]] = {}


def computed_by(formula: Formula | Callable[..., Formula]) -> Callable[[Function], Function]:
    """Say which formula computes the function that follows, for those who lower it."""

    def register(function: Function) -> Function:
        FORMULAS[function] = formula
        return function

    return register


def call(formula: Formula, x: Any) -> np.ndarray:
    """The activation of whatever a user gives: arrays, numbers, lists."""
    found = np.asarray(x)
    if found.dtype not in (np.float32, np.float64):
        found = found.astype(config.floatx())
    return formula.apply(found)
