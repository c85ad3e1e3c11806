"""What layers with random numbers share: the scalars that seed their steps, and masks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pynn.layers import axes
from pynn.layers.layer import Layer
from pynn.plan import Column, Plan, Slot
from pynn.random import SeedGenerator
from pynn.slots import Size


def check_rate(rate: Any, name: str = "rate") -> None:
    """Raise ValueError unless it is a number in [0, 1]."""
    if not isinstance(rate, int | float | np.number) or isinstance(rate, bool) or not 0 <= rate <= 1:
        raise ValueError(
            f"Invalid value received for argument `{name}`. Expected a float value between 0 and 1. "
            f"Received: {name}={rate}"
        )


def seeds(plan: Plan, layer: Any) -> tuple[Any, ...]:
    """seed_low, seed_high and step of a layer with a `seed_generator`.

    A layer that stands in a plan several times draws other numbers each time: the second word of the key says which.
    """
    generator: SeedGenerator = layer.seed_generator
    words = generator.state.live
    counter = words[1:]
    turn = plan.draws[id(generator)] = plan.draws.get(id(generator), -1) + 1
    if turn == 0:
        plan.counters.append(counter)
    step = Column(f"{layer.name}.step", lambda count: counter[0] + np.arange(count, dtype=float))
    return float(words[0]), float(turn), step


def checked_noise_shape(layer: Layer, noise_shape: Any) -> None:
    """Raise ValueError unless it is None, or a tuple or list of positive integers and Nones."""
    if noise_shape is None:
        return
    start = f"Invalid value received for argument `noise_shape` of layer '{layer.name}'."
    if isinstance(noise_shape, str) or not hasattr(noise_shape, "__iter__"):
        raise ValueError(f"{start} Expected a tuple or list of integers. Received: noise_shape={noise_shape}")
    for index, size in enumerate(noise_shape):
        if size is not None and not isinstance(size, int | np.integer):
            raise ValueError(
                f"{start} Expected all elements to be integers or None. Received element at index {index}: {size} "
                f"(type: {type(size).__name__})"
            )
        if size is not None and size <= 0:
            raise ValueError(
                f"{start} Expected all dimensions to be positive integers or None. Received negative or zero value at "
                f"index {index}: {size}"
            )


def check_noise_shape_fits(layer: Layer, noise_shape: Any, input_shape: Any) -> None:
    """Raise ValueError unless masks of that shape can be repeated to the shape of the input."""
    if noise_shape is None:
        return
    fits = len(noise_shape) == len(input_shape) and all(
        size in (None, 1, have) for size, have in zip(noise_shape[1:], input_shape[1:], strict=True)
    )
    if not fits:
        raise ValueError(
            f"{type(layer).__name__} '{layer.name}': noise_shape={tuple(noise_shape)} does not fit inputs of shape "
            f"{tuple(input_shape)}: give one size an axis, each that of the input, 1 or None."
        )


def keep_mask(plan: Plan, layer: Any, x: Slot, noise_shape: Any) -> Slot:
    """1 where kept and 0 where dropped: as a matrix of the rows of x, or a vector for all of them alike."""
    sizes: list[Size] = list(x.shape)
    for axis, size in enumerate(noise_shape or ()):
        # A batch size that is written out stands for that of every batch: the last one may be short.
        sizes[axis] = x.shape[axis] if size is None or (axis == 0 and size > 1) else int(size)
    widths: list[Any] = sizes[1:]
    width = math.prod(widths)
    scalars = (*seeds(plan, layer), float(layer.rate))
    drawn = plan.emit("random_keep", scalars=scalars, label=f"{layer.name}.keep", n=sizes[0], k=width)
    keep = axes.flat(axes.spread(plan, drawn.view(*sizes), x.features))
    return keep.view(keep.features[0]) if sizes[0] != x.shape[0] else keep
