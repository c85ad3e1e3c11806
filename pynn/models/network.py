"""The graph of a model: the nodes between its inputs and its outputs, in the order in which they are lowered."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from pynn.graph import KerasTensor, Node, is_symbolic
from pynn.layers import InputLayer, Layer, lowering
from pynn.plan import Plan, Slot
from pynn.structures import flatten, pack_as


class Network:
    """Nodes between inputs and outputs.

    Parameters
    ----------
    inputs, outputs : KerasTensor, or list, tuple, dict of them

    Attributes
    ----------
    nodes : list of Node
        Each after those whose outputs it takes, without the inputs.
    operations : list
        Layers and functions: those farthest from the outputs first, in Keras's order.
    masked : list of int
        The numbers of the outputs that have masks.

    Raises
    ------
    ValueError
        If inputs and outputs are not connected, or two layers have the same name.
    """

    def __init__(self, inputs: Any, outputs: Any) -> None:
        self.inputs, self.outputs = inputs, outputs
        self.flat_inputs = self._tensors(inputs, "inputs")
        self.flat_outputs = self._tensors(outputs, "outputs")
        self.masked = [i for i, tensor in enumerate(self.flat_outputs) if tensor._keras_mask is not None]
        found, visited = self._walk()
        self.nodes, self.operations = _by_depth(found, visited, self.flat_inputs)
        names = [operation.name for operation in self.operations]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(
                    f'The name "{name}" is used {names.count(name)} times in the model. All operation names should be '
                    "unique."
                )

    @staticmethod
    def _tensors(structure: Any, argument: str) -> list[KerasTensor]:
        leaves = flatten(structure)
        for leaf in leaves:
            if not is_symbolic(leaf):
                shape = f" of shape {leaf.shape}" if hasattr(leaf, "shape") else f" {leaf!r:.100}"
                raise ValueError(
                    f"All `{argument}` values must be KerasTensors. Received: {argument} with {type(leaf).__name__}"
                    f"{shape}. Begin with keras.Input(shape=…) and call layers on it; data are for fit and predict."
                )
        return leaves

    def _walk(self) -> tuple[list[Node], dict[int, int]]:
        """Nodes in post-order from the outputs, and when each operation was first met."""
        given = {id(tensor) for tensor in self.flat_inputs}
        finished: set[int] = set()
        order: list[Node] = []
        visited: dict[int, int] = {}
        for output in self.flat_outputs:
            stack: list[tuple[KerasTensor, bool]] = [(output, False)]
            while stack:
                tensor, expanded = stack.pop()
                node = tensor.node
                if node is None or (isinstance(node.operation, InputLayer) and id(tensor) not in given):
                    raise ValueError(
                        f"`inputs` not connected to `outputs`: an output depends on '{node.operation.name}' of shape "
                        f"{tensor.shape}, which is not among the inputs of the model: Model(inputs=[…], outputs=…)."
                        if node
                        else f"`inputs` not connected to `outputs`: an output depends on {tensor}, which no layer made."
                    )
                if expanded:
                    if id(node) not in finished:
                        finished.add(id(node))
                        order.append(node)
                    continue
                if id(node) in finished:
                    continue
                visited.setdefault(id(node.operation), len(visited))
                stack.append((tensor, True))
                if id(tensor) not in given:
                    stack.extend((source, False) for source in reversed(node.inputs))
        return order, visited

    @functools.cached_property
    def first_readers(self) -> list[str]:
        """The name of the operation that each input goes to first."""
        found = []
        for tensor in self.flat_inputs:
            readers = [node.operation.name for node in self.nodes if any(tensor is source for source in node.inputs)]
            found.append(readers[0] if readers else tensor.name)
        return found

    @functools.cached_property
    def value_checks(self) -> list[list[Callable[[Any], None]]]:
        """What operations that read an input directly check of its values, for each input."""
        return [
            [
                node.operation.check_values
                for node in self.nodes
                if hasattr(node.operation, "check_values") and any(tensor is source for source in node.inputs)
            ]
            for tensor in self.flat_inputs
        ]

    @property
    def layers(self) -> list[Layer]:
        """The layers, without functions of keras.ops."""
        return [operation for operation in self.operations if isinstance(operation, Layer)]

    def lower(self, plan: Plan, xs: list[Slot]) -> tuple[list[Slot], Any]:
        """Emit the forward steps for one slot an input; returns the outputs and the way back, all flat."""
        slots = {id(tensor): slot for tensor, slot in zip(self.flat_inputs, xs, strict=True)}
        # As in Keras, the mode of the model goes before the one that its graph's calls were given.
        backward = lowering.lower_nodes(plan, self.nodes, slots, obey=not plan.mode_is_said)
        ys = [slots[id(tensor)] for tensor in self.flat_outputs]

        def back(dys: list[Slot | None]) -> list[Slot | None]:
            gradients: dict[int, Slot] = {}
            for tensor, dy in zip(self.flat_outputs, dys, strict=True):
                lowering.add_to(plan, gradients, tensor, dy)
            backward(gradients)
            return [gradients.get(id(tensor)) for tensor in self.flat_inputs]

        return ys, back

    def with_masks(self, xs: list[Any], y: Any) -> Any:
        """Outputs that were computed from tensors, with the masks that the graph gives them."""
        if self.masked:
            wanted = [self.flat_outputs[i]._keras_mask for i in self.masked]
            for i, mask in zip(self.masked, Network(self.flat_inputs, wanted).call(xs, {}), strict=True):
                flatten(y)[i]._keras_mask = mask
        return y

    def call(self, xs: list[Any], kwargs: dict[str, Any]) -> Any:
        """Call every operation again, on other tensors."""
        found = {id(tensor): x for tensor, x in zip(self.flat_inputs, xs, strict=True)}
        for node in self.nodes:
            args, named = filled(node, found)
            for tensor, y in zip(node.outputs, flatten(node.operation(*args, **named)), strict=True):
                found[id(tensor)] = y
        return pack_as(self.outputs, [found[id(tensor)] for tensor in self.flat_outputs])


def filled(node: Node, found: dict[int, Any]) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a node with other values in the place of its KerasTensors."""
    structure = [list(node.args), node.kwargs]
    leaves = [found[id(leaf)] if is_symbolic(leaf) else leaf for leaf in flatten(structure)]
    args, kwargs = pack_as(structure, leaves)
    return args, kwargs


def _by_depth(order: list[Node], visited: dict[int, int], inputs: list[KerasTensor]) -> tuple[list[Node], list[Any]]:
    """Nodes to lower, and operations, both by their distance from the outputs."""
    depth: dict[int, int] = {}
    of_operation: dict[int, int] = {}
    inside = {id(node) for node in order}
    for node in reversed(order):
        at = max(depth.get(id(node), 0), of_operation.get(id(node.operation), 0))
        depth[id(node)] = of_operation[id(node.operation)] = at
        for tensor in node.inputs:
            source = tensor.node
            if source is not None and id(source) in inside:
                depth[id(source)] = max(at + 1, depth.get(id(source), 0))
    operations = {id(node.operation): node.operation for node in order}
    for tensor in inputs:  # inputs that no output depends on
        if tensor.node is not None and id(tensor.node.operation) not in operations:
            operation = tensor.node.operation
            if isinstance(operation, InputLayer):
                operations[id(operation)] = operation
                of_operation[id(operation)], visited[id(operation)] = 0, -1
    given = {id(tensor.node) for tensor in inputs}
    nodes = [node for node in order if id(node) not in given]
    ordered = sorted(operations.values(), key=lambda one: (-of_operation[id(one)], visited[id(one)]))
    return nodes, ordered
