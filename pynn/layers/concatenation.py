"""Inputs side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from pynn.layers import axes, masks
from pynn.layers.merging import Backwards, Merge, check_list
from pynn.ops import comparisons, creation, joining, reductions, shaping
from pynn.plan import Plan, Slot


class Concatenate(Merge):
    """Put a list of inputs side by side along an axis: (n, 3) and (n, 5) become (n, 8).

    Parameters
    ----------
    axis : int, default -1
        Not that of the batch.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If the inputs differ in another axis, or there is no such axis.

    Examples
    --------
    >>> Concatenate()([np.array([[1.0, 2.0]]), np.array([[3.0]])]).tolist()
    [[1.0, 2.0, 3.0]]
    """

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def _place(self, shape: Any) -> int:
        return axes.normal_axes(f"Concatenate {self.name!r}", self.axis, shape)[0]

    def check_input(self, input_shape: Any) -> None:
        check_list(self, input_shape)
        axis = self._place(input_shape[0])
        others = {(len(shape), *shape[1:axis], "|", *shape[axis + 1 :]) for shape in input_shape}
        if len(others) > 1:
            raise ValueError(
                "A `Concatenate` layer requires inputs with matching shapes except for the concatenation axis. "
                f"Received: input_shape={input_shape}"
            )

    def compute_output_shape(self, input_shape: Any) -> Any:
        axis = self._place(input_shape[0])
        shape = list(input_shape[0])
        shape[axis] = sum(other[axis] for other in input_shape)
        return tuple(shape)

    def lower(self, plan: Plan, x: Sequence[Slot]) -> tuple[Slot, Backwards]:
        axis = self._place(x[0].shape)
        shape = self.compute_output_shape([slot.shape for slot in x])
        parts = [axes.split(slot, axis) for slot in x]
        widths = [part.features[0] for part in parts]
        starts = [sum(widths[:place]) for place in range(len(widths))]
        y = _side_by_side(plan, parts, self.name)

        def backward(dy: Slot) -> list[Slot]:
            rows, gradients = dy.view(*y.shape), []
            for slot, width, start in zip(x, widths, starts, strict=True):
                dx = plan.emit("copy_columns_out", rows, scalars=(float(start),), label=f"{self.name}.dx", a=width)
                gradients.append(dx.view(*slot.shape))
            return gradients

        return y.view(*shape), backward

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The masks side by side; along the last axis, the steps that count in any of the inputs."""
        if masks.listed(inputs, mask) is None or not masks.there(mask):
            return None
        full = [
            creation.ones_like(x, dtype="bool")
            if part is None
            else part
            if len(part.shape) == len(x.shape)
            else comparisons.logical_or(shaping.expand_dims(part, -1), creation.zeros_like(x, dtype="bool"))
            for x, part in zip(inputs, mask, strict=True)
        ]
        return reductions.any(joining.concatenate(full, axis=self.axis), axis=-1)

    def lower_mask(self, plan: Plan, x: Sequence[Slot], mask: Any) -> Any:
        """Emit the mask."""
        axis = self._place(x[0].shape)
        if not masks.there(mask) or axis == len(x[0].shape) - 1:
            return super().lower_mask(plan, x, mask)  # with one input all of whose steps count, all count
        full = [_ones(plan, slot) if part is None else part for slot, part in zip(x, mask, strict=True)]
        y = _side_by_side(plan, [axes.split(part, axis) for part in full], f"{self.name}.mask")
        return y.view(*self.compute_output_shape([slot.shape for slot in x])[:-1])

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"axis": self.axis}


def _side_by_side(plan: Plan, parts: Sequence[Slot], name: str) -> Slot:
    """Matrices of the same rows as one."""
    widths = [part.features[0] for part in parts]
    y = Slot(name, (parts[0].shape[0], sum(widths)), plan.dtype, "arena")
    for place, part in enumerate(parts):
        plan.emit("copy_columns_in", part, y, scalars=(float(sum(widths[:place])),))
    return y


def _ones(plan: Plan, x: Slot) -> Slot:
    """The mask of an input all of whose steps count."""
    return plan.ones(axes.times(x.shape[0], math.prod(x.features[:-1]))).view(*x.shape[:-1])
