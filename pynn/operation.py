"""Operations: the functions of `keras.ops`, each with its way back, on arrays, tensors and symbolic tensors.

An operation is written as a function of plain arrays.  Called, it takes whatever a user has: NumPy arrays, tensors,
variables, lists, DataFrames; it returns tensors, writes itself down on the tapes that record, and on a `KerasTensor`
makes a node of a functional model.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pynn import applied, config, graph, recording
from pynn.entries import read
from pynn.glossary import names_of_parameters, with_parameters
from pynn.nothing import refuse_none
from pynn.structures import flatten
from pynn.tensor import Tensor, as_tensor
from pynn.variables import Variable

Vjp = Callable[..., Any]

# What the functions take as it is.
_PLAIN = frozenset({np.ndarray, float, int, bool, str, np.float32, np.float64, np.int64, np.int32})
_view = np.ndarray.view


class Operation:
    """A function of `keras.ops` on plain arrays, with its derivatives.

    Parameters
    ----------
    function : callable
        Takes and returns plain arrays; its first arguments are those arrays.
    vjps : tuple of callable
        One for each array argument: ``vjp(g, y, *args, **kwargs)`` is the gradient of that argument, where g is the
        gradient of the result y.  It may have any shape that broadcasts to the argument's, or that broadcasting the
        argument gave.  Written with NumPy functions and operators alone, it can be differentiated itself.
    joint : callable, optional
        In place of `vjps`: gives the gradients of all array arguments at once.
    arrays : int, optional
        Number of array arguments; as many as there are `vjps` if not given.  -1: all positional ones.
    quiet : bool, default False
        Infinities and NaN are ordinary results of it, which NumPy shall not warn of.

    refuses : bool, default False
        It has a gradient, but not here: an error for who asks.

    Notes
    -----
    Without `vjps`, `joint` and `refuses` the result depends smoothly on nothing: a tape sees a constant.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        vjps: tuple[Vjp, ...] = (),
        joint: Vjp | None = None,
        arrays: int | None = None,
        quiet: bool = False,
        refuses: bool = False,
    ) -> None:
        functools.update_wrapper(self, function)
        self.name = function.__name__
        self.__doc__ = with_parameters(function)
        self.function = np.errstate(all="ignore")(function) if quiet else function
        self._vjps, self._joint = vjps, self._refuse if refuses else joint
        self._differentiable = bool(vjps or self._joint)
        names = names_of_parameters(function)
        self._arrays = (len(vjps) or 1) if arrays is None else arrays
        self._names = names
        self._array_names = frozenset(names[: self._arrays] if self._arrays >= 0 else ())

    def __reduce__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<operation {self.name}>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs and not self._array_names.isdisjoint(kwargs):
            args, kwargs = self._positional(args, kwargs)
        count = self.array_count(args)
        values = list(args)
        tensors = False
        for i, value in enumerate(args[:count]):
            kind = type(value)
            if kind is Tensor:
                values[i] = _view(value, np.ndarray)
                tensors = True
            elif kind not in _PLAIN:
                return self._unusual(args, kwargs, count)
        result = self.function(*values, **kwargs)
        made = as_tensor(result)
        if tensors and recording.state.stack and self._differentiable:
            self._record(args, values, kwargs, made, result)
        return made

    def _record(self, args: Any, values: list[Any], kwargs: dict[str, Any], made: Any, result: Any) -> None:
        count = self._arrays if self._arrays >= 0 else len(args)
        entry = None
        for tape in recording.state.stack:
            if any(id(value) in tape.watched for value in args[:count]):
                entry = entry or Call(self, args, values, kwargs, made, result)
                tape.add(entry)

    def _positional(self, args: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Array arguments given by name are put in their places."""
        args, kwargs = list(args), dict(kwargs)
        for name in self._names[len(args) : self._arrays]:
            if name not in kwargs:
                break
            args.append(kwargs.pop(name))
        return tuple(args), kwargs

    def _unusual(self, args: Any, kwargs: dict[str, Any], count: int) -> Any:
        """Symbolic tensors make a node; whatever else is no array becomes one first."""
        given = args[:count]
        if any(value is None for value in given):
            self._refuse_none(given)
        if any(map(graph.is_symbolic, given)) or (graph.is_tracing() and any(isinstance(a, Variable) for a in given)):
            return applied.record(self, args, kwargs)
        if graph.any_symbolic(given):
            given = [_stacked(value) if isinstance(value, list | tuple) else value for value in given]
            return self(*given, *args[count:], **kwargs)
        variables = [value.live for value in given if isinstance(value, Variable)]
        made = self(*map(as_operand, given), *args[count:], **kwargs)
        if isinstance(made, Tensor) and any(np.may_share_memory(made, v) for v in variables):
            return as_tensor(np.array(made))  # a view would change with the variable
        return made

    def _refuse_none(self, given: Any) -> None:
        place = next(index for index, value in enumerate(given) if value is None)
        names = self._names[:1] * len(given) if self._arrays < 0 else self._names
        refuse_none(f"keras.ops.{self.name.lstrip('_')}", repr(names[place]), *given)

    def symbolic_outputs(self, *args: Any, **kwargs: Any) -> Any:
        """KerasTensors like the results for batches of 12 and of 24 rows."""
        shapes = {d for leaf in flatten([list(args), kwargs]) if graph.is_symbolic(leaf) for d in leaf.shape}
        with recording.paused(), np.errstate(all="ignore"), applied.rows_unnamed(self._with_rows, args, kwargs):
            first, second = (self._with_rows(n, args, kwargs) for n in ((12, 24) if None in shapes else (1, 1)))
        return _symbolic(first, second)

    def _with_rows(self, rows: int, args: Any, kwargs: Any) -> Any:
        return self(*_filled(args, rows), **_filled(kwargs, rows))

    def array_count(self, args: Any) -> int:
        """How many of the arguments are arrays."""
        return self._arrays if self._arrays >= 0 else len(args)

    def vjp(self, g: Any, y: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """The gradients of all array arguments."""
        count = self._arrays if self._arrays >= 0 else len(args)
        return self.gradients([True] * count, g, y, args, kwargs)

    def gradients(self, needed: Sequence[bool], g: Any, y: Any, args: Any, kwargs: Any) -> list[Any]:
        """The gradients of the array arguments that are needed, in the arguments' shapes and types."""
        if self._joint is not None:
            found = list(self._joint(g, y, *args, **kwargs))
        else:
            found = [
                vjp(g, y, *args, **kwargs) if need else None for vjp, need in zip(self._vjps, needed, strict=False)
            ]
        return [_fitted(d, x) if n and d is not None else None for d, x, n in zip(found, args, needed, strict=False)]

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        name = self.name.lstrip("_")
        raise ValueError(
            f"There is no gradient through keras.ops.{name}: write it with functions that have one, or keep it out "
            "with keras.ops.stop_gradient."
        )


class Call:
    """An operation as it stands on a tape: with the values it saw."""

    __slots__ = ("_args", "_kwargs", "_operation", "_result", "_tensors", "_values", "inputs", "outputs")

    def __init__(self, operation: Operation, tensors: Any, values: Any, kwargs: Any, made: Any, result: Any) -> None:
        self._operation, self._kwargs, self._values, self._result = operation, kwargs, values, result
        self._tensors = tensors
        count = operation._arrays
        self.inputs = tensors[:count] if count >= 0 else tensors
        self.outputs = made if isinstance(made, tuple | list) else (made,)

    def pull(self, gradients: Sequence[Any], needed: Sequence[bool], again: bool) -> Sequence[Any]:
        """Gradients of the inputs that are needed, from those of the outputs."""
        several = isinstance(self._result, tuple | list)
        g = gradients if several else gradients[0]
        if not again:
            return self._operation.gradients(needed, g, self._result, self._values, self._kwargs)
        y = self.outputs if several else self.outputs[0]
        return self._operation.gradients(needed, g, y, self._tensors, self._kwargs)


class Composite(Operation):
    """A function of `keras.ops` made of operations, which are differentiated one by one."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if graph.any_symbolic(args, kwargs) or (graph.is_tracing() and self._takes_variables(args, kwargs)):
            return applied.record(self, args, kwargs)
        return self.function(*args, **kwargs)

    def _takes_variables(self, args: Any, kwargs: dict[str, Any]) -> bool:
        return any(isinstance(leaf, Variable) for leaf in flatten([list(args), kwargs]))


def operation(*vjps: Vjp, **options: Any) -> Callable[[Callable[..., Any]], Operation]:
    """Make an `Operation` of the function that follows; see there for the options."""
    return lambda function: Operation(function, vjps, **options)


def composite(function: Callable[..., Any]) -> Composite:
    """Make a `Composite` of the function that follows."""
    return Composite(function)


def as_operand(value: Any) -> Any:
    """What an operation can take for an argument: a tensor for a variable, an array for anything like one."""
    if type(value) in _PLAIN or isinstance(value, Tensor):
        return value
    if isinstance(value, Variable):
        return read(value)
    if isinstance(value, list | tuple) and _any_tensor(value):
        return _stacked(value)
    found = np.asarray(value)
    if found.dtype == object:
        refuse_none("keras.ops", "each value", *found.flat)
    if isinstance(value, list | tuple):  # of Python's numbers, mostly: these have Keras's types, not NumPy's
        return found.astype(
            {"float64": config.floatx(), "int64": "int32"}.get(found.dtype.name, found.dtype), copy=False
        )
    return found


def _any_tensor(values: Any) -> bool:
    return any(isinstance(v, Tensor | Variable) or (isinstance(v, list | tuple) and _any_tensor(v)) for v in values)


def _stacked(values: Any) -> Any:
    """One tensor of a nested list in which tensors stand, so that a tape can follow them."""
    return graph.OPERATORS["stack"]([_stacked(v) if isinstance(v, list | tuple) else v for v in values])


def _fitted(gradient: Any, x: Any) -> Any:
    """A gradient in the shape and type of its argument: what broadcasting repeated is added up."""
    if not hasattr(gradient, "shape"):
        gradient = np.asarray(gradient)
    shape = np.shape(x)
    if gradient.shape != shape:
        gradient = unbroadcast(gradient, shape)
    dtype = getattr(x, "dtype", gradient.dtype)
    return gradient if gradient.dtype == dtype else gradient.astype(dtype)


def unbroadcast(gradient: Any, shape: tuple[int, ...]) -> Any:
    """Sum over the axes along which an array of this shape was broadcast; broadcast those that are missing."""
    extra = gradient.ndim - len(shape)
    if extra > 0:
        gradient = np.sum(gradient, axis=tuple(range(extra)))
    once = tuple(i for i, size in enumerate(shape) if size == 1 and i < gradient.ndim and gradient.shape[i] != 1)
    if once and extra >= 0:
        gradient = np.sum(gradient, axis=once, keepdims=True)
    return gradient if gradient.shape == shape else np.broadcast_to(gradient, shape)


def _filled(value: Any, rows: int) -> Any:
    """Arguments with arrays in the place of symbolic tensors: numbers in (0, 1), class 0."""
    if graph.is_symbolic(value):
        shape = tuple(rows if size is None else size for size in value.shape)
        if np.dtype(value.dtype).kind != "f":
            return np.zeros(shape, value.dtype)
        return np.random.default_rng(0).uniform(0.1, 0.9, shape).astype(value.dtype)
    if isinstance(value, Variable):
        return value.live
    if isinstance(value, list | tuple):
        return type(value)([_filled(part, rows) for part in value])
    if isinstance(value, dict):
        return {key: _filled(part, rows) for key, part in value.items()}
    return value


def _symbolic(first: Any, second: Any) -> Any:
    """KerasTensors of two results: a size in which they differ is that of the batch."""
    if isinstance(first, tuple | list):
        return type(first)([_symbolic(a, b) for a, b in zip(first, second, strict=True)])
    if isinstance(first, dict):
        return {name: _symbolic(part, second[name]) for name, part in first.items()}
    if not isinstance(first, np.ndarray | np.generic):
        return first
    shape = tuple(a if a == b else None for a, b in zip(first.shape, second.shape, strict=True))
    return graph.KerasTensor(shape, first.dtype.name)
