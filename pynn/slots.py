"""Slots: named, shaped regions of memory, and the columns of scalars that change from batch to batch."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal

import numpy as np

# stream: an array bound at run time that moves on with each batch.  fixed: memory that outlives the plan (weights,
# optimizer state, constants, running sums).  arena: written and read within a batch.
Kind = Literal["stream", "fixed", "arena"]


class Lasting(np.ndarray):
    """A view of data that nobody changes while the view lives: a device keeps its copy with it."""

    on_device: Any = None


class Batch:
    """A size of `times` rows for each row of the batch."""

    __slots__ = ("times",)

    def __init__(self, times: int = 1) -> None:
        self.times = times

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Batch) and other.times == self.times

    def __hash__(self) -> int:
        return hash(("batch", self.times))

    def __repr__(self) -> str:
        return "n" if self.times == 1 else f"{self.times}n"


Size = int | Batch
# First size of a stream that is the whole data set: its rows are not counted, `order` picks among them.  A stream whose
# first size is another number has so many rows for each batch.
ALL_ROWS = 0


def resolve(size: Size, n: int) -> int:
    """The size for a batch of `n` rows."""
    return size.times * n if isinstance(size, Batch) else size


class Slot:
    """A named, shaped region of memory; a view shares the memory of its root."""

    __slots__ = ("array", "dtype", "kind", "layer", "mask", "name", "root", "shape")

    def __init__(
        self, name: str, shape: tuple[Size, ...], dtype: Any, kind: Kind, array: np.ndarray | None = None
    ) -> None:
        self.name, self.shape, self.dtype, self.kind = name, shape, np.dtype(dtype), kind
        self.array = array
        self.layer = ""  # whose steps write it; "" for what belongs to none
        self.root: Slot = self
        self.mask: Slot | None = None  # which steps count, as 1 and 0; a view has none until it is given one

    @property
    def features(self) -> tuple[int, ...]:
        """Sizes after the first, which are always numbers."""
        return tuple(int(size) for size in self.shape[1:])  # type: ignore[arg-type]

    def view(self, *shape: Size) -> Slot:
        """The same memory in another shape."""
        if self._elements(shape) != self._elements(self.shape):
            raise ValueError(f"slot {self.name}: cannot view shape {self.shape} as {shape}")
        other = Slot(self.name, shape, self.dtype, self.kind)
        other.root = self.root
        return other

    def rows(self) -> Slot:
        """As a matrix: all but the last size together are its rows; a vector becomes a column."""
        if len(self.shape) == 2:
            return self
        if not self.shape:
            return self.view(1, 1)
        first = self.shape[0]
        if len(self.shape) == 1:
            return self.view(first, 1)
        times = math.prod(self.features[:-1])
        rows = Batch(first.times * times) if isinstance(first, Batch) else first * times
        return self.view(rows, *self.features[-1:])

    @staticmethod
    def _elements(shape: tuple[Size, ...]) -> tuple[int, int]:
        batches = sum(isinstance(size, Batch) for size in shape)
        return batches, math.prod([size.times if isinstance(size, Batch) else size for size in shape])

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.shape))})"


class Column:
    """A scalar with a new value for each batch.

    Parameters
    ----------
    name : str
    values : callable
        ``values(count)``: the values for the next `count` batches.
    ahead : int, optional
        Most batches to ask for at a time, where a user's function computes the values.
    """

    __slots__ = ("ahead", "name", "values")

    def __init__(self, name: str, values: Callable[[int], np.ndarray], ahead: int | None = None) -> None:
        self.name, self.values, self.ahead = name, values, ahead

    def __repr__(self) -> str:
        return f"<{self.name}>"


Scalar = float | Column


def rows_ahead(columns: list[Column], count: int) -> np.ndarray:
    """The values of the columns, a row a batch: for the next `count` batches, or as far as all look ahead."""
    if not columns:
        return np.empty((count, 0))
    count = min([count, *(column.ahead for column in columns if column.ahead)])
    if len(columns) == 1:
        return np.ascontiguousarray(columns[0].values(count), np.float64).reshape(count, 1)
    table = np.empty((count, len(columns)))
    for i, column in enumerate(columns):
        table[:, i] = column.values(count)
    return table
