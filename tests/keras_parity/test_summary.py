"""The printed summary is real Keras's, character by character."""

from __future__ import annotations

import numpy as np
import pytest


def text(model, **kwargs):
    """Lines as print_fn is given them, whether one by one or all at once."""
    lines = []
    model.summary(print_fn=lambda line, line_break=True: lines.append(line), **kwargs)
    return [line.rstrip() for line in "\n".join(lines).splitlines()]


def lecture(keras):
    layers = [keras.layers.Flatten(), keras.layers.Dense(100, "sigmoid"), keras.layers.Dense(10, "softmax")]
    return keras.Sequential([keras.Input((28, 28)), *layers])


def trained(optimizer):
    def build(keras):
        model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(5), keras.layers.Dense(3)])
        model.compile(optimizer, "mse")
        model.fit(np.ones((4, 6)), np.ones((4, 3)), verbose=0)
        return model

    return build


def partly_frozen(keras):
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(300), keras.layers.Dense(3)])
    model.layers[0].trainable = False
    return model


def compiled(keras):
    model = lecture(keras)
    model.compile("adam", "mse")
    return model


def grown(keras):
    model = keras.models.Sequential(name="grown")
    for layer in (keras.Input((7,)), keras.layers.Dense(3, use_bias=False), keras.layers.Activation("relu")):
        model.add(layer)
    return model


LONG = "a_layer_whose_name_is_so_long_that_no_column_of_the_table_can_hold_it"
MODELS = {
    "lecture": lecture,
    "unbuilt": lambda keras: keras.Sequential([keras.layers.Dense(5), keras.layers.Dropout(0.5)]),
    "empty": lambda keras: keras.Sequential(),
    "compiled": compiled,
    "trained with adam": trained("adam"),
    "trained with sgd": trained("sgd"),
    "trained with rmsprop": trained("rmsprop"),
    "partly frozen": partly_frozen,
    "grown": grown,
    "named": lambda keras: keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, name=LONG)], name="mine"),
    "a million": lambda keras: keras.Sequential([keras.Input((1000,)), keras.layers.Dense(2000)]),
    "batch size": lambda keras: keras.Sequential([keras.Input((4,), batch_size=8), keras.layers.Dense(2)]),
    "images": lambda keras: keras.Sequential([keras.Input((3, 4, 2)), keras.layers.Dense(2), keras.layers.Flatten()]),
}


@pytest.mark.parametrize("model", MODELS)
def test_the_same_text(on_both, model):
    ours, theirs = on_both(lambda keras: text(MODELS[model](keras)))
    assert ours == theirs


@pytest.mark.parametrize(
    "settings",
    [{"line_length": 70}, {"line_length": 120}, {"show_trainable": True}, {"positions": [0.5, 0.8, 1.0]}],
    ids=str,
)
def test_settings(on_both, monkeypatch, settings):
    monkeypatch.setenv("COLUMNS", "200")  # Keras's table is cut off where the terminal ends
    ours, theirs = on_both(lambda keras: text(partly_frozen(keras), **settings))
    assert ours == theirs


def test_printed_without_print_fn(on_both, capsys):
    def printed(keras):
        lecture(keras).summary()
        return [line.rstrip() for line in capsys.readouterr().out.splitlines()]

    ours, theirs = on_both(printed)
    assert ours == theirs
