"""A chain of layers as columns of neurons: how many, what they are called, and the weights between them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pynn.layers import Dense, InputLayer
from pynn.models import Model
from pynn.models.facts import is_chain


@dataclasses.dataclass
class Column:
    """The units of a layer; `weights` and `bias` are those of the lines that come from the left."""

    units: int
    title: str
    notes: list[str]
    weights: NDArray[Any] | None = None
    bias: NDArray[Any] | None = None


def columns_of(model: Any) -> list[Column]:
    """The columns of a built chain of dense layers.

    Raises
    ------
    TypeError
        If it is no model.
    ValueError
        If it has no weights yet, is no chain, or has a layer whose outputs are not neurons.
    """
    if not isinstance(model, Model):
        raise TypeError(f"network draws a model, got {model!r:.100} (of type {type(model).__name__})")
    if not model.built:
        raise ValueError(
            f"network: model '{model.name}' has no weights yet. Let it begin with keras.Input((4,)), or call "
            "model.build((None, 4)) or fit it first."
        )
    shape = model.input_shape
    if model._network is None or not is_chain(model) or not isinstance(shape, tuple):
        raise ValueError(
            f"network: model '{model.name}' is not one chain of layers, as Sequential makes it. "
            "keras.utils.plot_model(model) draws branches."
        )
    columns = [Column(_size(shape, model), "Input", [])]
    if len(shape) > 2:
        columns[0].notes.append(" × ".join(map(str, shape[1:])))
    for layer, output in _layers(model):
        if isinstance(layer, Dense):
            columns.append(_dense(layer, shape))
        elif _size(output, layer) == columns[-1].units:
            columns[-1].notes.append(_note(layer))
        else:
            raise ValueError(
                f"network draws Dense layers and those that leave the number of values as it is; '{layer.name}' "
                f"({type(layer).__name__}) turns {shape} into {output}. keras.utils.plot_model(model) draws any."
            )
        shape = output
    if len(columns) == 1:
        raise ValueError(f"network: model '{model.name}' has no Dense layer")
    return columns


def _layers(model: Any) -> Iterator[tuple[Any, tuple[int | None, ...]]]:
    """Layers in order, with the shapes of their outputs; those of chains within the chain, too."""
    for node in model._network.nodes:
        layer = node.operation
        if isinstance(layer, Model) and layer._network is not None and is_chain(layer):
            yield from _layers(layer)
        elif not isinstance(layer, InputLayer):
            yield layer, node.outputs[0].shape


def _size(shape: Sequence[int | None], owner: Any) -> int:
    if None in shape[1:]:
        raise ValueError(f"network: the sizes of '{owner.name}' are not known, its shape is {tuple(shape)}")
    return math.prod(size or 1 for size in shape[1:])


def _dense(layer: Any, shape: tuple[int | None, ...]) -> Column:
    if len(shape) != 2:
        raise ValueError(
            f"network draws Dense layers on rows of numbers; '{layer.name}' takes {shape}: put keras.layers.Flatten() "
            "before it"
        )
    weights = [np.asarray(weight) for weight in layer.get_weights()]
    activation = getattr(layer.activation, "__name__", str(layer.activation))
    notes = [] if activation == "linear" else [activation]
    return Column(layer.units, layer.name, notes, weights[0], weights[1] if len(weights) > 1 else None)


def _note(layer: Any) -> str:
    activation = getattr(layer, "activation", None)
    rate = getattr(layer, "rate", None)
    if activation is not None:
        return str(getattr(activation, "__name__", activation))
    return f"{type(layer).__name__} {rate:g}" if isinstance(rate, float) else type(layer).__name__


def shown(units: int, most: int) -> list[int | None]:
    """The units to draw; None stands for those that are left out."""
    if units <= most:
        return list(range(units))
    first = (most + 1) // 2
    return [*range(first), None, *range(units - (most - first), units)]
