"""The printed summary, line by line against Keras's, on Keras's own models."""

from __future__ import annotations

import io
import os
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from pynn import config
from pynn.models.summary import print_summary


@pytest.fixture(autouse=True)
def terminal_width(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    return lambda columns: monkeypatch.setenv("COLUMNS", str(columns))


def both(model, **settings):
    """The summary by Keras and by us."""
    texts = []
    model.summary(print_fn=texts.append, **settings)
    print_summary(model, print_fn=texts.append, **settings)
    assert len(texts) == 2
    return texts


def lecture(k):
    return [k.Input((28, 28)), k.layers.Flatten(), k.layers.Dense(100, "sigmoid"), k.layers.Dense(10, "softmax")]


MODELS = {
    "lecture": lecture,
    "empty": lambda k: [],
    "one": lambda k: [k.Input((3,)), k.layers.Dense(1)],
    "unbuilt": lambda k: [k.layers.Dense(4), k.layers.Dropout(0.5), k.layers.Dense(1)],
    "dropout": lambda k: [k.Input((8,)), k.layers.Dense(30), k.layers.Dropout(0.2), k.layers.Activation("tanh")],
    "frozen": lambda k: [k.Input((8,)), k.layers.Dense(30, trainable=False), k.layers.Dense(2)],
    "all frozen": lambda k: [k.Input((8,)), k.layers.Dense(30, trainable=False)],
    "norm": lambda k: [k.Input((8,)), k.layers.Dense(30), k.layers.BatchNormalization(), k.layers.Dense(2)],
    "megabytes": lambda k: [k.Input((5000,)), k.layers.Dense(3000)],
    "float64": lambda k: [k.Input((8,), dtype="float64"), k.layers.Dense(3, dtype="float64")],
    "long name": lambda k: [k.Input((8,)), k.layers.Dense(3, name="a_layer_with_a_name_longer_than_its_column")],
    "many dimensions": lambda k: [k.Input((4, 5, 6, 7, 8)), k.layers.Dense(123456 % 97)],
    "batch size": lambda k: [k.Input((8,), batch_size=32), k.layers.Dense(3)],
    "nested": lambda k: [k.Input((8,)), k.Sequential([k.layers.Dense(3), k.layers.Dense(4)]), k.layers.Dense(2)],
}


@pytest.fixture
def build(real_keras, recwarn):
    def make(name):
        real_keras.utils.clear_session(free_memory=False)
        return real_keras.Sequential(MODELS[name](real_keras))

    return make


@pytest.mark.parametrize("settings", [{}, {"show_trainable": True}, {"expand_nested": True}], ids=str)
@pytest.mark.parametrize("name", MODELS)
def test_text_is_keras(build, name, settings):
    theirs, ours = both(build(name), **settings)
    assert ours.split("\n") == theirs.split("\n")


@pytest.mark.parametrize("columns", [30, 41, 52, 66, 79, 80, 91, 92, 100, 104, 130])
def test_terminal_widths(build, terminal_width, columns):
    terminal_width(columns)
    for name in ("lecture", "long name", "nested"):
        theirs, ours = both(build(name), show_trainable=columns > 60)
        # Keras breaks the lines below the table in terminals narrower than they are; a terminal does so itself.
        assert " ".join(ours.split()) == " ".join(theirs.split())
        assert columns < 50 or ours == theirs


@pytest.mark.parametrize("line_length", [24, 31, 33, 40, 47, 58, 65, 66, 67, 80, 99, 120, 140])
def test_line_lengths(build, terminal_width, line_length):
    terminal_width(200)
    for name in ("lecture", "long name", "many dimensions"):
        theirs, ours = both(build(name), line_length=line_length)
        assert ours.split("\n") == theirs.split("\n")


@pytest.mark.parametrize("positions", [[0.3, 0.6, 1.0], [0.6, 0.8, 1.0], [0.3, 0.5, 0.7], [0.2, 0.3, 0.5]], ids=str)
def test_positions(build, positions):
    theirs, ours = both(build("lecture"), positions=positions, line_length=70)
    assert ours.split("\n") == theirs.split("\n")


@pytest.mark.parametrize(
    "names", [("dense", "dense_1"), ("dense_1", "flatten"), ("fl.*", "dense$"), ("dense", "dense")]
)
def test_layer_range(build, names):
    theirs, ours = both(build("lecture"), layer_range=names)
    assert ours.split("\n") == theirs.split("\n")


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_trained_model_counts_the_optimizer(build, optimizer):
    model = build("one")
    model.compile(optimizer, loss="mse")
    theirs, ours = both(model)
    assert ours == theirs
    assert "Optimizer" not in ours
    model.fit(np.zeros((4, 3)), np.zeros((4, 1)), verbose=0)
    theirs, ours = both(model)
    assert ours == theirs
    assert " Optimizer params: " in ours


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"line_length": 10}, "Insufficient console width to print summary"),
        ({"layer_range": ("dense",)}, "layer_range must be a list or tuple of length 2"),
        ({"layer_range": (0, 1)}, "layer_range should contain string type only"),
        ({"layer_range": ("conv", "dense")}, r"do not match the layer names in the model.*\('conv', 'dense'\)"),
        ({"positions": [0.5, 1.0]}, r"3 columns.*\[0.5, 1.0\]"),
    ],
)
def test_errors(build, settings, text):
    with pytest.raises(ValueError, match=text):
        print_summary(build("lecture"), **settings)


def small():
    weight = SimpleNamespace(shape=(2, 3), dtype=np.dtype("float32"))

    class Dense:
        name, built, trainable, weights = "dense", True, True, (weight,)
        output_shape = (None, 3)

        def count_params(self):
            return 6

    class Two:
        name, built, trainable = "two", True, True
        output_shape = ((None, 3), (None, 4))

        def count_params(self):
            return 0

    return SimpleNamespace(
        name="small", layers=[Dense(), Two()], trainable_weights=[weight], non_trainable_weights=[], optimizer=None
    )


def test_layers_of_other_kinds():
    texts = []
    print_summary(small(), print_fn=texts.append)
    assert "│ dense (Dense)                   │ (None, 3)" in texts[0]
    assert "((None, 3), (None, 4))" in texts[0]
    assert " Total params: 6 (24.00 B)\n" in texts[0]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_bold_on_terminals_only(monkeypatch, capsys):
    print_summary(small())
    plain = capsys.readouterr().out
    assert "\x1b" not in plain
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    print_summary(small())
    shown = screen.getvalue()
    assert '\x1b[1mModel: "small"\x1b[0m\n' in shown
    assert "\x1b[1m Total params: \x1b[0m6 (24.00 B)\n" in shown
    assert shown.replace("\x1b[1m", "").replace("\x1b[0m", "") == plain


def test_logged_when_not_interactive(monkeypatch, capsys, caplog):
    monkeypatch.setattr(config, "_interactive_logging", False)
    with caplog.at_level("INFO", logger="pynn"):
        print_summary(small())
    assert capsys.readouterr().out == ""
    assert 'Model: "small"' in caplog.text


def test_width_without_columns(monkeypatch):
    monkeypatch.delenv("COLUMNS")
    monkeypatch.setattr(os, "get_terminal_size", lambda *a: os.terminal_size((60, 20)))
    monkeypatch.setattr(sys, "__stdout__", sys.__stderr__)
    texts = []
    print_summary(small(), print_fn=texts.append)
    assert max(map(len, texts[0].split("\n"))) <= 60
