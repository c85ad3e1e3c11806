"""Flatten: rows of any shape become vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.layers import axes
from pynn.layers.layer import Backward, Layer, Shape
from pynn.plan import Plan, Slot


class Flatten(Layer):
    """Make each row a vector: (n, 28, 28) becomes (n, 784).

    Parameters
    ----------
    data_format : {"channels_last", "channels_first"}, optional
        Where images carry their channels; with "channels_first" they are moved to the end first.
    **kwargs
        See `Layer`.

    Notes
    -----
    Costs nothing with the channels last: the same memory is read in another shape.

    Examples
    --------
    >>> Flatten()(np.zeros((5, 28, 28))).shape
    (5, 784)
    """

    _keeps_integers = True
    _keeps_shape = True

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = axes.checked_data_format(data_format)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[0], int(np.prod([size or 1 for size in input_shape[1:]], dtype=np.int64)))

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        order = list(range(len(x.shape)))
        if self.data_format == "channels_first" and len(order) > 2:
            order = [0, *order[2:], 1]
        moved = axes.permute(plan, x, order)

        def backward(dy: Slot) -> Slot:
            return axes.permute(plan, dy.view(*moved.shape), axes.inverse(order))

        return axes.flat(moved), backward

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"data_format": self.data_format}
