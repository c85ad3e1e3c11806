"""Rescaling: y = scale · x + offset."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import saving
from pynn.layers import axes
from pynn.layers.layer import Backward, Layer
from pynn.plan import Plan, Slot


class Rescaling(Layer):
    """Multiply by a scale and add an offset: ``Rescaling(1 / 255)`` brings pixels to [0, 1].

    Parameters
    ----------
    scale : float or array
    offset : float or array, default 0
        Arrays are repeated to the shape of a row, from the last axis on.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If an array does not fit a row of the input.

    Examples
    --------
    >>> Rescaling(0.5, offset=-1.0)(np.array([[0.0, 2.0, 4.0]])).tolist()
    [[-1.0, 0.0, 1.0]]
    """

    _passes_mask = True
    _keeps_shape = True

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale, self.offset = scale, offset

    def check_input(self, input_shape: Any) -> None:
        for name in ("scale", "offset"):
            shape = np.shape(getattr(self, name))
            try:
                fits = np.broadcast_shapes(shape, tuple(input_shape[1:])) == tuple(input_shape[1:])
            except ValueError:
                fits = False
            if not fits:
                raise ValueError(
                    f"Rescaling {self.name!r}: {name} of shape {shape} does not fit rows of shape "
                    f"{tuple(input_shape[1:])}"
                )

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        rows = axes.flat(x)
        if np.ndim(self.scale) == 0 and np.ndim(self.offset) == 0:
            scale = float(self.scale)
            y = plan.emit("affine", rows, scalars=(scale, float(self.offset)), label=self.name)
            return y.view(*x.shape), lambda dy: plan.emit("affine", axes.flat(dy), scalars=(scale, 0.0)).view(*x.shape)
        factors, offsets = (
            axes.constant(plan, self.name, np.broadcast_to(np.asarray(value, plan.dtype), x.features))
            for value in (self.scale, self.offset)
        )
        zeros = axes.zeros(plan, rows.features[0])
        y = plan.emit("scale_shift", rows, zeros, factors, offsets, label=self.name)

        def backward(dy: Slot) -> Slot:
            dx: Slot = plan.emit("scale_shift", axes.flat(dy), zeros, factors, zeros)
            return dx.view(*x.shape)

        return y.view(*x.shape), backward

    def get_config(self) -> dict[str, Any]:
        serialize = saving.serialize_keras_object
        return super().get_config() | {"scale": serialize(self.scale), "offset": serialize(self.offset)}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Rescaling:
        """Make a layer from what `get_config` returned."""
        read = {name: saving.deserialize_keras_object(config[name], custom_objects) for name in ("scale", "offset")}
        return cls(**(config | read))
