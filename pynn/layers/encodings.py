"""Numbers to vectors of zeros and ones: what the encoding layers share."""

from __future__ import annotations

from typing import Any

from pynn.layers import axes
from pynn.plan import Plan, Slot


def encoded_shape(mode: str, input_shape: Any, width: int) -> Any:
    """Shape of the output; every number, or all numbers along axis 1, become `width` numbers."""
    shape = tuple(input_shape)
    if mode == "one_hot":
        return (*(shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape), width)
    if len(shape) < 2:
        raise ValueError(
            f"output_mode={mode!r} joins the numbers along axis 1, which inputs of shape {shape} do not have. For rows "
            "that are single numbers give them an axis: shape=(1,)."
        )
    return (shape[0], *shape[2:], width)


def lower_encoding(plan: Plan, mode: str, x: Slot, width: int, weights: Slot | None = None) -> Slot:
    """Emit the encoding of numbers that count from 0."""
    shape = encoded_shape(mode, x.shape, width)
    if mode == "one_hot":
        rows = axes.flat(x)
        numbers = rows.view(axes.times(rows.shape[0], rows.features[0]), 1)
        hot: Slot = plan.emit("multi_hot", numbers, k=width)
        return hot.view(*shape)
    op = {"multi_hot": "multi_hot", "count": "count_hot"}[mode]
    groups = [_joined(plan, slot) for slot in (x, weights) if slot is not None]
    encoded: Slot = plan.emit(op if weights is None else "weighted_count_hot", *groups, k=width)
    return encoded.view(*shape)


def _joined(plan: Plan, x: Slot) -> Slot:
    """As a matrix whose rows hold the numbers along axis 1."""
    moved = axes.permute(plan, x, [0, *range(2, len(x.shape)), 1])
    return moved.rows()
