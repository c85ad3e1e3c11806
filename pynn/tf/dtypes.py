"""`tf.dtypes`: element types, each known to NumPy and to TensorFlow by its name."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np


class DType:
    """An element type as TensorFlow shows it; equal to NumPy's type and to its name.

    Parameters
    ----------
    name : str
        TensorFlow's name.
    dtype : dtype
        NumPy's type.

    Examples
    --------
    >>> float32, float32.name, float32 == np.float32
    (tf.float32, 'float32', True)
    >>> np.zeros(2, float32).dtype == float32
    True
    """

    def __init__(self, name: str, dtype: Any) -> None:
        self.name = name
        self.dtype: np.dtype[Any] = np.dtype(dtype)  # where NumPy looks if it is handed this object as a type

    @property
    def as_numpy_dtype(self) -> Any:
        """NumPy's class of such numbers."""
        return self.dtype.type

    @property
    def is_floating(self) -> builtins.bool:
        """Whether it has fractions."""
        return self.dtype.kind == "f"

    @property
    def is_integer(self) -> builtins.bool:
        """Whether it is a whole number."""
        return self.dtype.kind in "iu"

    @property
    def is_bool(self) -> builtins.bool:
        """Whether it is a truth value."""
        return self.dtype.kind == "b"

    @property
    def size(self) -> int:
        """Bytes of one element."""
        return self.dtype.itemsize

    @property
    def min(self) -> Any:
        """The smallest value."""
        return self._limits().min

    @property
    def max(self) -> Any:
        """The largest value."""
        return self._limits().max

    def _limits(self) -> Any:
        return np.finfo(self.dtype) if self.is_floating else np.iinfo(self.dtype)

    def __eq__(self, other: object) -> builtins.bool:
        if isinstance(other, DType):
            return self.name == other.name
        if other is None:
            return False
        try:
            return self.dtype == np.dtype(other)  # type: ignore[call-overload, no-any-return]
        except TypeError:
            return False

    def __hash__(self) -> int:
        return hash(self.dtype)

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"


float16 = half = DType("float16", np.float16)
float32 = DType("float32", np.float32)
float64 = double = DType("float64", np.float64)
int8 = DType("int8", np.int8)
int16 = DType("int16", np.int16)
int32 = DType("int32", np.int32)
int64 = DType("int64", np.int64)
uint8 = DType("uint8", np.uint8)
uint16 = DType("uint16", np.uint16)
uint32 = DType("uint32", np.uint32)
uint64 = DType("uint64", np.uint64)
bool = DType("bool", np.bool_)
complex64 = DType("complex64", np.complex64)
complex128 = DType("complex128", np.complex128)
string = DType("string", np.object_)


def as_dtype(type_value: Any) -> DType:
    """Return the element type that a name, a NumPy type or another such object means.

    Parameters
    ----------
    type_value : str, dtype or DType

    Examples
    --------
    >>> as_dtype("float64")
    tf.float64
    """
    if isinstance(type_value, DType):
        return type_value
    for known in globals().values():
        if isinstance(known, DType) and (known.name == type_value or known == type_value):
            return known
    raise TypeError(f"Cannot convert value {type_value!r} to a TensorFlow DType.")


def name_of(dtype: Any) -> str | None:
    """NumPy's name of a type given in any form, None for None."""
    return None if dtype is None else np.dtype(dtype).name


__all__ = [
    "DType",
    "as_dtype",
    "bool",
    "complex128",
    "complex64",
    "double",
    "float16",
    "float32",
    "float64",
    "half",
    "int16",
    "int32",
    "int64",
    "int8",
    "string",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
]
