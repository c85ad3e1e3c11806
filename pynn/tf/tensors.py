"""Variables, and what functions expect, with TensorFlow's arguments."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from pynn import keras
from pynn.tensor import PARTS, Tensor
from pynn.tf.arrays import convert_to_tensor
from pynn.tf.dtypes import as_dtype
from pynn.variables import Variable as KerasVariable

ops: Any = keras.ops


class TensorSpec:
    """Shape and type that a function expects.

    Parameters
    ----------
    shape : sequence of int or None
    dtype : DType, default tf.float32
    name : str, optional
    """

    def __init__(self, shape: Any, dtype: Any = "float32", name: str | None = None) -> None:
        self.shape = None if shape is None else tuple(shape)
        self.dtype, self.name = as_dtype(dtype), name

    def __repr__(self) -> str:
        return f"TensorSpec(shape={self.shape}, dtype={self.dtype!r}, name={self.name!r})"


class _Part:
    """A part of a variable, which can be assigned; a tensor that was read from there answers with it."""

    def __init__(self, variable: Variable, index: Any) -> None:
        self._variable, self._index = variable, index

    def assign(self, value: Any) -> Any:
        """Overwrite this part of the variable; returns the variable."""
        return self._variable._assign_at(self._index, value)

    def assign_add(self, delta: Any) -> Any:
        """Add to this part of the variable; returns the variable."""
        return self.assign(self._variable.live[self._index] + np.asarray(delta))

    def assign_sub(self, delta: Any) -> Any:
        """Subtract from this part of the variable; returns the variable."""
        return self.assign(self._variable.live[self._index] - np.asarray(delta))


class Variable(KerasVariable):
    """A tensor that can be changed, which a `GradientTape` follows.

    Parameters
    ----------
    initial_value : array_like or callable
        Python's fractions become float32, its whole numbers int32.
    trainable : bool, default True
    name : str, optional
    dtype : DType, optional
    shape : sequence of int, optional

    Examples
    --------
    >>> v = Variable([1.0, 2.0])
    >>> v.assign_add([1.0, 1.0]).numpy().tolist()
    [2.0, 3.0]
    """

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        import_scope: Any = None,
        constraint: Any = None,
        synchronization: Any = None,
        aggregation: Any = None,
        shape: Any = None,
    ) -> None:
        if initial_value is None:
            raise ValueError(
                "The `initial_value` arg to `tf.Variable` must be a number, an array or a function of none"
            )
        value = convert_to_tensor(initial_value() if callable(initial_value) else initial_value, dtype)
        super().__init__(
            np.asarray(value), dtype=value.dtype.name, trainable=trainable is not False, name=name or "Variable"
        )
        self.constraint = constraint

    def assign(self, value: Any, use_locking: bool = False, name: Any = None, read_value: bool = True) -> Any:
        """Overwrite the value; returns the variable."""
        super().assign(value)
        return self

    def assign_add(self, delta: Any, use_locking: bool = False, name: Any = None, read_value: bool = True) -> Any:
        """Add to the value; returns the variable."""
        super().assign_add(delta)
        return self

    def assign_sub(self, delta: Any, use_locking: bool = False, name: Any = None, read_value: bool = True) -> Any:
        """Subtract from the value; returns the variable."""
        super().assign_sub(delta)
        return self

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        if isinstance(found, Tensor):
            PARTS[id(found)] = _Part(self, index)
            weakref.finalize(found, PARTS.pop, id(found), None)
        return found

    def _assign_at(self, index: Any, value: Any) -> Any:
        changed, value = self.numpy(), np.asarray(value, self.dtype)
        if value.shape not in ((), changed[index].shape):
            raise ValueError(
                f"Variable {self.name!r}: a part of shape {changed[index].shape} cannot be assigned a value of shape "
                f"{value.shape}"
            )
        changed[index] = value
        return self.assign(changed)

    def scatter_nd_update(self, indices: Any, updates: Any, name: Any = None) -> Any:
        """Overwrite the elements (or rows) at a list of indices; returns the variable."""
        changed, places = self.numpy(), np.asarray(indices)
        changed[tuple(np.moveaxis(places, -1, 0))] = np.asarray(updates, self.dtype)
        return self.assign(changed)

    def read_value(self) -> Tensor:
        """The value now."""
        found: Tensor = ops.convert_to_tensor(self)
        return found
