"""Tensors: arrays whose operations a GradientTape can follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from pynn import recording
from pynn.graph import OPERATORS
from pynn.operators import Operators

# What records in the place of NumPy's functions; `pynn.ops` fills both.
UFUNCS: dict[Any, Callable[..., Any]] = {}
FUNCTIONS: dict[Any, Callable[..., Any]] = {}
# Tensors that were read from a part of a variable, by their ids, and what assigns to that part.
PARTS: dict[int, Any] = {}


class Tensor(Operators, np.ndarray):  # type: ignore[misc]  # our operators take more than NumPy's
    """An array that layers, models and `keras.ops` return.

    It is a NumPy array that cannot be changed in place.  Its operators and methods are those of `keras.ops`: they keep
    float32, and a `GradientTape` can follow them.  NumPy functions of a tensor give plain arrays, and tensors
    where a tape follows the argument.

    Notes
    -----
    `numpy()` gives a copy that may be changed.

    Examples
    --------
    >>> x = keras.ops.convert_to_tensor([1.0, 2.0])
    >>> x * 2 + 1
    Tensor([3., 5.], dtype=float32)
    >>> x.numpy()
    array([1., 2.], dtype=float32)
    """

    __slots__ = ("_keras_mask",)
    _keras_mask: Any  # which steps count, if a layer said so

    def numpy(self) -> Any:
        """The values as a plain array, copied; of a tensor without axes, a NumPy number."""
        return np.array(self)[()]

    def __getattr__(self, name: str) -> Any:
        if id(self) in PARTS and not name.startswith("_"):
            return getattr(PARTS[id(self)], name)
        raise AttributeError(f"'Tensor' object has no attribute {name!r}")

    def __repr__(self) -> str:
        return "Tensor" + repr(np.asarray(self)).removeprefix("array").replace("\n", "\n ")

    def __str__(self) -> str:
        return str(np.asarray(self))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return numpy_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return numpy_function(func, args, kwargs)

    def __setitem__(self, index: Any, value: Any) -> None:
        self._refuse()

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(
            "'Tensor' object does not support item assignment, nor any other change in place: a GradientTape may need "
            "its values. Make a new tensor with keras.ops.where, keras.ops.scatter_update or an operator, or change "
            "the copy that tensor.numpy() gives."
        )

    fill = itemset = partition = put = resize = setfield = byteswap = sort = _refuse

    @property
    def T(self) -> Any:  # noqa: N802
        """The axes in reverse order."""
        return OPERATORS["transpose"](self)

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        """The values in another type."""
        return OPERATORS["cast"](self, dtype)

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        """An equal tensor in memory of its own."""
        return OPERATORS["copy"](self)

    def flatten(self, *args: Any, **kwargs: Any) -> Any:
        """All elements along one axis."""
        return OPERATORS["ravel"](self)

    def reshape(self, *shape: Any, **kwargs: Any) -> Any:
        """The same elements in another shape."""
        return OPERATORS["reshape"](self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes: Any) -> Any:
        """The axes in another order; reversed if none is given."""
        return OPERATORS["transpose"](self, (axes[0] if len(axes) == 1 else axes) or None)

    def clip(self, min: Any = None, max: Any = None, **kwargs: Any) -> Any:  # type: ignore[override]
        """Limit the elements to [min, max]."""
        low = -np.inf if min is None else min
        return OPERATORS["clip"](self, low, np.inf if max is None else max)

    def __reduce__(self) -> Any:
        return as_tensor, (np.array(self),)

    def __deepcopy__(self, memo: Any) -> Any:
        return as_tensor(np.array(self))


# The arguments of NumPy's methods that `keras.ops` has too.
_OURS = {"axis", "keepdims", "decimals", "repeats", "indices", "offset", "axis1", "axis2"}
_POSITIONAL = {"swapaxes": 2, "repeat": 2, "take": 2, "diagonal": 3, "trace": 3}


def _method(name: str, own: Any) -> Callable[..., Any]:
    def call(self: Tensor, *args: Any, **kwargs: Any) -> Any:
        if kwargs.keys() <= _OURS and len(args) <= _POSITIONAL.get(name, 1):
            return OPERATORS[name](self, *args, **kwargs)
        if not tracked_in([self]):
            return plain(np.asarray(self).__getattribute__(name)(*args, **plain(kwargs)))
        raise ValueError(f"Tensor.{name}: a GradientTape follows only the arguments that keras.ops.{name} takes")

    call.__name__, call.__doc__ = name, own.__doc__
    return call


for _name in ("sum", "mean", "prod", "max", "min", "std", "var", "all", "any", "argmax", "argmin", "argsort", "cumsum"):
    setattr(Tensor, _name, _method(_name, getattr(np.ndarray, _name)))
for _name in ("cumprod", "squeeze", "swapaxes", "ravel", "repeat", "take", "dot", "diagonal", "trace", "round", "conj"):
    setattr(Tensor, _name, _method(_name, getattr(np.ndarray, _name)))


def as_tensor(value: Any) -> Any:
    """A tensor over the same memory; a tuple or list gives such a tuple or list."""
    if type(value) is np.ndarray:
        return value.view(Tensor)
    if type(value) is Tensor:
        return value
    if isinstance(value, tuple | list):
        return [as_tensor(part) for part in value] if type(value) is list else tuple(map(as_tensor, value))
    return np.asarray(value).view(Tensor)


def plain(value: Any) -> Any:
    """Arguments with plain arrays in the place of tensors, and of what views itself as an array."""
    if isinstance(value, Operators):
        return np.asarray(value)
    if isinstance(value, tuple | list):
        parts = [plain(part) for part in value]
        return tuple(parts) if isinstance(value, tuple) else parts
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return value


def tracked_in(values: Any) -> list[Any]:
    """Tensors and variables among nested arguments that a recording tape follows."""
    found: list[Any] = []
    for value in values:
        if isinstance(value, tuple | list):
            found += tracked_in(value)
        elif isinstance(value, Operators) and (recording.is_tracked(value) or _is_read(value)):
            found.append(value)
    return found


def _is_read(value: Any) -> bool:
    """Whether it is a variable that a recording tape will watch as soon as it is read."""
    return bool(getattr(value, "is_watchable", False)) and any(tape.watches_variables for tape in recording.state.stack)


def _followed(values: Any) -> list[Any]:
    """As `tracked_in`; whoever finds some looks at `UFUNCS` or `FUNCTIONS` next, which a look at `OPERATORS` fills."""
    found = tracked_in(values)
    if found:
        OPERATORS["add"]
    return found


def numpy_ufunc(ufunc: Any, method: str, inputs: Any, kwargs: dict[str, Any]) -> Any:
    """A NumPy ufunc of tensors: recorded where a tape follows one, plain else."""
    if any(isinstance(out, Tensor) for out in kwargs.get("out", ())):
        kwargs["out"][0]._refuse()
    if recording.state.stack and (tracked := _followed(inputs)):
        if method == "__call__" and not kwargs and ufunc in UFUNCS:
            return UFUNCS[ufunc](*inputs)
        if method == "reduce" and ufunc is np.add:
            return OPERATORS["sum"](*inputs[:1], axis=kwargs.get("axis", 0), keepdims=kwargs.get("keepdims", False))
        result = getattr(ufunc, method)(*plain(inputs), **plain(kwargs))
        return OPERATORS["opaque"](ufunc.__name__, tracked, result)
    return getattr(ufunc, method)(*plain(inputs), **plain(kwargs))


def numpy_function(function: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """Any other NumPy function of tensors: recorded where a tape follows one, plain else."""
    if recording.state.stack and (tracked := _followed([*args, *kwargs.values()])):
        if function in FUNCTIONS:
            return FUNCTIONS[function](*args, **kwargs)
        return OPERATORS["opaque"](function.__name__, tracked, function(*plain(args), **plain(kwargs)))
    return function(*plain(args), **plain(kwargs))


OPERATORS.update({"ufunc": numpy_ufunc, "function": numpy_function, "tensor": as_tensor})
