"""The quick way into kernels of the compiled core, for arrays that need nothing: no copy, no conversion, no message.

A public function asks the door of its op first.  Where that answers None, `operands` brings the arrays into form or
says what is wrong with them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pynn import _core
from pynn.kernels.contract import _MOST_PARTS, _WORTH_SHARING, COST_OF_AN_ELEMENT, OPS, Op
from pynn.kernels.tables import REALS, table

Enter = Callable[..., Any]
_ROLES = {"in": 0, "inout": 1, "out": 2}


def _closed(*_: Any) -> None:
    """The door of a table whose kernels check in Python."""


class Doors(dict[tuple[str, str], Enter]):
    """``[backend, op name]``: see `_core.Door.enter`."""

    def __missing__(self, key: tuple[str, str]) -> Enter:
        backend, name = key
        forms = ("matmul_nn", "matmul_tn", "matmul_nt") if name == "matmul_nn" else (name,)
        kernels = [table(backend)[form, real] for form in forms for real in REALS] if name in OPS else []
        lettered = name in OPS and all(isinstance(d, str) for operand in OPS[name].operands for d in operand.dims)
        plain = lettered and all(isinstance(kernel, _core.Kernel) for kernel in kernels)
        self[key] = _door(OPS[name], kernels).enter if plain else _closed
        return self[key]


def _door(op: Op, kernels: list[Any]) -> _core.Door:
    operands = []
    for operand in op.operands:
        letters = tuple(op.dims.index(str(letter)) for letter in operand.dims)
        # Leading axes are rows.
        operands.append((_ROLES[operand.role], letters, letters[0] == 0, operand.dtype is not None))
    cut = -1 if op.cut is None else op.dims.index(op.cut)
    sharing = cut, op.flops is not None, COST_OF_AN_ELEMENT, _WORTH_SHARING, _MOST_PARTS
    return _core.Door(kernels, operands, sharing, (np.ndarray, np.empty, *map(np.dtype, REALS)))


doors = Doors()
