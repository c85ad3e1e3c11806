"""Drawings of models: what stands where, what names may hold, what files come of it."""

from __future__ import annotations

import itertools
import re
import sys
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pynn import keras
from pynn.plot import marks, painting
from pynn.plot.layered import Edge
from pynn.plot.routing import SPLINES, arrange, commands

L = keras.layers
NAMES = 'a<b> & "c" $x^2$ _é'


def residual(name=None):
    x = first = keras.Input((8,))
    for _ in range(2):
        x = L.Add()([x, L.Dense(8)(L.Dense(8)(x))])
    return keras.Model(first, [L.Dense(1)(x), L.Dense(2)(x)], name=name)


def nested():
    inner, x = residual("inner"), keras.Input((8,))
    p, q = inner(x)
    chain = keras.Sequential([keras.Input((1,)), L.Dense(8), L.Dense(3)], name="chain")
    return keras.Model(x, L.Concatenate()([chain(p), q, L.Dense(4)(x)]))


def itself():
    inner, x = residual("inner"), keras.Input((8,))
    chain = keras.Sequential([keras.Input((8,)), L.Dense(8)])
    return keras.Model(x, inner(chain(chain(x))))


def long():
    return keras.Sequential([keras.Input((784,)), *(L.Dense(8, activation="relu") for _ in range(20))])


def one():
    return keras.Sequential([keras.Input((2,)), L.Dense(1)])


def rectangles(root, kind):
    return {
        part.get(f"data-{kind}"): tuple(float(part.get(key)) for key in ("x", "y", "width", "height"))
        for part in root
        if part.get("class") == kind
    }


def disjoint(a, b):
    return a[0] + a[2] <= b[0] or b[0] + b[2] <= a[0] or a[1] + a[3] <= b[1] or b[1] + b[3] <= a[1]


def distance(point, box):
    """From the border of a box."""
    (u, v), (x, y, w, h) = point, box
    outside = max(x - u, u - x - w, y - v, v - y - h)
    return outside if outside > 0 else min(u - x, x + w - u, v - y, y + h - v)


def ends(path):
    points = [tuple(map(float, pair.split(","))) for pair in re.findall(r"[-\d.]+,[-\d.]+", path)]
    return points[0], points[-1]


@pytest.mark.parametrize("rankdir", ["TB", "LR", "BT", "RL"])
@pytest.mark.parametrize("build", [one, residual, nested, itself, long])
def test_boxes_are_apart_and_arrows_end_at_them(build, rankdir):
    options = {"show_shapes": True, "expand_nested": True, "show_layer_activations": True, "rankdir": rankdir}
    for splines in SPLINES:
        drawing = keras.utils.model_to_dot(build(), splines=splines, **options)
        root = ElementTree.fromstring(drawing.svg())
        boxes = rectangles(root, "layer")
        for a, b in itertools.combinations(boxes.values(), 2):
            assert disjoint(a, b)
        for x, y, width, height in [*boxes.values(), *rectangles(root, "model").values()]:
            assert min(x, y) > 0
            assert x + width < drawing.width
            assert y + height < drawing.height
        for edge in (part for part in root if part.get("class") == "edge"):
            start, end = ends(edge.get("d"))
            assert distance(start, boxes[edge.get("data-from")]) < 0.1
            head = distance(end, boxes[edge.get("data-to")])
            assert head < 9.1  # the head is nine points long
            assert head > 8.9 or splines == "line"


def level_and_upright(points):
    """Up to half a point, which nobody sees."""
    return all(abs(a - u) <= 0.5 or abs(b - v) < 1e-6 for (a, b), (u, v) in itertools.pairwise(points))


GRAPHS = st.integers(2, 12).flatmap(
    lambda n: st.tuples(
        st.lists(st.tuples(st.floats(20, 300), st.floats(10, 80)), min_size=n, max_size=n),
        st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=3 * n),
    )
)


@settings(max_examples=40, deadline=None, derandomize=True, phases=[Phase.generate])
@given(GRAPHS)
def test_any_graph_is_laid_out(graph):
    """No two boxes meet, no line runs through a box, and lines of different sources do not lie upon each other."""
    sizes, pairs = graph
    edges = [Edge(a, b) for a, b in sorted(pairs)]
    layout = arrange(sizes, edges)
    boxes = [(x, y, w, h) for (x, y), (w, h) in zip(layout.corners, sizes, strict=True)]
    for a, b in itertools.combinations(boxes, 2):
        assert disjoint(a, b)
    for edge, way in zip(edges, layout.ways, strict=True):
        assert level_and_upright(way)
        assert distance(way[0], boxes[edge.source]) < 1e-6
        assert distance(way[-1], boxes[edge.target]) < 1e-6
        for (x, y), (u, v) in itertools.pairwise(way):
            part = (min(x, u), min(y, v), abs(x - u), abs(y - v))
            inside = [i for i, (a, b, w, h) in enumerate(boxes) if not disjoint(part, (a + 1, b + 1, w - 2, h - 2))]
            assert not inside, f"{edge} runs through {inside}"
        for splines in SPLINES:
            drawn = commands(way, splines)
            assert drawn[0] == ("M", (way[0],))
            assert drawn[-1][1][-1] == way[-1]
    level = {}
    for edge, way in zip(edges, layout.ways, strict=True):
        for (x, y), (u, v) in itertools.pairwise(way):
            if y == v and x != u and edge.source < edge.target:
                level.setdefault(y, []).append((min(x, u), max(x, u), edge.source))
    for spans in level.values():
        for (a, b, one_source), (c, d, other) in itertools.combinations(spans, 2):
            assert one_source == other or b < c or d < a


def test_a_chain_is_straight():
    layout = arrange([(50, 20), (100, 20), (30, 20)], [Edge(0, 1), Edge(1, 2)])
    assert [x + w / 2 for (x, _), w in zip(layout.corners, (50, 100, 30), strict=True)] == [50, 50, 50]


def test_a_line_past_several_ranks_has_no_steps():
    """Each of four layers is concatenated with what it is computed from."""
    steps = [Edge(i, i + 1) for i in range(5)]
    layout = arrange([(80, 40)] * 5 + [(200, 40)], [*steps, *(Edge(i, 5) for i in range(4))])
    for way in layout.ways:
        assert len({round(x) for x, _ in way}) <= 3  # of its box, of its lane, of its arrow


@pytest.mark.parametrize("name", ["plain", "l<b>&\"'", "<script>alert(1)</script>", "日本語", "$x^2$ \x01", "W" * 200])
def test_any_name_is_text(name, tmp_path):
    layer = L.Dense(2, name="dense")
    layer.name = name  # Keras's own constructor refuses a slash alone
    model = keras.Sequential([keras.Input((3,)), layer])
    model.name = name
    drawing = keras.utils.plot_model(model, tmp_path / "m.svg", show_layer_names=True, expand_nested=True)
    root = ElementTree.parse(tmp_path / "m.svg").getroot()
    assert {part.tag.rpartition("}")[2] for part in root} == {"title", "rect", "text"}
    text = "".join(root[-1].itertext())
    assert text.endswith("(Dense)")
    assert name.replace("\x01", " ")[:20] in text
    assert drawing.width < 900


@pytest.mark.parametrize(
    "text", ["dense_17 (Dense)", "[(None, 784), (None, 100)]", "WWW mmm", "illicit", NAMES, "日本"]
)
@pytest.mark.parametrize("bold", [False, True])
def test_letters_take_no_more_than_their_boxes_have(text, bold):
    textpath = pytest.importorskip("matplotlib.textpath", reason="measures with matplotlib")
    if not text.isascii():
        text = text.replace("日本", "é")  # glyphs that matplotlib's font has
    weight = "bold" if bold else "normal"
    properties = {"prop": sys.modules["matplotlib.font_manager"].FontProperties(family="DejaVu Sans", weight=weight)}
    width = textpath.TextPath((0, 0), text.replace("$", r"\$"), size=12, **properties).get_extents().width
    assert width <= marks.width_of(text, 12, bold) <= 1.6 * width + 12


def open_figures():
    return sys.modules["matplotlib.pyplot"].get_fignums() if "matplotlib.pyplot" in sys.modules else []


@pytest.mark.parametrize("ending", ["svg", "png", "pdf", "jpg", "eps"])
def test_files(ending, tmp_path, monkeypatch):
    if ending != "svg":
        pytest.importorskip("matplotlib", reason="draws with matplotlib")
    monkeypatch.chdir(tmp_path)
    before = open_figures()
    first = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF", "jpg": b"\xff\xd8", "eps": b"%!PS"}[ending]
    drawing = keras.utils.plot_model(nested(), f"m.{ending}", expand_nested=True, dpi=60)
    assert (tmp_path / f"m.{ending}").read_bytes().startswith(first)
    assert drawing.create(format=ending).startswith(first)
    assert open_figures() == before


def test_png_has_the_resolution_and_the_default_name(tmp_path, monkeypatch):
    image = pytest.importorskip("matplotlib.image", reason="reads with matplotlib")
    monkeypatch.chdir(tmp_path)
    drawing = keras.utils.plot_model(one(), dpi=144)
    shape = image.imread("model.png").shape
    np.testing.assert_allclose(shape[:2], [2 * drawing.height, 2 * drawing.width], atol=1)
    keras.utils.plot_model(one(), "without_ending", dpi=72)
    np.testing.assert_allclose(image.imread("without_ending", format="png").shape[0], drawing.height, atol=1)


def test_it_shows_itself_in_notebooks():
    drawing = keras.utils.model_to_dot(one())
    assert drawing._repr_svg_() == drawing.svg().replace("<svg ", '<svg style="max-width:100%;height:auto" ', 1)
    assert "style" not in drawing.svg()  # CairoSVG draws nothing where the height is "auto"
    assert repr(drawing).startswith("<Dot 'Model sequential")
    framed = ElementTree.fromstring(keras.utils.model_to_dot(one(), subgraph=True).svg())
    assert len(rectangles(framed, "model")) == 1


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"to_file": "m.gif"}, ValueError, r"'m.gif': the ending of a picture's file must be one of .svg, .png, .pdf"),
        ({"to_file": "no/such/m.svg"}, FileNotFoundError, "there is no folder 'no/such'; make it first"),
        ({"rankdir": "up"}, ValueError, "rankdir must be one of 'TB', 'LR', 'BT', 'RL'. Received: rankdir='up'"),
        ({"splines": "wavy"}, ValueError, "splines must be one of 'ortho', 'curved', .*'wavy'"),
        ({"dpi": 0}, ValueError, "dpi must be above 0. Received: dpi=0"),
        ({"dpi": 100_000}, ValueError, "pixels, more than 2e.08: choose a lower dpi, or a file ending in .svg"),
        ({"show_shape": True}, ValueError, "Unrecognized keyword arguments: {'show_shape': True}"),
        ({"model": L.Dense(2)}, TypeError, "plot_model draws a model, got <Dense"),
        ({"model": keras.Sequential([L.Dense(2)])}, ValueError, "has not yet been built. .* keras.Input"),
    ],
)
def test_errors(change, error, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=said):
        keras.utils.plot_model(**{"model": one(), **change})
    assert not list(tmp_path.iterdir())


def test_without_matplotlib(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    keras.utils.plot_model(one(), tmp_path / "m.svg")
    with pytest.raises(ImportError, match=r'pip install "pynn-kernels\[plot\]". A file ending in .svg needs nothing'):
        keras.utils.plot_model(one(), tmp_path / "m.png")


def test_a_graph_built_in_a_loop_keeps_its_lists():
    """The list that a layer was called with may grow afterwards."""
    x = first = keras.Input((4,))
    found = [x]
    for _ in range(3):
        x = L.Dense(2)(L.Concatenate()(found) if len(found) > 1 else x)
        found.append(x)
    model = keras.Model(first, x)
    assert model.predict(np.ones((2, 4)), verbose=0).shape == (2, 2)
    assert model.layers[2].output.shape == (None, 6)
    assert keras.Model.from_config(model.get_config()).count_params() == model.count_params()


def test_drawings_go_into_axes():
    figures = pytest.importorskip("matplotlib.figure", reason="draws with matplotlib")
    figure = figures.Figure()
    axes = figure.subplots(1, 2)
    drawing = keras.utils.model_to_dot(residual())
    assert drawing.draw(axes[1]) is axes[1]
    assert axes[1].get_xlim() == (0, drawing.width)
    assert len(axes[1].texts) == sum(isinstance(mark, marks.Words) for mark in drawing.marks)
    assert painting.MOST_PIXELS > 1e6
    figure.canvas.draw()
