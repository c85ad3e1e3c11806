"""`plot_model` draws the boxes, frames and arrows that Keras hands to graphviz."""

from __future__ import annotations

import html
import re
import types
from xml.etree import ElementTree

import pytest

SVG = "{http://www.w3.org/2000/svg}"


class _Graph:
    """What Keras needs of pydot's graphs: it writes down what it is given."""

    def __init__(self, graph_name="", **options):
        self.name, self.nodes, self.edges, self.clusters = graph_name, [], {}, []

    def set(self, key, value):
        pass

    def set_node_defaults(self, **options):
        pass

    def add_node(self, node):
        self.nodes.append(node)

    def add_subgraph(self, cluster):
        self.clusters.append(cluster)

    def add_edge(self, edge):
        self.edges[edge.ends] = edge

    def get_edge(self, source, target):
        return self.edges.get((source, target))


class _Part:
    def __init__(self, *ends, label=""):
        self.ends, self.label = ends, label

    def set(self, key, value):
        pass

    set_penwidth = set


@pytest.fixture
def pydot(real_keras, monkeypatch):
    from keras.src.utils import model_visualization

    fake = types.SimpleNamespace(Dot=_Graph, Cluster=_Graph, Node=_Part, Edge=_Part)
    monkeypatch.setattr(model_visualization, "pydot", fake)


def texts_of_theirs(label):
    """The title and the set of facts of an HTML label."""
    cells = [html.unescape(re.sub("<[^>]*>", "", cell)) for cell in re.findall(r"<td.*?</td>", label)]
    facts = {"Weights: " + cell if cell.endswith("rainable") else cell for cell in cells[1:]}
    return cells[0], frozenset(facts)


def theirs(dot, path=""):
    """Boxes by their numbers, and frames."""
    boxes = {node.ends[0]: (path, *texts_of_theirs(node.label)) for node in dot.nodes}
    frames = []
    for cluster in dot.clusters:
        inner, framed = theirs(cluster, f"{path}{cluster.name}/")
        boxes |= inner
        frames += [cluster.name, *framed]
    return boxes, frames


def all_edges(dot):
    return [*dot.edges, *(edge for cluster in dot.clusters for edge in all_edges(cluster))]


def ours(drawing):
    """Boxes by their paths, frames, and edges, from the SVG file."""
    root = ElementTree.fromstring(drawing.svg())
    boxes, words = {}, []
    for part in root:
        if part.get("class") == "layer":
            words = []
            path = part.get("data-layer")
            boxes[path] = (path.rpartition("/")[0] + "/" if "/" in path else "", words)
        elif part.tag == f"{SVG}text":
            words.append("".join(part.itertext()))
    frames = [part.get("data-model") for part in root if part.get("class") == "model"]
    edges = [(e.get("data-from"), e.get("data-to")) for e in root if e.get("class") == "edge"]
    return {path: (inside, words[0], facts(words[1:])) for path, (inside, words) in boxes.items()}, frames, edges


def facts(words):
    """Labels, each with the lines that follow."""
    found = []
    for word in words:
        if word in ("Activation", "Input shape", "Output shape", "Output dtype", "Weights"):
            found.append(f"{word}: ")
        else:
            found[-1] += word if found[-1].endswith(": ") else f" {word}"
    return frozenset(found)


def chain(keras):
    layers = keras.layers
    dropped = [layers.Dense(6, activation="relu"), layers.Dropout(0.5), layers.Dense(2, trainable=False)]
    return keras.Sequential([keras.Input((4,)), *dropped], name="chain")


def wide_and_deep(keras):
    layers = keras.layers
    wide, deep = keras.Input((5,), name="wide"), keras.Input((6,), name="deep")
    hidden = layers.Dense(30, activation="relu")(layers.Dense(30, activation="relu")(deep))
    joined = layers.concatenate([wide, hidden])
    return keras.Model([wide, deep], [layers.Dense(1, name="main")(joined), layers.Dense(1, name="aux")(hidden)])


def residual(keras):
    x = first = keras.Input((8,))
    for _ in range(2):
        x = keras.layers.Add()([x, keras.layers.Dense(8)(x)])
    return keras.Model(first, keras.ops.sin(x))


def nested(keras):
    layers = keras.layers
    a, b = keras.Input((3,), name="a"), keras.Input((4,), name="b")
    both = layers.Add()([layers.Dense(5)(a), layers.Dense(5)(b)])
    inner = keras.Model([a, b], [both, layers.Dense(2)(b)], name="inner")
    i, j = keras.Input((3,), name="i"), keras.Input((4,), name="j")
    p, q = inner([i, j])
    deepest = keras.Sequential([keras.Input((5,)), layers.Dense(6)], name="deepest")
    middle = keras.Sequential([keras.Input((5,)), deepest, layers.Dense(2)], name="middle")
    return keras.Model([i, j], layers.Concatenate()([middle(p), q, layers.Dense(2)(j)]), name="outer")


def chain_of_chains(keras):
    encoder = keras.Sequential([keras.Input((9,)), keras.layers.Dense(4), keras.layers.Dense(2)], name="encoder")
    decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(4), keras.layers.Dense(9)], name="decoder")
    return keras.Sequential([keras.Input((9,)), encoder, decoder], name="autoencoder")


def shared(keras):
    left, right = keras.Input((8,), name="left"), keras.Input((8,), name="right")
    tower = keras.Sequential([keras.Input((8,)), keras.layers.Dense(4)], name="tower")
    return keras.Model([left, right], keras.layers.Subtract()([tower(left), tower(right)]))


def of_ones_own(keras):
    class Own(keras.Model):
        def __init__(self):
            super().__init__(name="own")
            self.inner = keras.layers.Dense(2)

        def build(self, shape):
            self.inner.build(shape)
            self.built = True

        def call(self, x):
            return self.inner(x)

    model = Own()
    model.build((None, 3))
    return model


BUILDS = [chain, wide_and_deep, residual, nested, chain_of_chains, shared, of_ones_own]
OPTIONS = [
    {},
    {"show_layer_names": False, "show_shapes": True, "rankdir": "LR"},
    {"expand_nested": True, "show_layer_activations": True},
    {"expand_nested": True, "show_dtype": True, "show_trainable": True, "splines": "curved"},
]


@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: "+".join(o) or "plain")
@pytest.mark.parametrize("build", BUILDS)
def test_the_same_boxes_and_arrows(build, options, on_both, sides, pydot):
    our_model, their_model = on_both(build)
    boxes, frames, edges = ours(sides[0].utils.model_to_dot(our_model, **options))
    dot = sides[1].utils.model_to_dot(their_model, **options)
    their_boxes, their_frames = theirs(dot)
    # Keras does not know the shapes of what is called twice.
    if build is not of_ones_own and not any("?" in fact for box in their_boxes.values() for fact in box[2]):
        assert sorted(map(repr, map(sort_facts, boxes.values()))) == sorted(
            map(repr, map(sort_facts, their_boxes.values()))
        )
    assert sorted(box[:2] for box in boxes.values()) == sorted(box[:2] for box in their_boxes.values())
    assert frames == their_frames
    named = sorted((boxes[source][:2], boxes[target][:2]) for source, target in edges)
    assert named == sorted((their_boxes[s][:2], their_boxes[t][:2]) for s, t in all_edges(dot))


def sort_facts(box):
    return (*box[:2], sorted(box[2]))


def test_errors_are_keras_s(on_both, sides, pydot):
    for keras in sides:
        with pytest.raises(ValueError, match=r"This model has not yet been built\. Build the model first by calling"):
            keras.utils.model_to_dot(keras.Sequential([keras.layers.Dense(2)]))
    for model, keras in zip(on_both(chain), sides, strict=True):
        with pytest.raises(ValueError, match="Argument `layer_range` is no longer supported"):
            keras.utils.model_to_dot(model, layer_range=["a", "b"])
        with pytest.raises(ValueError, match=r"Unrecognized keyword arguments: \{'shapes': True\}"):
            keras.utils.model_to_dot(model, shapes=True)
