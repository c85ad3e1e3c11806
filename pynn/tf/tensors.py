"""Variables, and what functions expect, with TensorFlow's arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import keras
from pynn.tensor import Tensor
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

    def read_value(self) -> Tensor:
        """The value now."""
        found: Tensor = ops.convert_to_tensor(self)
        return found
