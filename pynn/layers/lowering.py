"""Nodes to steps: every node lowers itself, and gradients of what several nodes read are added up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pynn.graph import KerasTensor, Node, is_symbolic
from pynn.layers import operation
from pynn.plan import Plan, Slot
from pynn.structures import flatten, map_structure

Slots = dict[int, Slot]


def lower_nodes(
    plan: Plan, nodes: Sequence[Node], slots: Slots, within: str = "", obey: bool = True
) -> Callable[[Slots], None]:
    """Emit the forward steps of nodes in order; returns the function that emits the backward steps.

    Parameters
    ----------
    plan : Plan
    nodes : sequence of Node
        Each after those whose outputs it takes.
    slots : dict
        ``{id of KerasTensor: slot}`` of the inputs; outputs are put in.
    within : str
        Name of the layer or model that the nodes belong to.
    obey : bool, default True
        Whether to heed what nodes say of `training`.
    """
    done: list[tuple[Node, Any]] = []
    for node in nodes:
        y, backward = lower_node(plan, node, slots, obey)
        for tensor, slot in zip(node.outputs, flatten(y), strict=True):
            slots[id(tensor)] = slot
        done.append((node, backward))

    def back(gradients: Slots) -> None:
        for node, backward in reversed(done):
            dys = [gradients.get(id(tensor)) for tensor in node.outputs]
            if all(dy is None for dy in dys):
                continue
            dx = backward(dys[0] if is_symbolic(node.result) else dys)
            for tensor, slot in zip(node.inputs, flatten(dx), strict=True):
                add_to(plan, gradients, tensor, slot)

    return back


def lower_node(plan: Plan, node: Node, slots: Slots, obey: bool = True) -> tuple[Any, Any]:
    """Emit one node: a layer lowers its call, a function of keras.ops becomes a Python step."""
    given = [list(node.args), node.kwargs]
    args, kwargs = map_structure(lambda leaf: slots[id(leaf)] if is_symbolic(leaf) else leaf, given)
    if not obey:
        kwargs = {name: value for name, value in kwargs.items() if name != "training"}
    lower = getattr(node.operation, "lower_call", None)
    if lower is None:
        return operation.lower(plan, node.operation, args, kwargs)
    y, backward = lower(plan, args, kwargs)
    return y, backward


def add_to(plan: Plan, gradients: Slots, tensor: KerasTensor, slot: Slot | None) -> None:
    """Add a gradient to what a tensor has already."""
    if slot is None:
        return
    before = gradients.get(id(tensor))
    gradients[id(tensor)] = slot if before is None else plan.sum(before, slot)


def lower_loss(plan: Plan, slots: Slots, layer: Any, loss: Any) -> Slot | None:
    """Count what a layer adds to the loss; returns its gradient: 1 for every element."""
    if not is_symbolic(loss):
        constant = np.asarray(loss, plan.dtype).reshape(-1).copy()
        plan.penalize(plan.fixed("loss", constant), layer)
        return None
    return plan.penalize(slots[id(loss)], layer)
