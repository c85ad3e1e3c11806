"""Unit normalization: every row gets length 1."""

from __future__ import annotations

from typing import Any

from pynn.layers import axes
from pynn.layers.layer import Backward, Layer
from pynn.plan import Plan, Slot

# Keras's: lengths below 1e-12 count as this much, so that a row of zeros stays one.
_EPSILON = 1e-24


class UnitNormalization(Layer):
    """Divide each row by its length: y = x / √(Σ x²).

    Parameters
    ----------
    axis : int or list of int, default -1
        The axes over which squares are summed.
    **kwargs
        See `Layer`.

    Raises
    ------
    TypeError
        If `axis` is neither an integer nor a list of them.
    ValueError
        If there is no such axis, or it is that of the batch.

    Examples
    --------
    >>> np.round(UnitNormalization()(np.array([[3.0, 4.0]])), 2).tolist()
    [[0.6000000238418579, 0.800000011920929]]
    """

    _passes_mask = True

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(axis, int | list | tuple) or isinstance(axis, bool):
            raise TypeError(
                f"Invalid value for `axis` argument: expected an int or a list/tuple of ints. Received: axis={axis}"
            )
        self.axis = list(axis) if isinstance(axis, list | tuple) else axis
        self.built = True

    def check_input(self, input_shape: Any) -> None:
        axes.normal_axes(f"UnitNormalization {self.name!r}", self.axis, input_shape)

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        where = axes.normal_axes(self.name, self.axis, x.shape)
        order = [axis for axis in range(len(x.shape)) if axis not in where] + where
        moved = axes.permute(plan, x, order)
        y, unit_backward = lower_unit(plan, axes.split(moved, len(order) - len(where)))

        def backward(dy: Slot) -> Slot:
            dx = unit_backward(axes.permute(plan, dy, order))
            return axes.permute(plan, dx.view(*moved.shape), axes.inverse(order))

        return axes.permute(plan, y.view(*moved.shape), axes.inverse(order)), backward

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"axis": self.axis}


def lower_unit(plan: Plan, x: Slot) -> tuple[Slot, Backward]:
    """Emit the division of every vector along the last axis by its length."""
    rows = x.rows()
    y, squares = plan.emit("unit_forward", rows, scalars=(_EPSILON,))

    def backward(dy: Slot) -> Slot:
        dx: Slot = plan.emit("unit_backward", y, squares, dy.view(*rows.shape), scalars=(_EPSILON,))
        return dx.view(*x.shape)

    return y.view(*x.shape), backward
