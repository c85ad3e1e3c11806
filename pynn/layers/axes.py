"""Moves of slots that layers share: axes in another order, repeated, summed; features as columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from pynn import config
from pynn.plan import Plan, Slot
from pynn.slots import Batch, Size


def times(size: Size, factor: int) -> Size:
    """A size, so many times."""
    return Batch(size.times * factor) if isinstance(size, Batch) else size * factor


def split(x: Slot, at: int) -> Slot:
    """As a matrix: the axes before axis `at`, which is 1 or more, are its rows, the others its columns."""
    return x.view(times(x.shape[0], math.prod(x.features[: at - 1])), math.prod(x.features[at - 1 :]))


def flat(x: Slot) -> Slot:
    """As a matrix with a row for each row of the batch."""
    return split(x, 1)


def permute(plan: Plan, x: Slot, order: Sequence[int]) -> Slot:
    """The axes in another order; `order` names all of them and begins with 0."""
    axes = list(range(len(order)))
    for place, axis in enumerate(order):
        at = axes.index(axis)
        if at == place:
            continue
        length = 1
        while at + length < len(axes) and order[place + length] == axes[at + length]:
            length += 1
        x = _swap(plan, x, place, at, at + length)
        axes = axes[:place] + axes[at : at + length] + axes[place:at] + axes[at + length :]
    return x


def _swap(plan: Plan, x: Slot, start: int, middle: int, end: int) -> Slot:
    """Axes [middle, end) come before axes [start, middle)."""
    sizes = x.shape
    before, first = math.prod(x.features[: start - 1]), math.prod(x.features[start - 1 : middle - 1])
    second, rest = math.prod(x.features[middle - 1 : end - 1]), math.prod(x.features[end - 1 :])
    if first > 1 and second > 1:
        x = plan.emit("swap_blocks", x.view(times(sizes[0], before), first, second, rest))
    return x.view(*sizes[:start], *sizes[middle:end], *sizes[start:middle], *sizes[end:])


def inverse(order: Sequence[int]) -> list[int]:
    """The order that undoes an order."""
    return [order.index(axis) for axis in range(len(order))]


def spread(plan: Plan, x: Slot, features: Sequence[int]) -> Slot:
    """Repeat x along the axes on which it has one element, so that its rows get the shape `features`."""
    for axis, size in enumerate(features, 1):
        if x.shape[axis] != size:
            after = math.prod(x.features[axis:])
            rows = x.view(times(x.shape[0], math.prod(x.features[: axis - 1])), after)
            y = plan.emit("repeat_axis", rows, scalars=(1.0,), r=size)
            x = y.view(*x.shape[:axis], size, *x.shape[axis + 1 :])
    return x


def gather(plan: Plan, dy: Slot, features: Sequence[int]) -> Slot:
    """Sum dy along the axes on which `features` has one element: the gradient of `spread`."""
    for axis, size in enumerate(features, 1):
        if dy.shape[axis] != size:
            before, after = math.prod(dy.features[: axis - 1]), math.prod(dy.features[axis:])
            terms = dy.view(times(dy.shape[0], before), dy.features[axis - 1], after)
            dx = plan.emit("sum_axis", terms, scalars=(1.0,))
            dy = dx.view(*dy.shape[:axis], 1, *dy.shape[axis + 1 :])
    return dy


def constant(plan: Plan, name: str, value: Any) -> Slot:
    """A vector that never changes, of the plan's type."""
    return plan.fixed(name, np.ascontiguousarray(value, plan.dtype).reshape(-1))


def zeros(plan: Plan, size: int) -> Slot:
    """A vector of zeros."""
    return constant(plan, "zeros", np.zeros(size))


def normal_axes(owner: str, axis: Any, shape: Sequence[Any]) -> list[int]:
    """Axes counted from the front, in ascending order.

    Raises
    ------
    ValueError
        If there is no such axis in inputs of that shape, or it is that of the batch.
    """
    given = list(axis) if isinstance(axis, list | tuple) else [axis]
    for one in given:
        if not -len(shape) <= one < len(shape):
            raise ValueError(
                f"{owner}: Axis {one} is out of bounds for input shape {tuple(shape)}. Received: axis={axis}"
            )
        if one % len(shape) == 0:
            raise ValueError(
                f"{owner}: axis={axis} is the batch for input shape {tuple(shape)}; rows of a batch are independent "
                "here. Choose another axis."
            )
    return sorted({one % len(shape) for one in given})


def checked_data_format(data_format: str | None) -> str:
    """Where the channels are: "channels_last" or "channels_first"; the configured one for None.

    Raises
    ------
    ValueError
        If it is neither.
    """
    found = data_format or config.image_data_format()
    if found not in ("channels_last", "channels_first"):
        raise ValueError(
            "The `data_format` argument must be one of {'channels_first', 'channels_last'}. "
            f"Received: data_format={data_format}"
        )
    return found
