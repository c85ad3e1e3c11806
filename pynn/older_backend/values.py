"""Variables and constants: read, written and made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pynn import config
from pynn.older_backend.names import today
from pynn.ops import everything
from pynn.variables import Variable

_op = everything.__getitem__


@today("variable.numpy(), or float(x)")
def get_value(x: Any) -> Any:
    """The values of a variable or tensor, copied."""
    return np.array(x)[()] if hasattr(x, "__array__") else x


@today("keras.ops.convert_to_numpy")
def eval(x: Any) -> Any:
    """The values of a variable or tensor, copied."""
    return get_value(x)


@today("variable.assign(value)")
def set_value(x: Any, value: Any) -> None:
    """Overwrite the value of a variable."""
    x.assign(value)


@today("[v.numpy() for v in variables], or model.get_weights()")
def batch_get_value(tensors: Sequence[Any]) -> list[Any]:
    """The values of several variables."""
    return [get_value(x) for x in tensors]


@today("variable.assign(value) for each, or model.set_weights()")
def batch_set_value(tuples: Sequence[tuple[Any, Any]]) -> None:
    """Overwrite the values of several variables, given as pairs of variable and value."""
    for x, value in tuples:
        set_value(x, value)


@today("variable.assign(value)")
def update(x: Any, new_x: Any) -> Any:
    """Overwrite the value of a variable."""
    return x.assign(new_x)


@today("variable.assign_add(value)")
def update_add(x: Any, increment: Any) -> Any:
    """Add to the value of a variable."""
    return x.assign_add(increment)


@today("variable.assign_sub(value)")
def update_sub(x: Any, decrement: Any) -> Any:
    """Subtract from the value of a variable."""
    return x.assign_sub(decrement)


@today("variable.assign(momentum * variable + (1 - momentum) * value)")
def moving_average_update(x: Any, value: Any, momentum: float) -> Any:
    """momentum · x + (1 − momentum) · value, in the place of x."""
    return x.assign(momentum * np.asarray(x) + (1 - momentum) * np.asarray(value))


@today("keras.Variable(value, dtype=dtype, name=name)")
def variable(value: Any, dtype: Any = None, name: str | None = None, constraint: Any = None) -> Variable:
    """A variable with this value."""
    made = Variable(value, dtype=dtype or config.floatx(), name=name)
    made.constraint = constraint
    return made


@today("keras.ops.full(shape, value), or keras.ops.convert_to_tensor(value)")
def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Any:
    """A tensor with this value, in all of `shape` if it is given."""
    made = _op("convert_to_tensor")(np.asarray(value, dtype or config.floatx()))
    if shape is None:
        return made
    size = int(np.prod(shape, dtype=np.int64))
    return _op("reshape")(made, shape) if np.size(value) == size else _op("broadcast_to")(made, shape)


def _filled(name: str) -> Callable[..., Any]:
    def fill(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
        return _op(today_name)(shape, dtype=dtype or config.floatx())

    def fill_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
        return _op(today_name)(x, dtype=dtype)

    today_name, made = name, fill_like if name.endswith("_like") else fill
    made.__name__, made.__doc__ = name, f"As `keras.ops.{name}`."
    return today(f"keras.ops.{name}")(made)


ones, zeros, ones_like, zeros_like = map(_filled, ("ones", "zeros", "ones_like", "zeros_like"))


@today("keras.ops.eye(n, dtype=dtype)")
def eye(size: Any, dtype: Any = None, name: str | None = None) -> Any:
    """The unit matrix of `size` rows, or of (rows, columns)."""
    rows, columns = size if isinstance(size, list | tuple) else (size, size)
    return _op("eye")(rows, columns, dtype=dtype or config.floatx())


@today("keras.ops.identity makes a matrix; of a tensor, the tensor itself")
def identity(x: Any, name: str | None = None) -> Any:
    """The tensor itself."""
    return _op("convert_to_tensor")(x)


@today("the tensor itself: it is dense")
def to_dense(tensor: Any) -> Any:
    """The tensor itself."""
    return tensor
