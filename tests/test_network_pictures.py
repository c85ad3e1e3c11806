"""Networks as neurons and weighted lines; models at the end of a notebook's cell."""

from __future__ import annotations

import itertools
from xml.etree import ElementTree

import numpy as np
import pytest

from pynn import keras, plot
from pynn.plot.columns import shown

L = keras.layers
RANDOM = np.random.default_rng(5)


def small(**options):
    return keras.Sequential(
        [keras.Input((2,)), L.Dense(3, activation="tanh", name="hidden"), L.Dense(1, name="answer", **options)],
        name="small",
    )


def marks(drawing, kind):
    return [part for part in ElementTree.fromstring(drawing.svg()) if part.get("class") == kind]


def test_lines_are_the_weights():
    model = small()
    kernels = [RANDOM.normal(size=shape) for shape in ((2, 3), (3,), (3, 1), (1,))]
    model.set_weights(kernels)
    drawing = plot.network(model)
    lines = marks(drawing, "weight")
    assert len(lines) == 2 * 3 + 3 + 3 + 1
    widest = max(float(line.get("stroke-width")) for line in lines)
    for line in lines:
        weight = float(line.get("data-weight"))
        assert line.get("stroke") == ("#0072B2" if weight >= 0 else "#D55E00")
        near = np.concatenate([k.ravel() for k in kernels])
        assert np.abs(near - weight).min() < 1e-3 * max(1, abs(weight))
    first = {line.get("data-between"): float(line.get("data-weight")) for line in lines[:9]}
    np.testing.assert_allclose(first["1 → 2"], kernels[0][1, 2], rtol=1e-3)
    np.testing.assert_allclose(first["bias → 0"], kernels[1][0], rtol=1e-3)
    largest = max(lines[:9], key=lambda line: abs(float(line.get("data-weight"))))
    assert float(largest.get("stroke-width")) == widest
    assert len(marks(drawing, "neuron")) == 2 + 3 + 1
    assert len(marks(drawing, "bias")) == 2
    assert not marks(plot.network(model, biases=False), "bias")
    assert not marks(plot.network(small(use_bias=False)), "bias")[1:]


def test_lines_begin_and_end_at_neurons():
    drawing = plot.network(keras.Sequential([keras.Input((30,)), L.Dense(12), L.Dense(3)]), max_neurons=6)
    circles = {(c.get("cx"), c.get("cy")) for kind in ("neuron", "bias") for c in marks(drawing, kind)}
    for line in marks(drawing, "weight"):
        start, end = (tuple(p.split(",")) for p in line.get("d").removeprefix("M").split("L"))
        assert {start, end} <= circles
    assert len(marks(drawing, "neuron")) == 6 + 6 + 3
    assert len(marks(drawing, "more")) == 2 * 3
    for one, other in itertools.combinations([tuple(map(float, c)) for c in circles], 2):
        assert np.hypot(*np.subtract(one, other)) > 22


def test_what_is_left_out():
    assert shown(4, 4) == [0, 1, 2, 3]
    assert shown(100, 5) == [0, 1, 2, None, 98, 99]
    assert shown(3, 2) == [0, None, 2]


def test_words_of_a_network():
    model = keras.Sequential(
        [keras.Input((28, 28)), L.Flatten(), L.Dense(100, activation="relu", name="<b>"), L.Dropout(0.2), L.Dense(10)]
    )
    text = " ".join(ElementTree.fromstring(plot.network(model).svg()).itertext())
    for words in ("784 inputs", "28 × 28", "Flatten", "100 hidden", "<b>", "relu", "Dropout 0.2", "10 outputs"):
        assert words in text
    assert {"x₁", "x₇₈₄", "ŷ₁", "ŷ₁₀"} <= set(text.split())
    named = plot.network(small(), input_names=["height", "a<&>$b$"], output_names=["healthy"])
    assert {"height", "a<&>$b$", "healthy"} <= set(ElementTree.fromstring(named.svg()).itertext())


def test_a_nested_chain_and_odd_weights():
    model = keras.Sequential([keras.Input((2,)), small(), L.BatchNormalization()])
    weights = model.get_weights()
    weights[0][0, 0] = np.nan
    model.set_weights([weights[0], *(0 * w for w in weights[1:])])
    drawing = plot.network(model)
    assert len(marks(drawing, "neuron")) == 6
    assert sum(line.get("stroke") == "#1a1a1a" for line in marks(drawing, "weight")) == 1


def branches():
    x = keras.Input((3,))
    return keras.Model(x, L.Add()([L.Dense(2)(x), L.Dense(2)(x)]))


@pytest.mark.parametrize(
    ("draw", "error", "said"),
    [
        (lambda: plot.network(keras.Sequential([L.Dense(2)])), ValueError, "no weights yet. .* keras.Input"),
        (lambda: plot.network(branches()), ValueError, "is not one chain of layers.*plot_model"),
        (lambda: plot.network("model"), TypeError, "network draws a model, got 'model'"),
        (lambda: plot.network(small(), max_neurons=1), ValueError, "max_neurons must be a whole number of 2 or more"),
        (lambda: plot.network(small(), input_names=["a"]), ValueError, "input_names must be 2 names, one a neuron"),
        (
            lambda: plot.network(keras.Sequential([keras.Input((3,)), L.Embedding(5, 2, name="e")])),
            ValueError,
            r"'e' \(Embedding\) turns \(None, 3\) into \(None, 3, 2\)",
        ),
        (
            lambda: plot.network(keras.Sequential([keras.Input((3, 4)), L.Dense(2, name="d")])),
            ValueError,
            r"'d' takes \(None, 3, 4\): put keras.layers.Flatten",
        ),
        (lambda: plot.network(keras.Sequential([keras.Input((3,)), L.ReLU()])), ValueError, "has no Dense layer"),
    ],
)
def test_errors(draw, error, said):
    with pytest.raises(error, match=said):
        draw()


# Models at the end of a cell.


def test_a_model_is_a_table_in_notebooks():
    layer = L.Dense(2)
    layer.name = "<script>&"
    model = keras.Sequential([keras.Input((3,)), layer], name="a<b>")
    root = ElementTree.fromstring(model._repr_html_())
    cells = [["".join(cell.itertext()) for cell in row] for row in root.find("table")]
    assert cells == [["Layer (type)", "Output Shape", "Param #"], ["<script>& (Dense)", "(None, 2)", "8"]]
    text = "".join(root.itertext())
    assert "a<b>" in text
    assert "Total params: 8 (32.00 B)" in text
    assert repr(model) == "<Sequential name=a<b>, built=True>"


def test_tables_of_other_models():
    found = ElementTree.fromstring(branches()._repr_html_())
    assert [cell.text for cell in found.find("table")[0]][-1] == "Connected to"
    unbuilt = "".join(ElementTree.fromstring(keras.Sequential([L.Dense(2)])._repr_html_()).itertext())
    assert "0 (unbuilt)" in unbuilt
    long = keras.Sequential([keras.Input((1,)), *(L.ReLU() for _ in range(300))])
    rows = ElementTree.fromstring(long._repr_html_()).find("table")
    assert len(rows) == 202
    assert "… 100 layers more: model.summary()" in "".join(rows[101].itertext())


def test_ipython_shows_them():
    formatters = pytest.importorskip("IPython.core.formatters", reason="asks IPython's formatters")
    format_ = formatters.DisplayFormatter().format
    model = small()
    assert set(format_(model)[0]) == {"text/plain", "text/html"}
    assert set(format_(plot.network(model))[0]) == {"text/plain", "image/svg+xml"}
    assert set(format_(keras.utils.model_to_dot(model))[0]) == {"text/plain", "image/svg+xml"}
