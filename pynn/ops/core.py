"""Conversions, and what steers a computation."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config, recording
from pynn.entries import opaque, record
from pynn.glossary import described
from pynn.graph import any_symbolic, is_symbolic
from pynn.operation import as_operand, composite, operation
from pynn.ops import dtypes
from pynn.ops.creation import named
from pynn.tensor import Tensor, as_tensor, plain
from pynn.variables import Variable


@operation(lambda g, y, x, dtype: g if y.dtype.kind == "f" else None, quiet=True)
def cast(x: Any, dtype: Any) -> Any:
    """The values in another type.

    >>> cast([1.7, -1.7], "int32")
    Tensor([ 1, -1], dtype=int32)
    """
    return dtypes.array(x).astype(named(dtype))


@operation(lambda g, y, x, dtype: g if y.dtype.kind == "f" else None, quiet=True)
def saturate_cast(x: Any, dtype: Any) -> Any:
    """`cast`, with what is out of the type's range at its ends.

    >>> saturate_cast([300.0, -1.0], "uint8")
    Tensor([255,   0], dtype=uint8)
    """
    x, kind = dtypes.array(x), np.dtype(named(dtype))
    if kind.kind == "b":
        return x.astype(bool)
    limits: Any = np.iinfo(kind) if kind.kind in "iu" else np.finfo(kind)
    return np.clip(x.astype("float64"), limits.min, limits.max).astype(kind)


@operation(lambda g, y, x: g)
def copy(x: Any) -> Any:
    """An equal tensor in memory of its own.

    >>> copy([1.0])
    Tensor([1.], dtype=float32)
    """
    return np.array(dtypes.array(x))


@composite
def convert_to_tensor(x: Any, dtype: Any = None, sparse: bool | None = None, ragged: bool | None = None) -> Any:
    """A tensor of numbers, lists, arrays or variables; a tensor stays as it is.

    Python's numbers become ``floatx`` and int32; arrays keep their type.

    >>> convert_to_tensor([1, 2.5])
    Tensor([1. , 2.5], dtype=float32)
    """
    if sparse or ragged:
        raise ValueError("convert_to_tensor: sparse and ragged tensors are not in pynn")
    given, x = x, as_operand(x)
    if not isinstance(x, Tensor):
        x = as_tensor(np.array(dtypes.array(x)))
    elif isinstance(given, Variable) and np.may_share_memory(x, given.live):
        x = as_tensor(np.array(x))  # a view would change with the variable
    return x if dtype is None or x.dtype == named(dtype) else cast(x, dtype)


@composite
def array(x: Any, dtype: Any = None) -> Any:
    """The same as `convert_to_tensor`.

    >>> array([1.0])
    Tensor([1.], dtype=float32)
    """
    return convert_to_tensor(x, dtype)


@described
def convert_to_numpy(x: Any) -> Any:
    """A NumPy array of a tensor, variable or anything like an array, copied.

    >>> convert_to_numpy(convert_to_tensor([1.0]))
    array([1.], dtype=float32)
    """
    return np.array(as_operand(x))


@described
def is_tensor(x: Any) -> bool:
    """Whether it is a tensor, symbolic ones included; NumPy arrays are none.

    >>> is_tensor(convert_to_tensor(1.0)), is_tensor(np.ones(2))
    (True, False)
    """
    return isinstance(x, Tensor) or is_symbolic(x)


@described
def shape(x: Any) -> tuple[int | None, ...]:
    """The sizes along all axes, as a tuple; None for that of a symbolic tensor's batch.

    >>> shape(np.zeros((2, 3)))
    (2, 3)
    """
    return tuple(x.shape) if hasattr(x, "shape") else np.shape(x)


@described
def ndim(x: Any) -> int:
    """The number of axes.

    >>> ndim(np.zeros((2, 3)))
    2
    """
    return len(shape(x))


@described
def size(x: Any) -> int | None:
    """The number of elements.

    >>> size(np.zeros((2, 3)))
    6
    """
    sizes = shape(x)
    return None if None in sizes else int(np.prod(sizes))  # type: ignore[arg-type]


@described
def dtype(x: Any) -> str:
    """The name of the type.

    >>> dtype(convert_to_tensor(1.0))
    'float32'
    """
    return str(np.dtype(x.dtype).name) if hasattr(x, "dtype") else dtypes.array(x).dtype.name


@operation()
def view(x: Any, dtype: Any = None) -> Any:
    """The same bytes read as another type; the last axis changes with its width.

    >>> view(np.zeros(1, "float32"), "int32")
    Tensor([0], dtype=int32)
    """
    return dtypes.array(x).view(named(dtype or dtypes.array(x).dtype)).copy()


@operation()
def stop_gradient(variable: Any) -> Any:
    """The same values, as constants to every tape.

    >>> stop_gradient([1.0])
    Tensor([1.], dtype=float32)
    """
    return np.array(dtypes.array(variable))


def _refuse_symbols(name: str, values: Any) -> None:
    """For functions that need values: a user's layer then runs as Python, a functional model cannot have them."""
    if any_symbolic(values):
        raise ValueError(
            f"keras.ops.{name} cannot be applied to a KerasTensor, which has no values. In a functional model call it "
            "in the `call` of a layer of your own, or in keras.layers.Lambda."
        )


@described
def custom_gradient(f: Any) -> Any:
    """Give a function a gradient of its own.

    The function returns its result and a function that takes the gradient of the result (by place, and as
    ``upstream=None``) and returns those of the arguments.

    >>> @custom_gradient
    ... def halved(x):
    ...     return x, lambda *args, upstream=None: args[0] / 2
    >>> halved(convert_to_tensor(3.0))
    Tensor(3., dtype=float32)
    """
    import functools

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        _refuse_symbols("custom_gradient", args)
        with recording.paused():
            result, back = f(*args, **kwargs)
        made = [np.array(y) for y in result] if isinstance(result, tuple | list) else np.array(result)

        def backward(*gradients: Any) -> list[Any]:
            found = back(*map(as_tensor, gradients))
            return plain(list(found) if isinstance(found, tuple | list) else [found])  # type: ignore[no-any-return]

        return record(getattr(f, "__name__", "custom_gradient"), args, made, backward)

    return call


@described
def vectorize(pyfunc: Any, *, excluded: Any = None, signature: str | None = None) -> Any:
    """A function of numbers as one of arrays: called for each element, as `np.vectorize` does.

    >>> vectorize(lambda a: a + 1)([1.0, 2.0])
    Tensor([2., 3.], dtype=float32)
    """
    inner = np.vectorize(lambda *args: plain(pyfunc(*args)), excluded=excluded, signature=signature)

    def call(*args: Any) -> Any:
        _refuse_symbols("vectorize", args)
        arrays = [as_operand(x) for x in args]
        found = np.asarray(inner(*plain(arrays)))
        made = as_tensor(found.astype(config.floatx()) if found.dtype == np.float64 else found)
        opaque("keras.ops.vectorize", arrays, made)
        return made

    return call


@described
def jvp(fun: Any, primals: Any, tangents: Any, has_aux: bool = False) -> Any:
    """The result of a function, and how it changes in the direction of the tangents.

    Two tapes, one within the other, give it: the derivative of the gradient by the weights of the result.

    >>> [float(part) for part in jvp(lambda x: x * x, (3.0,), (1.0,))]
    [9.0, 6.0]
    """
    from pynn.tape import GradientTape

    _refuse_symbols("jvp", [primals, tangents])
    inputs = [convert_to_tensor(x) for x in primals]
    with GradientTape(persistent=True) as outer:
        with GradientTape() as inner:
            inner.watch(inputs)
            found = fun(*inputs)
            result = found[0] if has_aux else found
        weights = as_tensor(np.ones(result.shape, result.dtype))
        outer.watch(weights)
        gradients = inner.gradient(result, inputs, weights, "zero")
    directions = [convert_to_tensor(t, x.dtype) for t, x in zip(tangents, inputs, strict=True)]
    change = outer.gradient(gradients, weights, directions, "zero")
    return (result, change, found[1]) if has_aux else (result, change)
