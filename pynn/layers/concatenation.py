"""Inputs side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from pynn.layers import axes
from pynn.layers.merging import Backwards, Merge, check_list
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
        y = Slot(self.name, (parts[0].shape[0], math.prod(shape[axis:])), plan.dtype, "arena")
        for part, start in zip(parts, starts, strict=True):
            plan.emit("copy_columns_in", part, y, scalars=(float(start),))

        def backward(dy: Slot) -> list[Slot]:
            rows, gradients = dy.view(*y.shape), []
            for slot, width, start in zip(x, widths, starts, strict=True):
                dx = plan.emit("copy_columns_out", rows, scalars=(float(start),), label=f"{self.name}.dx", a=width)
                gradients.append(dx.view(*slot.shape))
            return gradients

        return y.view(*shape), backward

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"axis": self.axis}
