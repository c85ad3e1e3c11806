"""A model as boxes and arrows: one box for each layer, as Keras draws it, however often it is called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from pynn.layers import InputLayer
from pynn.models import Functional, Model, Sequential
from pynn.structures import map_structure

_LINE = 46  # letters of a value before it is broken over lines


class Options(NamedTuple):
    """What a box says of its layer."""

    shapes: bool = False
    dtype: bool = False
    names: bool = True
    expand_nested: bool = False
    activations: bool = False
    trainable: bool = False


class Box(NamedTuple):
    """A layer: its title, rows of a label and the lines of a value."""

    path: str
    title: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    kind: str


class Arrow(NamedTuple):
    """From an output of one member to an input of another; boxes have one of each."""

    source: int
    output: int
    target: int
    input: int


class Graph(NamedTuple):
    """Members in order, a nested model being a graph itself; where its inputs and outputs are: member and port."""

    name: str
    members: list[Any]
    arrows: list[Arrow]
    inputs: list[tuple[int, int]]
    outputs: list[tuple[int, int]]


def graph_of(model: Any, options: Options, path: str = "") -> Graph:
    """The boxes of a built model; one that is neither Sequential nor functional is one box.

    Parameters
    ----------
    model : Model
    options : Options
    path : str
        Names of the models around it, each with a slash behind it.
    """
    net = model._network
    if net is None or not isinstance(model, Functional | Sequential):
        return Graph(model.name, [_box(model, options, path)], [], [(0, 0)], [(0, 0)])
    layers = model.layers if isinstance(model, Sequential) else net.operations
    number = {id(layer): i for i, layer in enumerate(layers)}
    members: list[Any] = []
    for layer in layers:
        nested = options.expand_nested and isinstance(layer, Functional | Sequential)
        inner = f"{path}{layer.name}/"
        members.append(graph_of(layer, options, inner) if nested else _box(layer, options, path))

    def port(tensor: Any, at: int | None = None) -> int:
        return tensor.index if isinstance(members[number[id(tensor.node.operation)]], Graph) else 0

    arrows: dict[Arrow, None] = {}
    inputs: dict[int, tuple[int, int]] = {}
    for node in net.nodes:
        target = number[id(node.operation)]
        for i, tensor in enumerate(node.inputs):
            entry = i if isinstance(members[target], Graph) else 0
            source = number.get(id(tensor.node.operation))
            if source is None:  # a chain's input, which is no layer of it
                inputs.setdefault(id(tensor), (target, entry))
            else:
                arrows[Arrow(source, port(tensor), target, entry)] = None
    for tensor in net.flat_inputs:
        inputs.setdefault(id(tensor), (number.get(id(tensor.node.operation), 0), 0))
    outputs = [
        (number.get(id(t.node.operation), 0), port(t) if id(t.node.operation) in number else 0)
        for t in net.flat_outputs
    ]
    return Graph(model.name, members, list(arrows), [inputs[id(tensor)] for tensor in net.flat_inputs], outputs)


def _box(layer: Any, options: Options, path: str) -> Box:
    kind = getattr(layer, "class_name", type(layer).__name__)
    rows: list[tuple[str, tuple[str, ...]]] = []
    activation = getattr(layer, "activation", None)
    if options.activations and activation is not None:
        name = getattr(activation, "name", None) or getattr(activation, "__name__", None) or str(activation)
        rows.append(("Activation", (name,)))
    if options.shapes and not isinstance(layer, InputLayer):
        rows.append(("Input shape", _broken(_of(layer, "input", lambda tensor: tensor.shape))))
    if options.shapes:
        rows.append(("Output shape", _broken(_of(layer, "output", lambda tensor: tensor.shape))))
    if options.dtype:
        rows.append(("Output dtype", _broken(_of(layer, "output", lambda tensor: tensor.dtype))))
    if options.trainable and getattr(layer, "weights", None):
        rows.append(("Weights", ("Trainable" if layer.trainable else "Non-trainable",)))
    if isinstance(layer, InputLayer):
        role = "input"
    else:
        role = "model" if isinstance(layer, Model) else "layer"
    return Box(path + layer.name, f"{layer.name} ({kind})" if options.names else kind, tuple(rows), role)


def _of(layer: Any, side: str, what: Callable[[Any], Any]) -> str:
    """The shape or type of what a layer takes or gives, in the structure of its call; "?" if calls differ."""
    try:
        return _text(map_structure(what, getattr(layer, side)))
    except (ValueError, AttributeError):
        pass
    nodes = getattr(layer, "_inbound", ())
    calls = {_text([what(t) for t in n.inputs] if side == "input" else map_structure(what, n.result)) for n in nodes}
    text = calls.pop() if len(calls) == 1 else "?"
    return text[1:-1] if side == "input" and nodes and len(nodes[0].inputs) == 1 and text != "?" else text


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {part}" for key, part in value.items())
    return str(value)


def _broken(text: str) -> tuple[str, ...]:
    """A value over lines, broken behind the shapes of a list."""
    lines = [""]
    for part in text.replace("), ", "),\n").split("\n") if len(text) > _LINE else [text]:
        if lines[-1] and len(lines[-1]) + len(part) > _LINE:
            lines.append("")
        lines[-1] += part if not lines[-1] else f" {part}"
    return tuple(lines)


def texts(graph: Graph) -> Sequence[str]:
    """The paths of all boxes, those of nested models included."""
    return [p for one in graph.members for p in (texts(one) if isinstance(one, Graph) else [one.path])]
