"""Python's operators, for whatever computes through `keras.ops`: tensors and variables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pynn.graph import OPERATORS, KerasTensor

_OPERANDS = (np.ndarray, np.generic, int, float, complex, list, tuple, KerasTensor)


def _computes(other: Any) -> bool:
    """Whether the operator is ours; a DataFrame, say, knows better what it wants."""
    return isinstance(other, (*_OPERANDS, Operators))


def _unary(name: str) -> Callable[[Any], Any]:
    def operate(self: Any) -> Any:
        return OPERATORS[name](self)

    return operate


def _binary(name: str) -> Callable[[Any, Any], Any]:
    # With None, equality is Python's, for `if x == None`; what computes has to say what is wrong.
    equality = name in ("eq", "ne")

    def operate(self: Any, other: Any) -> Any:
        computes = _computes(other) or (other is None and not equality)
        return OPERATORS[name](self, other) if computes else NotImplemented

    return operate


def _swapped(name: str) -> Callable[[Any, Any], Any]:
    def operate(self: Any, other: Any) -> Any:
        return OPERATORS[name](other, self) if other is None or _computes(other) else NotImplemented

    return operate


class Operators:
    """Each operator makes a new tensor; `a += b` gives the name a to the sum and changes no values."""

    __slots__ = ()
    # Identity, as `==` compares the elements: a tensor or variable can be a key, and is found by what it is.
    __hash__ = object.__hash__

    __add__, __radd__, __iadd__ = _binary("add"), _swapped("add"), _binary("add")
    __sub__, __rsub__, __isub__ = _binary("sub"), _swapped("sub"), _binary("sub")
    __mul__, __rmul__, __imul__ = _binary("mul"), _swapped("mul"), _binary("mul")
    __truediv__, __rtruediv__, __itruediv__ = _binary("truediv"), _swapped("truediv"), _binary("truediv")
    __floordiv__, __rfloordiv__, __ifloordiv__ = _binary("floordiv"), _swapped("floordiv"), _binary("floordiv")
    __mod__, __rmod__, __imod__ = _binary("mod"), _swapped("mod"), _binary("mod")
    __pow__, __rpow__, __ipow__ = _binary("pow"), _swapped("pow"), _binary("pow")
    __matmul__, __rmatmul__, __imatmul__ = _binary("matmul"), _swapped("matmul"), _binary("matmul")
    __and__, __rand__, __iand__ = _binary("and"), _swapped("and"), _binary("and")
    __or__, __ror__, __ior__ = _binary("or"), _swapped("or"), _binary("or")
    __xor__, __rxor__, __ixor__ = _binary("xor"), _swapped("xor"), _binary("xor")
    __neg__, __abs__, __invert__ = _unary("neg"), _unary("abs"), _unary("invert")
    __lt__, __le__, __gt__, __ge__ = _binary("lt"), _binary("le"), _binary("gt"), _binary("ge")
    __eq__, __ne__ = _binary("eq"), _binary("ne")

    def __pos__(self) -> Any:
        return self

    def __round__(self, ndigits: int | None = None) -> Any:
        return OPERATORS["round"](self, ndigits or 0)

    def __getitem__(self, index: Any) -> Any:
        return OPERATORS["getitem"](self, index)
