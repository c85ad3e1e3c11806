"""Kernels that compute each element from those at its place, made from the formula of one element (kernels/scalar)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from pynn.kernels.contract import OPS, Op
from pynn.kernels.numba.words import reals, scalars

Kernel = Callable[[Any, Any, Any, int, int], None]


def one_input(f: Any, numbers: Any) -> Kernel:
    """x(n,k) -> y(n,k)."""

    def plain(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
        x, y = reals(p[0], lo * d[1]), reals(p[1], lo * d[1])
        for i in range((hi - lo) * d[1]):
            y[i] = f(x[i])

    def with_scalars(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
        x, y = reals(p[0], lo * d[1]), reals(p[1], lo * d[1])
        a = numbers(s)
        for i in range((hi - lo) * d[1]):
            y[i] = f(x[i], *a)

    return with_scalars if numbers else plain


def two_inputs(f: Any, numbers: Any) -> Kernel:
    """x(n,k), dy(n,k) -> dx(n,k); or y, as the derivative has it."""

    def plain(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
        x, dy, dx = reals(p[0], lo * d[1]), reals(p[1], lo * d[1]), reals(p[2], lo * d[1])
        for i in range((hi - lo) * d[1]):
            dx[i] = f(x[i], dy[i])

    def with_scalars(p: Any, d: Any, s: Any, lo: int, hi: int) -> None:
        x, dy, dx = reals(p[0], lo * d[1]), reals(p[1], lo * d[1]), reals(p[2], lo * d[1])
        a = numbers(s)
        for i in range((hi - lo) * d[1]):
            dx[i] = f(x[i], dy[i], *a)

    return with_scalars if numbers else plain


def _shaped(op: Op) -> bool:
    return all(operand.dims == ("n", "k") and operand.dtype is None for operand in op.operands)


def numbers_of(op: Op) -> Any:
    """What takes the op's scalars out of s; None if it has none."""
    return scalars(len(op.scalars)) if op.scalars else None


def element_wise(family: ModuleType) -> Iterable[tuple[str, Kernel]]:
    """Name and kernel of each formula of a family that is that of an op."""
    for name, formula in vars(family).items():
        if name in OPS and _shaped(OPS[name]) and getattr(formula, "__module__", "") == family.__name__:
            form = {1: one_input, 2: two_inputs}[len(OPS[name].inputs)]
            yield name, form(formula, numbers_of(OPS[name]))
