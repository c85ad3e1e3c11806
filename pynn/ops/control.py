"""Branches and loops: Python's own, as everything here runs at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.glossary import described
from pynn.ops.core import convert_to_tensor
from pynn.ops.joining import concatenate, stack
from pynn.ops.selection import get_item
from pynn.ops.shaping import expand_dims, moveaxis
from pynn.structures import flatten, map_structure, pack_as


@described
def cond(pred: Any, true_fn: Any, false_fn: Any) -> Any:
    """The result of one function or of the other.

    >>> cond(1 > 0, lambda: "yes", lambda: "no")
    'yes'
    """
    return true_fn() if bool(np.asarray(pred)) else false_fn()


@described
def switch(index: Any, branches: Any, *operands: Any) -> Any:
    """The result of the index-th function; the first or last if the index is out of range.

    >>> switch(1, [lambda x: x, lambda x: -x], 2.0)
    -2.0
    """
    return branches[min(max(int(np.asarray(index)), 0), len(branches) - 1)](*operands)


@described
def while_loop(cond: Any, body: Any, loop_vars: Any, maximum_iterations: int | None = None) -> Any:
    """Apply `body` to the variables of the loop as long as `cond` of them holds.

    >>> while_loop(lambda i: i < 3, lambda i: i + 1, 0)
    3
    """
    single = not isinstance(loop_vars, tuple | list)
    values, count = ((loop_vars,) if single else tuple(loop_vars)), 0
    while bool(np.asarray(cond(*values))) and (maximum_iterations is None or count < maximum_iterations):
        found = body(*values)
        values, count = (tuple(found) if isinstance(found, tuple | list) else (found,)), count + 1
    return values[0] if single else type(loop_vars)(values)


@described
def fori_loop(lower: int, upper: int, body_fun: Any, init_val: Any) -> Any:
    """value = body_fun(i, value) for i from lower to before upper.

    >>> fori_loop(0, 4, lambda i, total: total + i, 0)
    6
    """
    value = init_val
    for i in range(int(lower), int(upper)):
        value = body_fun(i, value)
    return value


def _parts(xs: Any, i: int) -> Any:
    return map_structure(lambda x: get_item(x, i), xs)


def _together(found: list[Any]) -> Any:
    """Structures of tensors as one structure of stacks."""
    columns = zip(*(flatten(part) for part in found), strict=True)
    return pack_as(found[0], [None if column[0] is None else stack(list(column)) for column in columns])


@described
def map(f: Any, xs: Any) -> Any:
    """f of each part along the first axis, stacked.

    >>> map(lambda x: x + 1, [1.0, 2.0])
    Tensor([2., 3.], dtype=float32)
    """
    xs = convert_to_tensor(xs) if _is_numbers(xs) else map_structure(convert_to_tensor, xs)
    return _together([f(_parts(xs, i)) for i in range(len(flatten(xs)[0]))])


def _is_numbers(xs: Any) -> bool:
    """Whether a list stands for one array, not for a structure of arrays."""
    return isinstance(xs, list) and not any(hasattr(x, "shape") for x in flatten(xs))


@described
def vectorized_map(function: Any, elements: Any) -> Any:
    """The same as `map`.

    >>> vectorized_map(lambda x: x + 1, [1.0, 2.0])
    Tensor([2., 3.], dtype=float32)
    """
    return map(function, elements)


@described
def scan(f: Any, init: Any, xs: Any = None, length: int | None = None, reverse: bool = False, unroll: Any = 1) -> Any:
    """Carry a value along the first axis: ``carry, y = f(carry, x)``; gives the last carry and the stacked y.

    >>> scan(lambda total, x: (total + x, total), 0.0, [1.0, 2.0])[0]
    Tensor(3., dtype=float32)
    """
    if xs is None and length is None:
        raise ValueError("Got no `xs` to scan over and `length` not provided.")
    xs = convert_to_tensor(xs) if _is_numbers(xs) else xs
    count = length if xs is None else len(flatten(xs)[0])
    if length is not None and count != length:
        raise ValueError(f"scan: length={length}, but xs has {count} parts")
    places = range(int(count or 0))
    carry, found = init, []
    for i in reversed(places) if reverse else places:
        carry, y = f(carry, None if xs is None else _parts(xs, i))
        found.append(y)
    return carry, _together(found[::-1] if reverse else found)


@described
def associative_scan(f: Any, elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """f of all elements up to each place along an axis; from the other end with `reverse`.

    >>> associative_scan(lambda a, b: a + b, [1.0, 2.0, 3.0])
    Tensor([1., 3., 6.], dtype=float32)
    """
    elems = convert_to_tensor(elems) if _is_numbers(elems) else elems
    moved = map_structure(lambda x: expand_dims(moveaxis(x, axis, 0), 1), elems)
    places = list(range(len(flatten(moved)[0])))
    done: list[Any] = []
    for i in reversed(places) if reverse else places:
        part = _parts(moved, i)
        done.append(f(done[-1], part) if done else part)
    columns = zip(*(flatten(part) for part in (done[::-1] if reverse else done)), strict=True)
    return pack_as(elems, [moveaxis(concatenate(list(column), 0), 0, axis) for column in columns])
