"""First-layer weights as images."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pynn.layers import Layer
from pynn.models import Model
from pynn.plot.colours import GREY, diverging
from pynn.plot.panels import panels, plain, result


def weights(layer: Any, shape: tuple[int, int] | None = None, *, most: int = 100, ax: Any = None) -> Any:
    """Draw what each neuron looks for: its weights, in the form of the input.

    Parameters
    ----------
    layer : Layer, or Model
        A layer with a kernel of shape (inputs, neurons); of a model the first such layer.
    shape : (rows, columns), optional
        Of an input as an image. If not given: the shape of the model's input if that is an image's, otherwise a square
        if the number of inputs is one's, from 16. A layer behind other neurons is one image, inputs × neurons.
    most : int, default 100
        Neurons shown, from the first.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        With one image: the neurons' in rows, from the upper left to the right, with a line of pixels between them.

    Raises
    ------
    TypeError
        If `layer` is neither a layer nor a model.
    ValueError
        If it has no such weights yet, or `shape` does not fit their number.

    Examples
    --------
    >>> model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), Dense(9, name="first")])
    >>> ax = weights(model)
    >>> ax.get_title()
    'first: 9 neurons, 28 × 28 weights each'
    """
    found = _layer(layer)
    if not isinstance(most, int) or most < 1:
        raise ValueError(f"weights: most must be a whole number of 1 or more, got {most!r}")
    kernel = np.asarray(found.get_weights()[0], dtype=np.float64)
    inputs, neurons = kernel.shape
    form = _form(inputs, shape, found)
    # A few large ones would pale the rest.
    limit = float(np.nanquantile(np.abs(kernel[:, :most]), 0.995)) or 1.0
    (panel,) = panels(ax, 1, "weights", size=(5.6, 4.6))
    colours = diverging().with_extremes(bad=GREY)
    look = {"cmap": colours, "vmin": -limit, "vmax": limit, "interpolation": "nearest"}
    if form is None:
        image = panel.imshow(kernel, aspect="auto", **look)
        plain(panel, f"{found.name}: {inputs} inputs, {neurons} neurons", "neuron", "input")
        panel.grid(False)
        for axis, count in ((panel.xaxis, neurons), (panel.yaxis, inputs)):
            axis.set_ticks(range(0, count, max(1, math.ceil(count / 12))))
    else:
        image = panel.imshow(_mosaic(kernel[:, :most], form), **look)
        panel.set_axis_off()
        first = f"first {most} of " if neurons > most else ""
        each = f"{form[0]} × {form[1]} weights each"
        panel.set_title(f"{found.name}: {first}{neurons} neuron{'s' * (neurons > 1)}, {each}", parse_math=False)
    panel.figure.colorbar(image, ax=panel, label="weight", extend="both", fraction=0.046, pad=0.04)
    return result([panel])


def _layer(layer: Any) -> Any:
    if not isinstance(layer, Layer):
        raise TypeError(f"weights draws those of a layer or model, got {layer!r:.100} (of type {type(layer).__name__})")
    for one in _inner(layer):
        if one.weights and one.weights[0].shape and len(one.weights[0].shape) == 2:
            return one
    raise ValueError(
        f"weights: '{layer.name}' has no weights of shape (inputs, neurons)"
        + ("" if layer.built else " yet: build it first, with keras.Input in front, model.build or fit")
    )


def _inner(layer: Any) -> Iterator[Any]:
    if not isinstance(layer, Model):
        yield layer
        return
    for one in layer.layers:
        yield from _inner(one)


def _form(inputs: int, shape: tuple[int, int] | None, found: Any) -> tuple[int, int] | None:
    if shape is not None:
        if len(shape) != 2 or shape[0] * shape[1] != inputs:
            raise ValueError(f"weights: shape={shape!r} are not the {inputs} inputs of a neuron")
        return int(shape[0]), int(shape[1])
    before = _sizes_before(found)
    if len(before) in (2, 3) and math.prod(before[:2]) == inputs:
        return before[0], before[1]
    side = math.isqrt(inputs)
    return (side, side) if before and side * side == inputs and side >= 4 else None


def _sizes_before(layer: Any) -> tuple[int, ...]:
    """Sizes of the model's input if nothing but the form changes up to the layer; empty if neurons are its inputs."""
    tensor = layer._inbound[0].inputs[0] if layer._inbound else None
    while tensor is not None and tensor.node is not None and tensor.node.inputs:
        if any(len(weight.shape) == 2 for weight in getattr(tensor.node.operation, "weights", ())):
            return ()
        tensor = tensor.node.inputs[0]
    return tuple(size or 0 for size in tensor.shape[1:]) if tensor is not None else ()


def _mosaic(kernel: NDArray[Any], form: tuple[int, int]) -> NDArray[Any]:
    rows, columns = form
    count = kernel.shape[1]
    wide = math.ceil(math.sqrt(count * rows / columns))
    high = math.ceil(count / wide)
    whole = np.full((high * (rows + 1) - 1, wide * (columns + 1) - 1), np.nan)
    for i in range(count):
        top, left = i // wide * (rows + 1), i % wide * (columns + 1)
        whole[top : top + rows, left : left + columns] = kernel[:, i].reshape(rows, columns)
    return whole
