"""Variables: named arrays that the compiled core reads and writes in place."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import changes, config, naming, recording, trials
from pynn.graph import OPERATORS, is_tracing
from pynn.operators import Operators
from pynn.saving import room

# Weights start on a cache line, so that no vector of a row straddles two without need.
_ALIGNMENT = 64
_CHOICES = {
    "aggregation": (None, "none", "mean", "sum", "only_first_replica"),
    "synchronization": (None, "none", "on_read", "on_write", "auto"),
}


def aligned_empty(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """An uninitialised C-contiguous array that starts on a cache line."""
    dtype = np.dtype(dtype)
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    block = np.empty(size + _ALIGNMENT, np.uint8)
    start = -block.ctypes.data % _ALIGNMENT
    aligned: np.ndarray = block[start : start + size].view(dtype).reshape(shape)
    return aligned


class Variable(Operators):
    """A weight: an array with a name, which training changes in place.

    Parameters
    ----------
    initializer : array_like or callable
        First value; or ``initializer(shape, dtype=dtype)``, which needs `shape`.
    shape : tuple of int, optional
    dtype : str, optional
        That of the first value if not given, but ``config.floatx()`` for real numbers.
    trainable : bool, default True
        Whether training may change it.
    autocast : bool, default True
    aggregation : {"none", "mean", "sum", "only_first_replica"}
    synchronization : str, default "auto"
    layout : optional
        These four are kept for Keras's sake: one process on one device has no use for them.
    name : str, optional
        Numbered by kind if not given.

    Attributes
    ----------
    regularizer, constraint : optional
        What a layer asks of it in training.

    Raises
    ------
    ValueError
        If the first value has another shape, or `aggregation` is unknown.

    Notes
    -----
    `value` and NumPy functions see the one live array without copying it; `numpy` gives a copy.  While a GradientTape
    records, `value` and operators give tensors that later changes leave as they are.

    Examples
    --------
    >>> v = Variable([1.0, 2.0], name="v")
    >>> v.assign([3.0, 4.0])
    Tensor([3., 4.], dtype=float32)
    >>> v * 2
    Tensor([6., 8.], dtype=float32)
    """

    __array_priority__ = 100

    def __init__(
        self,
        initializer: Any,
        shape: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        aggregation: str | None = "none",
        synchronization: str | None = "auto",
        name: str | None = None,
        layout: Any = None,
        **kwargs: Any,
    ) -> None:
        if kwargs:
            raise ValueError(f"Unrecognized keyword arguments {sorted(kwargs)} for Variable")
        for choice, given in (("aggregation", aggregation), ("synchronization", synchronization)):
            if given not in _CHOICES[choice]:
                raise ValueError(
                    f"Invalid value for argument `{choice}`. Expected one of {_CHOICES[choice]}. "
                    f"Received: {choice}={given}"
                )
        self.name = naming.auto_name("variable") if name is None else _checked_name(name)
        self.path = self.name
        value = _first_value(initializer, shape, dtype)
        if shape is not None and tuple(shape) != value.shape:
            raise ValueError(f"Variable {name!r}: initializer gave shape {value.shape}, expected {tuple(shape)}")
        self._array = aligned_empty(value.shape, value.dtype)
        self._array[...] = value
        self._trainable, self.autocast, self.layout = bool(trainable), autocast, layout
        self.aggregation, self.synchronization = aggregation or "none", synchronization or "none"
        self._regularizer: Any = None
        self._constraint: Any = None
        self._overwrite_with_gradient = False

    def __setstate__(self, state: dict[str, Any]) -> None:
        """From a pickle; joblib's may map arrays from a file, where nothing can be written to."""
        vars(self).update(state | {"_array": np.require(np.asarray(state["_array"]), requirements="W")})

    @property
    def live(self) -> np.ndarray:
        """The array itself, which no tape follows: what plans and optimizers read and write."""
        return self._array

    @property
    def value(self) -> Any:
        """The live array; while a GradientTape records, a tensor that it follows."""
        return OPERATORS["read"](self) if recording.state.stack else self._array

    def numpy(self) -> np.ndarray:
        """The values, copied."""
        return self._array.copy()

    @property
    def trainable(self) -> bool:
        """Whether training may change it."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)
        changes.note()

    @property
    def regularizer(self) -> Any:
        """What a layer adds to the loss for it, or None."""
        return self._regularizer

    @regularizer.setter
    def regularizer(self, value: Any) -> None:
        self._regularizer = _callable("regularizer", value)

    @property
    def constraint(self) -> Any:
        """What it is brought to after each update, or None."""
        return self._constraint

    @constraint.setter
    def constraint(self, value: Any) -> None:
        self._constraint = _callable("constraint", value)

    @property
    def overwrite_with_gradient(self) -> bool:
        """Whether optimizers put the gradient in its place."""
        return self._overwrite_with_gradient

    @overwrite_with_gradient.setter
    def overwrite_with_gradient(self, value: bool) -> None:
        if not isinstance(value, bool):
            raise TypeError(f"`overwrite_with_gradient` must be a boolean. Received: {value}")
        self._overwrite_with_gradient = value

    @property
    def is_watchable(self) -> bool:
        """Whether a GradientTape follows it without being told."""
        return self.trainable and self._array.dtype.kind == "f"

    @property
    def shape(self) -> tuple[int, ...]:
        return self._array.shape

    @property
    def ndim(self) -> int:
        return self._array.ndim

    @property
    def size(self) -> int:
        return self._array.size

    @property
    def dtype(self) -> str:
        return self._array.dtype.name

    def assign(self, value: Any) -> Any:
        """Overwrite the value in place.

        Returns
        -------
        Tensor
            The new value.

        Raises
        ------
        ValueError
            If the shape differs.
        """
        return self._assign(np.array(value, self._array.dtype))

    def _assign(self, value: np.ndarray) -> Any:
        """Take over the values of an array that nobody else has."""
        value = value.astype(self._array.dtype, copy=False)
        if value.shape != self.shape:
            raise ValueError(
                "The shape of the target variable and the shape of the target value in `variable.assign(value)` must "
                f"match. variable.shape={self.shape}, Received: value.shape={value.shape}. Target variable: {self!r}"
            )
        self.fill(value)
        return OPERATORS["tensor"](value)

    def fill(self, value: Any) -> None:
        """Overwrite the value in place by an array of its shape, or by one number."""
        if is_tracing():
            raise RuntimeError(f"{self!r} cannot be assigned while a layer's call is recorded: it must run each time")
        trials.note(self._array)
        self._array[...] = value

    def assign_add(self, value: Any) -> Any:
        """Add to the value in place; returns the new one."""
        return self._assign(self._array + np.asarray(value))

    def assign_sub(self, value: Any) -> Any:
        """Subtract from the value in place; returns the new one."""
        return self._assign(self._array - np.asarray(value))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if copy is False or (copy is None and (dtype is None or np.dtype(dtype) == self._array.dtype)):
            return self._array if dtype is None else self._array.astype(dtype, copy=False)
        return self._array.astype(dtype or self._array.dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return OPERATORS["ufunc"](ufunc, method, inputs, kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return OPERATORS["function"](func, args, kwargs)

    def __len__(self) -> int:
        return len(self._array)

    def __float__(self) -> float:
        return float(self._array)

    def __int__(self) -> int:
        return int(self._array)

    def __bool__(self) -> bool:
        raise TypeError("A Keras Variable cannot be used as a boolean.")

    def __format__(self, spec: str) -> str:
        return format(self._array, spec) if spec else repr(self)

    def __repr__(self) -> str:
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}, value={self._array}>"


def _checked_name(name: Any) -> str:
    if not isinstance(name, str) or "/" in name:
        raise ValueError(f"Argument `name` must be a string and cannot contain character `/`. Received: name={name}")
    return name


def _callable(attribute: str, value: Any) -> Any:
    if value is not None and not callable(value):
        raise ValueError(
            f"Invalid value for attribute `{attribute}`. Expected a callable (such as a "
            f"`keras.{attribute}s.{attribute.capitalize()}` instance) or `None`. Received: {attribute}={value}"
        )
    return value


def _first_value(initializer: Any, shape: Any, dtype: Any) -> np.ndarray:
    if isinstance(initializer, str):
        initializer = OPERATORS["initializer"](initializer)
    if callable(initializer) and not isinstance(initializer, Variable):
        if shape is None:
            raise ValueError(
                "When creating a Variable from an initializer, the `shape` argument should be specified. Received: "
                f"initializer={initializer} and shape={shape}"
            )
        if not isinstance(shape, int) and None in tuple(shape):
            raise ValueError(
                "Shapes used to initialize variables must be fully-defined (no `None` dimensions). Received: "
                f"shape={shape}"
            )
        dtype = np.dtype(dtype or config.floatx()).name
        room.take(shape, dtype)
        return np.asarray(initializer(tuple(shape), dtype=dtype), dtype)
    value = np.asarray(initializer)
    if dtype is None:
        dtype = config.floatx() if value.dtype.kind == "f" else value.dtype
        # NumPy's own choice for Python's integers is int64; Keras's is int32.
        dtype = "int32" if dtype == np.int64 and not isinstance(initializer, np.ndarray | np.generic) else dtype
    return value.astype(dtype)
