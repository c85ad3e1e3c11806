"""Expressions in order, their values for arrays, and the same expressions of other inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from pynn.kernels.own.expressions import CONDITIONS, NUMPY, Expression, apply, compare, logical, node, number, select


def ordered(*roots: Expression) -> list[Expression]:
    """All that the roots are made of, and they, each after what it is made of."""
    found: dict[int, Expression] = {}
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        at, ready = stack.pop()
        if ready:
            found[id(at)] = at
        elif id(at) not in found:
            stack.append((at, True))
            stack.extend((a, False) for a in at.args)
    return list(found.values())


def substituted(root: Expression, **inputs: Any) -> Expression:
    """The same of other inputs."""
    values: dict[int, Expression] = {}
    for e in ordered(root):
        args = [values[id(a)] for a in e.args]
        if e.name == "select":
            values[id(e)] = select(*args)
        elif e.name in ("and", "or", "not"):
            values[id(e)] = logical(e.name, *args)
        elif e.name in CONDITIONS:
            values[id(e)] = compare(e.name, *args)
        else:
            values[id(e)] = apply(e.name, *args) if args else number(inputs.get(e.name, e))
    return values[id(root)]


def computed(root: Expression, functions: Callable[[str], Callable[..., Any]], inputs: Mapping[str, Any]) -> Any:
    """The value by functions of the operations' names; constants are plain numbers."""
    values: dict[int, Any] = {}
    for e in ordered(root):
        if e.value is not None or not e.args:
            values[id(e)] = inputs[e.name] if e.value is None else e.value
        else:
            values[id(e)] = functions(e.name)(*(values[id(a)] for a in e.args))
    return values[id(root)]


def evaluate(roots: Sequence[Expression], dtype: Any, **inputs: np.ndarray) -> list[np.ndarray]:
    """The values of expressions for arrays of the inputs, which have one shape and type."""
    real, values, like = np.dtype(dtype).type, dict[int, Any](), next(iter(inputs.values()))
    with np.errstate(all="ignore"):
        for e in ordered(*roots):
            if e.value is not None:
                values[id(e)] = real(e.value)
            elif e.args:
                values[id(e)] = NUMPY[e.name](*(values[id(a)] for a in e.args))
            else:
                values[id(e)] = inputs[e.name]
        return [np.broadcast_to(np.asarray(values[id(root)], real), like.shape) for root in roots]


Packed = tuple[list[tuple[str, tuple[int, ...], float | None]], list[int]]


def packed(roots: Sequence[Expression]) -> Packed:
    """Expressions as plain data: name, numbers of operands, value of each, and the numbers of the roots."""
    lines = ordered(*roots)
    numbers = {id(e): i for i, e in enumerate(lines)}
    return [(e.name, tuple(numbers[id(a)] for a in e.args), e.value) for e in lines], [numbers[id(e)] for e in roots]


def unpacked(data: Packed) -> list[Expression]:
    """The expressions that were packed."""
    lines, roots = data
    made: list[Expression] = []
    for name, args, value in lines:
        made.append(node(name, *(made[i] for i in args), value=value))
    return [made[i] for i in roots]
