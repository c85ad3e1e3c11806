"""Rows of a loss: the axes that it takes together become the last, all others rows."""

from __future__ import annotations

import math
from typing import Any

from pynn.plan import Batch, Plan, Size, Slot

Axis = int | tuple[int, ...] | list[int] | None


def block(axis: Axis, rank: int, name: str) -> tuple[int, int]:
    """First axis and end of the axes that belong together.

    Raises
    ------
    ValueError
        If an axis does not exist, or they do not stand side by side.
    """
    if axis is None:
        return 0, rank
    axes = sorted(a + rank if a < 0 else a for a in (axis if isinstance(axis, tuple | list) else (axis,)))
    if not axes or axes[0] < 0 or axes[-1] >= rank or axes != list(range(axes[0], axes[-1] + 1)):
        raise ValueError(f"{name}: axis={axis} must name axes that stand side by side, of an output with {rank} axes")
    return axes[0], axes[-1] + 1


class Rows:
    """An output seen as rows of what a loss takes together.

    Parameters
    ----------
    plan : Plan
    shape : tuple
        Of the output; its first size may be a `Batch`.
    axis : int, tuple of int or None
        The axes taken together; None: all of them, the rows of the batch included.
    name : str
        Of the loss, for errors.

    Attributes
    ----------
    count : int or Batch
        Number of rows.
    shape : tuple
        Of the losses.
    """

    def __init__(self, plan: Plan, shape: tuple[Size, ...], axis: Axis, name: str) -> None:
        self._plan, self._shape = plan, shape
        first, end = block(axis, len(shape), name)
        if first == 0 < end < len(shape) and isinstance(shape[0], Batch):
            raise ValueError(f"{name}: axis={axis} holds the rows of the batch; training needs other axes, or None")
        self._front, self._inner, self._back = _product(shape[:first]), _product(shape[first:end]), shape[end:]
        self._swapped = math.prod(self._back) > 1  # type: ignore[arg-type]
        self.shape = (*shape[:first], *self._back)
        self.count = _product(self.shape)

    def of(self, slot: Slot) -> Slot:
        """The slot as a matrix: a row for each loss."""
        if not self._swapped:
            return slot.view(self.count, self._inner)
        swapped: Slot = self._plan.emit("swap_blocks", slot.view(self._front, self._inner, math.prod(self._back), 1))  # type: ignore[arg-type]
        return swapped.view(self.count, self._inner)

    def back(self, slot: Slot) -> Slot:
        """The other way round."""
        if not self._swapped:
            return slot.view(*self._shape)
        swapped: Slot = self._plan.emit("swap_blocks", slot.view(self._front, math.prod(self._back), self._inner, 1))  # type: ignore[arg-type]
        return swapped.view(*self._shape)


def _product(sizes: tuple[Any, ...]) -> Any:
    """All sizes as one."""
    times = math.prod(size.times if isinstance(size, Batch) else size for size in sizes)
    return Batch(times) if any(isinstance(size, Batch) for size in sizes) else times
