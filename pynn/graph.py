"""Symbolic calls: what a functional model is made of.

An operation (a layer, or a function of `keras.ops`) called on a `KerasTensor` computes nothing.  It records a `Node`:
the operation, its arguments and its outputs.  A model is the nodes between its inputs and its outputs.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn, Protocol

from pynn import config, naming
from pynn.structures import flatten, map_structure

Shape = tuple[int | None, ...]


class _Functions(dict[str, Callable[..., Any]]):
    """Functions by name; the module that fills it is imported at the first look, if nobody has done so."""

    def __missing__(self, name: str) -> Callable[..., Any]:
        importlib.import_module("pynn.ops")
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found


# Functions behind the operators of KerasTensor, by Python's name for them; `pynn.ops` fills it.
OPERATORS: dict[str, Callable[..., Any]] = _Functions()


class Operation(Protocol):
    """What a node needs of a layer or of a function of `keras.ops`."""

    name: str

    def symbolic_outputs(self, *args: Any, **kwargs: Any) -> Any:
        """KerasTensors with the shapes and types of the outputs, in the structure of the result."""


class KerasTensor:
    """A tensor without data: shape and type of what a model will see.

    Parameters
    ----------
    shape : tuple
        None stands for the rows of the batch.
    dtype : str, optional
        ``config.floatx()`` if not given.
    sparse, ragged : False
    record_history : bool
        Accepted for Keras's sake.
    name : str, optional
        Numbered if not given.

    Attributes
    ----------
    node : Node or None
        The call that made it.

    Examples
    --------
    >>> keras.Input((4,), name="features")
    <KerasTensor shape=(None, 4), dtype=float32, sparse=False, ragged=False, name=features>
    """

    is_symbolic = True

    def __init__(
        self,
        shape: Any,
        dtype: str | None = "float32",
        sparse: bool = False,
        ragged: bool = False,
        record_history: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if sparse or ragged or kwargs:
            raise ValueError(f"KerasTensor: sparse and ragged tensors are not in pynn, nor {sorted(kwargs)}")
        self.shape: Shape = tuple(shape)
        self.dtype = dtype or config.floatx()
        self.sparse = self.ragged = False
        self.name = name or naming.auto_name("keras_tensor")
        self.node: Node | None = None
        self.index = 0
        self._keras_mask: Any = None

    @property
    def ndim(self) -> int:
        """Number of axes, that of the batch included."""
        return len(self.shape)

    def __repr__(self) -> str:
        return f"<KerasTensor shape={self.shape}, dtype={self.dtype}, sparse=False, ragged=False, name={self.name}>"

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        self._refuse_numpy("the functions of keras.ops")

    def _refuse_numpy(self, instead: str) -> NoReturn:
        raise ValueError(
            f"A KerasTensor is symbolic: it has a shape {self.shape} and a type, and no values. NumPy functions cannot "
            f"be applied to it: use {instead}, or a layer."
        )

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "__call__" and inputs[0] is not self and not kwargs:  # array + self
            if ufunc.__name__ in ("equal", "not_equal"):  # they are compared by what they are
                return ufunc.__name__ == "not_equal"
            if ufunc.__name__ in _OF_ARRAYS:
                return getattr(self, _OF_ARRAYS[ufunc.__name__])(inputs[0])
        known = method == "__call__" and ufunc.__name__ in importlib.import_module("pynn.ops").everything
        return self._refuse_numpy(f"keras.ops.{ufunc.__name__}" if known else "the functions of keras.ops")

    def __bool__(self) -> bool:
        raise TypeError("A symbolic KerasTensor cannot be used as a boolean: it has no value yet.")

    def __float__(self) -> float:
        raise TypeError("A symbolic KerasTensor cannot be used as a number: it has no value yet.")

    def __iter__(self) -> Any:
        raise TypeError("Iterating over a symbolic KerasTensor is not supported.")

    def __len__(self) -> int:
        raise TypeError("A symbolic KerasTensor has no length: the number of rows is not known.")


def _operator(name: str, swapped: bool) -> Callable[..., Any]:
    def operate(self: KerasTensor, *others: Any) -> Any:
        return OPERATORS[name](*((*others, self) if swapped else (self, *others)))

    return operate


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor"):
    setattr(KerasTensor, f"__{_name}__", _operator(_name, False))
    setattr(KerasTensor, f"__r{_name}__", _operator(_name, True))
for _name in ("neg", "abs", "invert", "lt", "le", "gt", "ge", "getitem"):
    setattr(KerasTensor, f"__{_name}__", _operator(_name, False))


# What `array + self` asks NumPy for: the method of the tensor that answers.
_OF_ARRAYS = {
    "add": "__radd__",
    "subtract": "__rsub__",
    "multiply": "__rmul__",
    "divide": "__rtruediv__",
    "floor_divide": "__rfloordiv__",
    "remainder": "__rmod__",
    "power": "__rpow__",
    "matmul": "__rmatmul__",
    "bitwise_and": "__rand__",
    "bitwise_or": "__ror__",
    "bitwise_xor": "__rxor__",
    "less": "__gt__",
    "less_equal": "__ge__",
    "greater": "__lt__",
    "greater_equal": "__le__",
}


class Node:
    """One symbolic call of an operation.

    Attributes
    ----------
    operation : Operation
    args, kwargs
        What it was called with; KerasTensors stand where arrays will be.
    inputs, outputs : list of KerasTensor
        Flat.
    result
        The outputs in the structure in which the call returned them.
    """

    __slots__ = ("args", "inputs", "kwargs", "operation", "outputs", "result")

    def __init__(self, operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        # Lists are copied: who builds a graph in a loop adds to the list that a merging layer was called with.
        self.args, self.kwargs = map_structure(lambda leaf: leaf, args), map_structure(lambda leaf: leaf, kwargs)
        self.operation, self.result = operation, result
        self.inputs = [leaf for leaf in flatten([list(args), kwargs]) if is_symbolic(leaf)]
        self.outputs: list[KerasTensor] = flatten(result)
        for index, tensor in enumerate(self.outputs):
            tensor.node, tensor.index = self, index
        inbound = getattr(operation, "_inbound", None)
        if inbound is not None and not is_tracing():  # while a user's layer is recorded, nodes are not for keeps
            inbound.append(self)

    def __repr__(self) -> str:
        return f"<Node {self.operation.name}: {self.inputs} -> {self.outputs}>"


def is_symbolic(value: Any) -> bool:
    """Whether it is a KerasTensor."""
    return isinstance(value, KerasTensor)


def any_symbolic(args: Any, kwargs: dict[str, Any] | None = None) -> bool:
    """Whether a KerasTensor stands anywhere in the arguments of a call."""
    values = (*args, *kwargs.values()) if kwargs else args
    return any(map(is_symbolic, flatten(values) if any(map(_is_nested, map(type, values))) else values))


@functools.cache
def _is_nested(kind: type) -> bool:
    """Whether things of this type hold others; remembered, since calls on arrays ask it again and again."""
    return issubclass(kind, list | tuple | Mapping)


def record(operation: Any, args: Sequence[Any], kwargs: dict[str, Any] | None = None) -> Any:
    """Record a symbolic call; returns its KerasTensors in the structure of the result.

    Parameters
    ----------
    operation : Operation
    args : sequence
    kwargs : dict, optional
    """
    kwargs = kwargs or {}
    result = operation.symbolic_outputs(*args, **kwargs)
    return Node(operation, tuple(args), kwargs, result).result


def ordered_nodes(inputs: Iterable[KerasTensor], outputs: Iterable[KerasTensor]) -> list[Node]:
    """The nodes between inputs and outputs, each after those whose outputs it takes.

    Raises
    ------
    ValueError
        If an output depends on a KerasTensor that is neither an input nor made from one.
    """
    given = {id(tensor) for tensor in inputs}
    done: dict[int, Node] = {}
    for output in outputs:
        stack: list[tuple[KerasTensor, bool]] = [(output, False)]
        while stack:
            tensor, expanded = stack.pop()
            node = tensor.node
            if id(tensor) in given or (node is not None and id(node) in done):
                continue
            if node is None or not (node.inputs or node.args):  # a function of variables alone has arguments
                raise ValueError(
                    f"`inputs` not connected to `outputs`: the output depends on {tensor}, which is not among the "
                    "inputs of the model."
                )
            if expanded:
                done[id(node)] = node
            else:
                stack.append((tensor, True))
                stack.extend((source, False) for source in reversed(node.inputs))
    return list(done.values())


class _Tracing:
    """Whether user code is being recorded: then variables count as symbolic, and random numbers are drawn later."""

    depth = 0


def is_tracing() -> bool:
    """Whether user code is being recorded."""
    return _Tracing.depth > 0


@contextlib.contextmanager
def tracing() -> Iterator[None]:
    """Record every operation inside, those on variables alone included."""
    _Tracing.depth += 1
    try:
        yield
    finally:
        _Tracing.depth -= 1


@contextlib.contextmanager
def for_keeps() -> Iterator[None]:
    """Nodes made inside are kept, though a user's layer may be being recorded: they belong to a model that it uses."""
    depth, _Tracing.depth = _Tracing.depth, 0
    try:
        yield
    finally:
        _Tracing.depth = depth
