"""Variables: named arrays that the compiled core reads and writes in place."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config, naming

# Weights start on a cache line, so that no vector of a row straddles two without need.
_ALIGNMENT = 64


def aligned_empty(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """An uninitialised C-contiguous array that starts on a cache line."""
    dtype = np.dtype(dtype)
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    block = np.empty(size + _ALIGNMENT, np.uint8)
    start = -block.ctypes.data % _ALIGNMENT
    aligned: np.ndarray = block[start : start + size].view(dtype).reshape(shape)
    return aligned


class Variable:
    """A weight: an array with a name, which training changes in place.

    Parameters
    ----------
    initializer : array_like or callable
        First value; or ``initializer(shape, dtype=dtype)``, which needs `shape`.
    shape : tuple of int, optional
    dtype : str, optional
        ``config.floatx()`` if not given.
    trainable : bool, default True
        Whether training may change it.
    name : str, optional
        Numbered by kind if not given.

    Notes
    -----
    `value`, `numpy` and NumPy functions see the one live array without copying it; to keep a value, copy it.

    Examples
    --------
    >>> v = Variable([1.0, 2.0], name="v")
    >>> v.assign([3.0, 4.0])
    >>> float(np.sum(v))
    7.0
    """

    def __init__(
        self,
        initializer: Any,
        shape: Any = None,
        dtype: str | None = None,
        trainable: bool = True,
        name: str | None = None,
    ) -> None:
        dtype = np.dtype(dtype or config.floatx()).name
        value = np.asarray(initializer(tuple(shape), dtype=dtype) if callable(initializer) else initializer, dtype)
        if shape is not None and tuple(shape) != value.shape:
            raise ValueError(f"Variable {name!r}: initializer gave shape {value.shape}, expected {tuple(shape)}")
        self._array = aligned_empty(value.shape, dtype)
        self._array[...] = value
        self.trainable = trainable
        self.name = name or naming.auto_name("variable")
        self.path = self.name

    @property
    def value(self) -> np.ndarray:
        """The live array."""
        return self._array

    def numpy(self) -> np.ndarray:
        """The live array."""
        return self._array

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

    def assign(self, value: Any) -> None:
        """Overwrite the value in place.

        Raises
        ------
        ValueError
            If the shape differs.
        """
        value = np.asarray(value, self._array.dtype)
        if value.shape != self.shape:
            raise ValueError(
                "The shape of the target variable and the shape of the target value in `variable.assign(value)` must "
                f"match. variable.shape={self.shape}, Received: value.shape={value.shape}. Target variable: {self!r}"
            )
        self._array[...] = value

    def assign_add(self, value: Any) -> None:
        """Add to the value in place."""
        self.assign(self._array + value)

    def assign_sub(self, value: Any) -> None:
        """Subtract from the value in place."""
        self.assign(self._array - value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if copy is False or (copy is None and (dtype is None or np.dtype(dtype) == self._array.dtype)):
            return self._array if dtype is None else self._array.astype(dtype, copy=False)
        return self._array.astype(dtype or self._array.dtype)

    def __getitem__(self, index: Any) -> Any:
        return self._array[index]

    def __len__(self) -> int:
        return len(self._array)

    def __float__(self) -> float:
        return float(self._array)

    def __int__(self) -> int:
        return int(self._array)

    def __add__(self, other: Any) -> Any:
        return self._array + other

    def __radd__(self, other: Any) -> Any:
        return other + self._array

    def __sub__(self, other: Any) -> Any:
        return self._array - other

    def __rsub__(self, other: Any) -> Any:
        return other - self._array

    def __mul__(self, other: Any) -> Any:
        return self._array * other

    def __rmul__(self, other: Any) -> Any:
        return other * self._array

    def __truediv__(self, other: Any) -> Any:
        return self._array / other

    def __rtruediv__(self, other: Any) -> Any:
        return other / self._array

    def __matmul__(self, other: Any) -> Any:
        return self._array @ other

    def __rmatmul__(self, other: Any) -> Any:
        return other @ self._array

    def __neg__(self) -> Any:
        return -self._array

    def __repr__(self) -> str:
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}, value={self._array}>"
