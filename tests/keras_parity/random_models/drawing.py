"""Random configurations of models: names and numbers only, drawn from a seed, so that one that fails can be shown.

Few sizes of batches occur, since real Keras compiles its step for each: 8, 20, and what is left of 20 or 28 rows.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from .goals import Goal, Made, draw_goal
from .graphs import Graph, Node, draw_chain, draw_graph
from .optimizing import draw_optimizer

ROWS = 28
VALIDATION = 8


@dataclasses.dataclass
class Drawn:
    """One configuration."""

    inputs: list[str]
    nodes: list[Node]
    goals: list[Goal]
    is_chain: bool
    optimizer: tuple[str, dict[str, Any]]
    loss_weights: list[float] | None
    steps_per_execution: int
    fit: dict[str, Any]
    validation: str
    weighted: bool
    by_name: bool


def draw(seed: int) -> Drawn:
    random = np.random.default_rng(seed)
    goals = [draw_goal(random) for _ in range(1 if random.random() < 0.7 else 2)]
    is_chain = len(goals) == 1 and random.random() < 0.55
    graph = draw_chain(random) if is_chain else draw_graph(random)
    for goal in goals:
        add_head(random, graph, goal)
    at_once = 3 if random.random() < 0.15 else 1
    loss_weights = [0.3, 2.0] if len(goals) > 1 and random.integers(2) else None
    validation = str(random.choice(["", "split", "data", "weighted data"]))
    fit, weighted = draw_fit(random, goals, validation)
    # Real Keras looks weights of rows up by number, and fails where they come by name.
    by_name = bool(random.integers(2)) and len(goals) > 1 and not weighted and validation != "weighted data"
    optimizer = draw_optimizer(random)
    network = graph.inputs, graph.nodes, goals, is_chain
    return Drawn(*network, optimizer, loss_weights, at_once, fit, validation, weighted, by_name)


def add_head(random: np.random.Generator, graph: Graph, goal: Goal) -> None:
    """The last Dense layer before an output; the second output may leave the network earlier."""
    flat = [value for value in range(len(graph.widths)) if graph.is_flat(value)]
    source = graph.one(flat) if graph.heads and random.integers(2) else graph.last
    settings = {"units": goal.units, "activation": goal.activation} | graph.penalties()
    graph.heads.append(graph.add("Dense", settings, (source,), goal.units))
    goal.node = len(graph.nodes) - 1


def draw_fit(random: np.random.Generator, goals: list[Goal], validation: str) -> tuple[dict[str, Any], bool]:
    fit: dict[str, Any] = {"batch_size": int(random.choice([8, 20, 64])), "shuffle": bool(random.integers(2))}
    if validation == "split":
        fit["validation_split"] = VALIDATION / ROWS
    if validation and random.random() < 0.2:
        fit["validation_freq"] = 2
    kind = random.random()
    if kind < 0.2 and len(goals) == 1 and goals[0].target in ("labels", "one_hot"):
        fit["class_weight"] = {0: 0.5, 1: 2.0, 2: 1.3}
    return fit, "class_weight" not in fit and kind < 0.5


__all__ = ["ROWS", "VALIDATION", "Drawn", "Goal", "Made", "Node", "draw"]
