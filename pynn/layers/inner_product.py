"""Inner products of two inputs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from pynn.layers import axes
from pynn.layers.merging import Backwards, Merge
from pynn.layers.unit_normalization import lower_unit
from pynn.plan import Plan, Slot


class Dot(Merge):
    """Sum the products of two inputs along an axis of each: (n, 4) and (n, 4) become (n, 1).

    Parameters
    ----------
    axes : int or tuple of two int
        The axis to sum along, in both or in each.
    normalize : bool, default False
        Bring both to length 1 along these axes first: the output is the cosine of their angle.
    **kwargs
        See `Layer`.

    Raises
    ------
    TypeError
        If `axes` is neither an integer nor two of them.
    ValueError
        If there are not exactly two inputs, or the axes differ in size.

    Notes
    -----
    For inputs (n, i, k) and (n, j, k) and ``axes=2`` the output is (n, i, j).

    Examples
    --------
    >>> Dot(axes=1)([np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])]).tolist()
    [[11.0]]
    """

    _least, _most = 2, 2

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """None: the steps are summed over."""

    def lower_mask(self, plan: Plan, x: Any, mask: Any) -> None:
        """None, as `compute_mask`."""

    def __init__(self, axes: Any, normalize: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        given = [axes] if isinstance(axes, int) else axes
        if not isinstance(given, list | tuple):
            raise TypeError(f"Invalid type for argument `axes`: it should be a list or an int. Received: axes={axes}")
        if not isinstance(axes, int) and len(given) != 2:
            raise ValueError(
                f"Invalid format for argument `axes`: it should contain two elements. Received: axes={axes}"
            )
        if not all(isinstance(axis, int | np.integer) for axis in given):
            raise ValueError(
                f"Invalid format for argument `axes`: list elements should be integers. Received: axes={axes}"
            )
        self.axes, self.normalize = axes, normalize

    def _places(self, input_shape: Any) -> list[int]:
        pair = [self.axes] * 2 if isinstance(self.axes, int) else self.axes
        owner = f"Dot {self.name!r}"
        return [axes.normal_axes(owner, axis, shape)[0] for axis, shape in zip(pair, input_shape, strict=True)]

    def compute_output_shape(self, input_shape: Any) -> Any:
        first, second = input_shape
        a, b = self._places(input_shape)
        if first[a] != second[b]:
            raise ValueError(
                f"Incompatible input shapes: axis values {first[a]} (at axis {a}) != {second[b]} (at axis {b}). Full "
                f"input shapes: {tuple(first)}, {tuple(second)}"
            )
        rest = [*first[1:a], *first[a + 1 :], *second[1:b], *second[b + 1 :]]
        return (first[0], *(rest or [1]))

    def lower(self, plan: Plan, x: Sequence[Slot]) -> tuple[Slot, Backwards]:
        shape = self.compute_output_shape([slot.shape for slot in x])
        orders = [
            [*(other for other in range(len(slot.shape)) if other != axis), axis]
            for slot, axis in zip(x, self._places([slot.shape for slot in x]), strict=True)
        ]
        moved = [axes.permute(plan, slot, order) for slot, order in zip(x, orders, strict=True)]
        sides = [_sides(slot) for slot in moved]
        lengths = [lower_unit(plan, side) for side in sides] if self.normalize else None
        left, right = [unit for unit, _ in lengths] if lengths else sides
        y = plan.emit("inner_products", left, right, label=self.name)

        def backward(dy: Slot) -> list[Slot]:
            dy = dy.view(*y.shape)
            gradients = [
                plan.emit("inner_products", dy, axes.permute(plan, right, [0, 2, 1])),
                plan.emit("inner_products", axes.permute(plan, dy, [0, 2, 1]), axes.permute(plan, left, [0, 2, 1])),
            ]
            if lengths:
                gradients = [back(gradient) for (_, back), gradient in zip(lengths, gradients, strict=True)]
            return [
                axes.permute(plan, gradient.view(*slot.shape), axes.inverse(order))
                for gradient, slot, order in zip(gradients, moved, orders, strict=True)
            ]

        return y.view(*shape), backward

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"axes": self.axes, "normalize": self.normalize}


def _sides(slot: Slot) -> Slot:
    """As (rows, vectors, elements)."""
    return slot.view(slot.shape[0], math.prod(slot.features[:-1]), slot.features[-1])
