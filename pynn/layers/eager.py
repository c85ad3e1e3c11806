"""A layer applied to an array by itself: one forward plan, run once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pynn.kernels.tables import table
from pynn.plan import Batch, Plan
from pynn.runners import Arena, CompiledRunner

if TYPE_CHECKING:
    from pynn.layers.layer import Layer


def apply(layer: Layer, x: Any) -> np.ndarray:
    """The output of `layer` for the rows of `x`, as in inference.

    Raises
    ------
    ValueError
        If x has no rows or a shape that the layer cannot take.
    """
    x = np.ascontiguousarray(x, layer.dtype)
    if x.ndim < 1 or len(x) == 0:
        raise ValueError(f"layer '{layer.name}' needs an array with at least one row, got shape {x.shape}")
    output = layer.ensure_built((None, *x.shape[1:]))
    plan = Plan(layer.dtype, training=False)
    y, _ = layer.lower(plan, plan.stream("x", (Batch(), *x.shape[1:])))
    if not plan.steps:
        same: np.ndarray = x.reshape(len(x), *y.features)
        return same
    plan.keep(y)
    plan.into_stream(y, "y")
    plan.layout()
    out = np.empty((len(x), *(int(size or 0) for size in output[1:])), layer.dtype)
    runner = CompiledRunner(plan, table(), Arena(plan, len(x)), len(x), len(x))
    runner.bind("x", x)
    runner.bind("y", out)
    runner.run(0, 1, 0.0)
    return out
