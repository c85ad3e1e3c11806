"""What a model's summary says, whatever its form: a row for each layer, and totals."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from pynn.structures import map_structure


class Form(NamedTuple):
    """What is shown beside names, shapes and numbers; `nodes`: those of a graph, where layers show their inputs."""

    expand_nested: bool
    show_trainable: bool
    nodes: set[int] | None


class Facts(NamedTuple):
    """What the table says: a list of texts for each layer, labelled totals."""

    headers: list[str]
    rows: list[list[str]]
    totals: list[tuple[str, str]]


def facts(model: Any) -> Facts:
    """What `print_summary` prints, without its form.

    Examples
    --------
    >>> model = keras.Sequential([keras.Input((4,)), Dense(3, name="first")])
    >>> facts(model).rows, facts(model).totals[0]
    ([['first (Dense)', '(None, 3)', '15']], ('Total params', '15 (60.00 B)'))
    """
    nodes = None if is_chain(model) else {id(node) for node in model._network.nodes}
    layers = model.layers if nodes is None else model._network.operations
    rows = [row for layer in layers for row in rows_of(layer, Form(False, False, nodes))]
    headers = ["Layer (type)", "Output Shape", "Param #", "Connected to"][: 3 if nodes is None else 4]
    sums = [(f"{label} params", f"{count(weights):,} ({memory(weights)})") for label, weights in totals(model)]
    return Facts(headers, rows, sums)


def is_chain(model: Any) -> bool:
    """Whether each layer takes the output of the one before, and nothing else: then inputs need not be shown."""
    net = getattr(model, "_network", None)
    if net is None or not any(layer is net.operations[0] for layer in model.layers):
        return True
    if len(net.flat_inputs) > 1 or len(net.flat_outputs) > 1 or len(net.nodes) != len(net.operations) - 1:
        return False
    before = net.flat_inputs[0]
    for node in net.nodes:
        if [id(tensor) for tensor in node.inputs] != [id(before)] or len(node.outputs) > 1:
            return False
        before = node.outputs[0]
    return True


def rows_of(layer: Any, form: Form, level: int = 0) -> Iterator[list[str]]:
    prefix = "   " * level + "└ " if level else ""
    name = getattr(layer, "class_name", type(layer).__name__)
    row = [f"{prefix}{layer.name} ({name})", _output_shape(layer), _parameters(layer)]
    if form.nodes is not None:
        row.append(_connected(layer, form.nodes) if not level else "")
    if form.show_trainable:
        row.append(("Y" if layer.trainable else "N") if getattr(layer, "weights", None) else "-")
    yield row
    if form.expand_nested:
        for inner in getattr(layer, "layers", ()):
            yield from rows_of(inner, form, level + 1)


def _connected(layer: Any, nodes: set[int]) -> str:
    """Where the inputs of a layer come from: layer[number of its call][number of its output]."""
    sources = []
    for node in layer._inbound:
        for tensor in node.inputs if id(node) in nodes else ():
            maker = tensor.node.operation
            calls = [id(call) for call in maker._inbound]
            sources.append(f"{maker.name}[{calls.index(id(tensor.node))}][{tensor.index}]")
    return ", ".join(sources) or "-"


def _output_shape(layer: Any) -> str:
    shape = getattr(layer, "output_shape", None)
    if shape is None and getattr(layer, "_inbound", None):
        shape = map_structure(lambda tensor: tensor.shape, layer._inbound[0].result)
    elif shape is None:
        shape = getattr(getattr(layer, "output", None), "shape", None)
    return "?" if shape is None else _shape_text(shape)


def _shape_text(shape: Sequence[Any]) -> str:
    inner = ", ".join(_shape_text(size) if isinstance(size, (list, tuple)) else str(size) for size in shape)
    return f"[{inner}]" if isinstance(shape, list) else f"({inner})"


def _parameters(layer: Any) -> str:
    if not hasattr(layer, "built"):
        return "0"
    return f"{layer.count_params():,}" if layer.built else "0 (unbuilt)"


def totals(model: Any) -> Iterator[tuple[str, list[Any]]]:
    trainable, fixed = list(model.trainable_weights), list(model.non_trainable_weights)
    optimizer = getattr(model, "optimizer", None)
    state = list(optimizer.variables) if optimizer is not None and getattr(optimizer, "built", False) else []
    yield "Total", trainable + fixed + state
    yield "Trainable", trainable
    yield "Non-trainable", fixed
    if state:
        yield "Optimizer", state


def count(weights: list[Any]) -> int:
    return sum(math.prod(weight.shape) for weight in weights)


def memory(weights: list[Any]) -> str:
    unique = {id(weight): weight for weight in weights}.values()
    size = float(sum(math.prod(weight.shape) * np.dtype(weight.dtype).itemsize for weight in unique))
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if size < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} PB"
