"""Masking: steps of a sequence that hold nothing become 0."""

from __future__ import annotations

import warnings
from typing import Any

from pynn.layers.layer import Backward, Layer
from pynn.plan import Plan, Slot


class Masking(Layer):
    """Set the steps of a sequence to 0 whose features all are `mask_value`.

    In Keras, recurrent layers and losses skip such steps.  No layer here does; a warning says so where the layer is
    built.

    Parameters
    ----------
    mask_value : float, default 0
    **kwargs
        See `Layer`.

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     Masking(2.0)(np.array([[[2.0, 2.0], [2.0, 1.0]]])).tolist()
    [[[0.0, 0.0], [2.0, 1.0]]]
    """

    def __init__(self, mask_value: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mask_value = mask_value

    def build(self, input_shape: Any) -> None:
        """Warn that the mask goes no further."""
        warnings.warn(
            f"Masking '{self.name}' sets masked steps to 0, but its mask goes no further: layers, losses and metrics "
            "after it count those steps, where Keras would skip them unless a Flatten stands between.",
            stacklevel=2,
        )
        self.built = True

    def get_build_config(self) -> None:
        """Nothing is made for a shape."""

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        rows = x.rows()
        y = plan.emit("mask_rows", rows, rows, scalars=(float(self.mask_value),), label=self.name)

        def backward(dy: Slot) -> Slot:
            dx: Slot = plan.emit("mask_rows", rows, dy.view(*rows.shape), scalars=(float(self.mask_value),))
            return dx.view(*x.shape)

        return y.view(*x.shape), backward

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"mask_value": self.mask_value}
