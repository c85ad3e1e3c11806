"""A drawn network: a chain of layers, or a graph with branches, merging layers, shared layers and several inputs."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

WIDTHS = {"numbers": 6, "few": 4, "words": 5}  # of the inputs; words are numbers below VOCABULARY
VOCABULARY = 7
ACTIVATIONS = (
    "linear relu leaky_relu elu selu gelu celu silu mish softplus softsign hard_sigmoid hard_silu hard_tanh sigmoid "
    "tanh log_sigmoid relu6 tanh_shrink squareplus softmax log_softmax exponential hard_shrink soft_shrink "
    "sparse_plus sparse_sigmoid"
).split()
BENDING: list[tuple[str, dict[str, Any]]] = [
    ("PReLU", {}),
    ("ReLU", {"max_value": 2.0, "negative_slope": 0.1, "threshold": 0.2}),
    ("LeakyReLU", {"negative_slope": 0.2}),
    ("ELU", {"alpha": 0.7}),
    ("Softmax", {}),
    ("UnitNormalization", {}),
]
STRAIGHT: list[tuple[str, dict[str, Any]]] = [
    ("Rescaling", {"scale": 0.5, "offset": 0.1}),
    ("Dropout", {"rate": 0.0}),
    ("GaussianNoise", {"stddev": 0.0}),
    ("GaussianDropout", {"rate": 0.0}),
    ("AlphaDropout", {"rate": 0.0}),
    ("ActivityRegularization", {"l1": 0.01, "l2": 0.02}),
    ("Identity", {}),
]
NORMS: list[tuple[str, dict[str, Any]]] = [
    ("LayerNormalization", {}),
    ("LayerNormalization", {"center": False, "epsilon": 0.01}),
    ("RMSNormalization", {}),
    ("GroupNormalization", {"groups": 2}),
]
MERGES = "Add Subtract Multiply Average Maximum Minimum Concatenate Dot".split()


@dataclasses.dataclass
class Node:
    """A layer, or ("again", {"node": i}) for that of an earlier node; it reads values: inputs first, then nodes."""

    kind: str
    settings: dict[str, Any]
    sources: tuple[int, ...]


class Graph:
    """A network as it is drawn."""

    def __init__(self, random: np.random.Generator, inputs: list[str]) -> None:
        self.random, self.inputs = random, inputs
        self.nodes: list[Node] = []
        self.widths = [WIDTHS[name] for name in inputs]
        self.moved = [False for _ in inputs]
        self.heads: list[int] = []

    @property
    def last(self) -> int:
        return next(v for v in reversed(range(len(self.widths))) if v not in self.heads)

    def is_words(self, value: int) -> bool:
        return value < len(self.inputs) and self.inputs[value] == "words"

    def one(self, choices: Any) -> Any:
        return choices[self.random.integers(len(choices))]

    def add(self, kind: str, settings: dict[str, Any], sources: tuple[int, ...], width: int, moved: bool = True) -> int:
        """Append a node and return its value.  `moved`: some weight only adds a number to each column of it."""
        self.nodes.append(Node(kind, dict(settings), sources))
        self.widths.append(width)
        self.moved.append(moved)
        return len(self.widths) - 1

    def penalties(self) -> dict[str, Any]:
        names = ["kernel_regularizer", "bias_regularizer", "activity_regularizer"]
        found = {name: self.one(["l1", "l2", "l1l2"]) for name in names if self.random.random() < 0.12}
        if self.random.random() < 0.12:
            found["kernel_constraint"] = self.one(["max_norm", "unit_norm", "non_neg", "min_max_norm"])
        return found

    def grow(self, source: int) -> int:
        """One more layer, or a few that belong together, on a value."""
        width, moved = self.widths[source], self.moved[source]
        kind = self.one(["dense"] * 4 + ["batch", "norm", "bent", "bent", "straight", "activation", "rows", "repeat"])
        if kind == "batch" and not moved:
            settings = {
                "momentum": 0.9,
                "scale": bool(self.random.integers(2)),
                "center": bool(self.random.integers(2)),
            }
            return self.add("BatchNormalization", settings, (source,), width)
        if kind == "norm" and width in (4, 6, 8):
            return self.add(*self.one(NORMS), (source,), width)
        if kind == "bent":
            return self.add(*self.one(BENDING), (source,), width, False)
        if kind == "straight":
            return self.add(*self.one(STRAIGHT), (source,), width, moved)
        if kind == "activation":
            return self.add("Activation", {"activation": self.one(ACTIVATIONS[1:])}, (source,), width, False)
        if kind == "rows" and width in (4, 8):
            return self.as_rows(source)
        if kind == "repeat" and width == 4:
            value = self.add("RepeatVector", {"n": 2}, (source,), width, moved)
            return self.flat(value, 2, width, moved)
        return self.dense(source)

    def dense(self, source: int) -> int:
        activation = self.one(ACTIVATIONS)
        settings = {"units": 4, "activation": activation, "use_bias": bool(self.random.integers(4))}
        return self.add("Dense", settings | self.penalties(), (source,), 4, activation == "linear")

    def as_rows(self, source: int) -> int:
        """Two rows of half the width, through a layer for inputs of rank 3."""
        width, moved = self.widths[source] // 2, self.moved[source]
        value = self.add("Reshape", {"target_shape": (2, width)}, (source,), width, moved)
        kind = self.one(["Dense", "LayerNormalization", "Permute", "SpatialDropout1D", "Dense"])
        if kind == "Dense":
            return self.flat(self.add(kind, {"units": 4, "activation": "tanh"}, (value,), 4, False), 2, 4, False)
        settings = {"Permute": {"dims": (2, 1)}, "SpatialDropout1D": {"rate": 0.0}}.get(kind, {})
        value = self.add(kind, settings, (value,), width, True)
        return self.flat(value, *((width, 2) if kind == "Permute" else (2, width)), True)

    def flat(self, source: int, rows: int, width: int, moved: bool) -> int:
        kind = self.one(["Flatten", "GlobalAveragePooling1D", "GlobalMaxPooling1D"])
        return self.add(kind, {}, (source,), rows * width if kind == "Flatten" else width, moved)

    def embed(self, source: int) -> int:
        settings = {"input_dim": VOCABULARY, "output_dim": 4}
        value = self.add("Embedding", settings, (source,), 4, True)
        return self.flat(value, WIDTHS["words"], 4, True)

    def merge(self, first: int, second: int) -> int:
        kind, widths = self.one(MERGES), (self.widths[first], self.widths[second])
        sources, moved = (first, second), self.moved[first] or self.moved[second]
        if kind == "Concatenate" or widths[0] != widths[1]:
            return self.add("Concatenate", {}, sources, sum(widths), moved)
        if kind == "Dot":
            return self.dense(self.add(kind, {"axes": 1, "normalize": bool(self.random.integers(2))}, sources, 1))
        return self.add(kind, {}, sources, widths[0], moved)

    def again(self) -> int | None:
        """An earlier Dense layer once more, on another value of the width it was built for."""
        dense = [i for i, node in enumerate(self.nodes) if node.kind == "Dense" and self.nodes_read_rows(node)]
        if not dense:
            return None
        number = self.one(dense)
        width = self.widths[self.nodes[number].sources[0]]
        value = self.one([v for v, w in enumerate(self.widths) if w == width and self.is_flat(v)])
        # Of several calls of a layer, training on JAX counts the penalty of the last one alone (docs/differences.md).
        self.nodes[number].settings.pop("activity_regularizer", None)
        return self.add("again", {"node": number}, (value,), 4)

    def nodes_read_rows(self, node: Node) -> bool:
        return self.is_flat(node.sources[0])

    def is_flat(self, value: int) -> bool:
        """Whether a value has rank 2 and is no list of words."""
        if value < len(self.inputs):
            return not self.is_words(value)
        node = self.nodes[value - len(self.inputs)]
        if node.kind in ("Reshape", "RepeatVector", "Embedding", "Permute"):
            return False
        return node.kind in ("Flatten", "GlobalAveragePooling1D", "GlobalMaxPooling1D") or all(
            self.is_flat(source) for source in node.sources
        )

    def leaves(self) -> list[int]:
        read = {source for node in self.nodes for source in node.sources}
        return [v for v in range(len(self.widths)) if v not in read]


def draw_chain(random: np.random.Generator) -> Graph:
    graph = Graph(random, ["words"] if random.random() < 0.1 else ["numbers"])
    value = graph.embed(0) if graph.is_words(0) else 0
    for _ in range(random.integers(1, 5)):
        value = graph.grow(value)
    return graph


def draw_graph(random: np.random.Generator) -> Graph:
    inputs = [["numbers"], ["numbers", "few"], ["few", "words"], ["numbers", "numbers"]][random.integers(4)]
    graph = Graph(random, list(inputs))
    for i in range(len(inputs)):
        graph.embed(i) if graph.is_words(i) else graph.dense(i)
    for _ in range(random.integers(2, 5)):
        flat = [v for v in range(len(graph.widths)) if graph.is_flat(v)]
        move = graph.one(["grow", "grow", "merge", "again"])
        if move == "merge":
            graph.merge(graph.one(flat), graph.one(flat))
        elif move == "grow" or graph.again() is None:
            graph.grow(graph.one(flat))
    leaves = [v for v in graph.leaves() if graph.is_flat(v)]
    if len(leaves) > 1:
        graph.add("Concatenate", {}, tuple(leaves), sum(graph.widths[v] for v in leaves))
    return graph
