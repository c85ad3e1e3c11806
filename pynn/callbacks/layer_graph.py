"""The layers of a model as the graph with which TensorBoard opens its tab; without one it opens it with an error."""

from __future__ import annotations

from typing import Any, NamedTuple


class Node(NamedTuple):
    """A layer: slashes in its name are models within models, inputs are names of nodes."""

    name: str
    kind: str
    inputs: list[str]
    shapes: list[Any]
    parameters: int


def nodes_of(model: Any) -> list[Node]:
    """One node for each layer of a built model, however often it is called; those of nested models are in theirs.

    Parameters
    ----------
    model : Sequential or Functional

    Examples
    --------
    >>> model = Sequential([keras.Input((2,), name="x"), Dense(3, name="hidden"), Dense(1, name="y")])
    >>> for node in nodes_of(model):
    ...     print(*node)
    x InputLayer [] [(None, 2)] 0
    hidden Dense ['x'] [(None, 3)] 9
    y Dense ['hidden'] [(None, 1)] 4
    """
    network = network_of(model)
    names = [tensor.name if tensor.node is None else tensor.node.operation.name for tensor in network.flat_inputs]
    shapes = [tensor.shape for tensor in network.flat_inputs]
    nodes = {name: Node(name, "InputLayer", [], [shape], 0) for name, shape in zip(names, shapes, strict=True)}
    _walk(network, "", names, nodes)
    return list(nodes.values())


def network_of(model: Any) -> Any:
    """What a Sequential or functional model calls; None for other layers and before it is built."""
    return model._network if type(model).__name__ in ("Functional", "Sequential") else None


def _walk(network: Any, path: str, sources: list[str], nodes: dict[str, Node]) -> list[str]:
    """Add what a network calls; return the names of the nodes its outputs come from."""
    source = {id(tensor): name for tensor, name in zip(network.flat_inputs, sources, strict=True)}
    for call in network.nodes:
        layer, name = call.operation, path + call.operation.name
        inputs = [source[id(tensor)] for tensor in call.inputs]
        inner = network_of(layer)
        if inner is None:
            _add(nodes, name, layer, inputs, call)
        outputs = [name] * len(call.outputs) if inner is None else _walk(inner, f"{name}/", inputs, nodes)
        source.update((id(tensor), output) for tensor, output in zip(call.outputs, outputs, strict=True))
    return [source[id(tensor)] for tensor in network.flat_outputs]


def _add(nodes: dict[str, Node], name: str, layer: Any, inputs: list[str], call: Any) -> None:
    kind = getattr(layer, "class_name", type(layer).__name__)
    parameters = sum(weight.size for weight in getattr(layer, "weights", ()))
    node = nodes.setdefault(name, Node(name, kind, [], [tensor.shape for tensor in call.outputs], parameters))
    node.inputs.extend(source for source in inputs if source != name and source not in node.inputs)
