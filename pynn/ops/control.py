"""Branches and loops: Python's own, as everything here runs at once.

On a `KerasTensor` each is one node of a functional model, whose functions run as Python, once a batch.  In a user's
layer it is not recorded: the whole `call` runs as Python, as its functions may read weights and other tensors.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import applied, graph, trials
from pynn.glossary import described
from pynn.operation import Composite, composite
from pynn.ops.core import convert_to_tensor, copy, dtype, shape
from pynn.ops.joining import concatenate, stack
from pynn.ops.selection import get_item
from pynn.ops.shaping import expand_dims, moveaxis
from pynn.structures import flatten, map_structure, pack_as


class _Steered(Composite):
    """A function that calls functions of a user's."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not graph.any_symbolic(args, kwargs):
            found = self.function(*args, **kwargs)
            if trials.is_on() and not graph.is_tracing():
                self._refuse_foreign(found)
            return found
        if graph.is_tracing():
            raise TypeError(f"keras.ops.{self.name} is not recorded within a layer")
        return applied.record(self, args, kwargs)

    def symbolic_outputs(self, *args: Any, **kwargs: Any) -> Any:
        """See `Operation`; what the functions assign is undone."""
        with trials.unchanged():
            return super().symbolic_outputs(*args, **kwargs)

    def _refuse_foreign(self, found: Any) -> None:
        """What the functions see are arrays, unless they reach for tensors of the model beside their arguments."""
        for leaf in flatten(found):
            if graph.is_symbolic(leaf):
                raise ValueError(
                    f"keras.ops.{self.name}: its functions read a KerasTensor that is not among its arguments, and "
                    f"give {leaf}. Hand it over as an argument, or call keras.ops.{self.name} in a layer of your own."
                )


class _Loop(_Steered):
    """A loop over values that keep their shapes and types, so that finding those out runs nothing."""

    def symbolic_outputs(self, cond: Any, body: Any, loop_vars: Any, maximum_iterations: Any = None) -> Any:
        """KerasTensors like the values that the loop begins with."""
        return map_structure(lambda x: graph.KerasTensor(shape(x), dtype(x)), loop_vars)


@described
def cond(pred: Any, true_fn: Any, false_fn: Any) -> Any:
    """The result of one function or of the other.

    >>> cond(1 > 0, lambda: "yes", lambda: "no")
    'yes'
    """
    if graph.is_symbolic(pred) and not graph.is_tracing():
        return _chosen("cond", pred, [false_fn(), true_fn()])
    return true_fn() if bool(np.asarray(pred)) else false_fn()


def _chosen(name: str, index: Any, results: list[Any]) -> Any:
    """One of several results that are all computed, since it is not known yet which."""
    forms = [_form(result) for result in results]
    if any(form != forms[0] for form in forms):
        said = " and ".join(str(form) for form in forms)
        raise TypeError(f"keras.ops.{name}: branches must have equal output types, but they give {said}")
    if index.shape != ():
        raise TypeError(
            f"keras.ops.{name}: {index} must be a scalar, of shape (). To choose element by element: keras.ops.where."
        )
    chosen = _one_of(index, *(flatten(result) for result in results))
    return pack_as(results[0], chosen)


def _form(result: Any) -> Any:
    return map_structure(lambda x: (tuple(shape(x)), dtype(x)), result)


@composite
def _one_of(index: Any, *results: Any) -> Any:
    return [copy(x) for x in results[min(max(int(index), 0), len(results) - 1)]]


@described
def switch(index: Any, branches: Any, *operands: Any) -> Any:
    """The result of the index-th function; the first or last if the index is out of range.

    >>> switch(1, [lambda x: x, lambda x: -x], 2.0)
    -2.0
    """
    if graph.is_symbolic(index) and not graph.is_tracing():
        return _chosen("switch", index, [branch(*operands) for branch in branches])
    return branches[min(max(int(np.asarray(index)), 0), len(branches) - 1)](*operands)


def _holds(found: Any) -> bool:
    if graph.is_symbolic(found) and not graph.is_tracing():
        raise ValueError(
            "keras.ops.while_loop: cond depends on a KerasTensor that is not among loop_vars. Make it one of them, or "
            "call keras.ops.while_loop in a layer of your own."
        )
    return bool(np.asarray(found))


@_Loop
def while_loop(cond: Any, body: Any, loop_vars: Any, maximum_iterations: int | None = None) -> Any:
    """Apply `body` to the variables of the loop as long as `cond` of them holds.

    >>> while_loop(lambda i: i < 3, lambda i: i + 1, 0)
    3
    """
    single = not isinstance(loop_vars, tuple | list)
    values, count = ((loop_vars,) if single else tuple(loop_vars)), 0
    most = maximum_iterations if not trials.is_on() else 1  # for the shapes; with values of a trial it might not end
    while _holds(cond(*values)) and (most is None or count < most):
        found = body(*values)
        values, count = (tuple(found) if isinstance(found, tuple | list) else (found,)), count + 1
    return values[0] if single else type(loop_vars)(values)


@described
def fori_loop(lower: int, upper: int, body_fun: Any, init_val: Any) -> Any:
    """value = body_fun(i, value) for i from lower to before upper.

    >>> fori_loop(0, 4, lambda i, total: total + i, 0)
    6
    """
    if graph.is_symbolic(lower) or graph.is_symbolic(upper):
        first = (lower, upper, init_val)
        return while_loop(lambda i, end, _: i < end, lambda i, end, v: (i + 1, end, body_fun(i, v)), first)[2]
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


@_Steered
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


@_Steered
def vectorized_map(function: Any, elements: Any) -> Any:
    """The same as `map`.

    >>> vectorized_map(lambda x: x + 1, [1.0, 2.0])
    Tensor([2., 3.], dtype=float32)
    """
    return map(function, elements)


@_Steered
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


@_Steered
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
