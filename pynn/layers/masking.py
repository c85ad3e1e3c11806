"""Masking: steps of a sequence that hold nothing become 0."""

from __future__ import annotations

from typing import Any

from pynn.layers.layer import Backward, Layer
from pynn.ops import comparisons, reductions
from pynn.plan import Plan, Slot


class Masking(Layer):
    """Set the steps of a sequence to 0 whose features all are `mask_value`.

    They are masked: GlobalAveragePooling1D and the loss of a model leave them out, if the layers between pass masks on.

    Parameters
    ----------
    mask_value : float, default 0
    **kwargs
        See `Layer`.

    Examples
    --------
    >>> layer, x = Masking(2.0), np.array([[[2.0, 2.0], [2.0, 1.0]]])
    >>> layer(x).tolist()
    [[[0.0, 0.0], [2.0, 1.0]]]
    >>> layer.compute_mask(x).tolist()
    [[False, True]]
    """

    _passes_mask = True

    def __init__(self, mask_value: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mask_value = mask_value

        self.built = True

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Which steps hold anything else than `mask_value`."""
        return reductions.any(comparisons.not_equal(inputs, self.mask_value), axis=-1)

    def lower_mask(self, plan: Plan, x: Slot, mask: Any) -> Slot:
        """Emit the mask."""
        found: Slot = plan.emit("mask_of_rows", x.rows(), scalars=(float(self.mask_value),), label=f"{self.name}.mask")
        return found.view(*x.shape[:-1])

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        rows = x.rows()
        y = plan.emit("mask_rows", rows, rows, scalars=(float(self.mask_value),), label=self.name)

        def backward(dy: Slot) -> Slot:
            dx: Slot = plan.emit("mask_rows", rows, dy.view(*rows.shape), scalars=(float(self.mask_value),))
            return dx.view(*x.shape)

        return y.view(*x.shape), backward

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"mask_value": self.mask_value}
