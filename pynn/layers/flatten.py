"""Flatten: rows of any shape become vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config
from pynn.layers.layer import Backward, Layer, Shape
from pynn.plan import Plan, Slot


class Flatten(Layer):
    """Make each row a vector: (n, 28, 28) becomes (n, 784).

    Parameters
    ----------
    data_format : {"channels_last", "channels_first"}, optional
        Where images carry their channels; with "channels_first" they are moved to the end first, which is only
        available for inputs with one axis of features.
    **kwargs
        See `Layer`.

    Notes
    -----
    Costs nothing: the same memory is read in another shape.

    Examples
    --------
    >>> Flatten()(np.zeros((5, 28, 28))).shape
    (5, 784)
    """

    _keeps_shape = True

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = data_format or config.image_data_format()
        if self.data_format not in ("channels_last", "channels_first"):
            raise ValueError(
                "The `data_format` argument must be one of {'channels_first', 'channels_last'}. "
                f"Received: data_format={data_format}"
            )

    def check_input(self, input_shape: Shape) -> None:
        if self.data_format == "channels_first" and len(input_shape) > 2:
            raise ValueError(f"Flatten {self.name!r}: data_format='channels_first' is not available for {input_shape}")

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[0], int(np.prod([size or 1 for size in input_shape[1:]], dtype=np.int64)))

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        width = int(np.prod(x.features, dtype=np.int64))
        return x.view(x.shape[0], width), lambda dy: dy.view(*x.shape)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"data_format": self.data_format}
