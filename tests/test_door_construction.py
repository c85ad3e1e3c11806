"""Mistakes in building and compiling, and arrays of any wrong shape."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

X = np.random.default_rng(0).random((12, 6)).astype("float32")
Y = np.eye(3, dtype="float32")[np.arange(12) % 3]


def network(keras, optimizer="sgd", loss="categorical_crossentropy", metrics=()):
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3, "softmax", name="out")])
    model.compile(optimizer, loss, metrics=list(metrics))
    return model


def fitted(**kwargs):
    """compile or fit may notice it first; Keras looks at some words only in fit."""
    return lambda keras: network(keras, **kwargs).fit(X, Y, verbose=0)


def uncompiled(keras):
    return keras.Sequential([keras.Input((6,)), keras.layers.Dense(3)])


def case(name, action, *words, error=ValueError, in_keras=True):
    return pytest.param(action, words, error, in_keras, id=name)


MISTAKES = [
    # Words with a slip: the message holds the word and the nearest known one.
    case("activation", lambda k: k.layers.Dense(3, activation="rulu"), "Could not interpret", "rulu", "relu"),
    case(
        "activation layer", lambda k: k.layers.Activation("sigmoidd"), "Could not interpret", "sigmoidd", r"sigmoid\b"
    ),
    case("optimizer", fitted(optimizer="adm"), "Could not interpret", "adm", "adam"),
    case("loss", fitted(loss="categorical_crosentropy"), "Could not interpret", "crosentropy", "crossentropy"),
    case("metric", fitted(metrics=["acuracy"]), "Could not interpret", "acuracy", "accuracy"),
    case("initializer", lambda k: k.layers.Dense(3, kernel_initializer="glorot"), "Could not interpret", "Glorot"),
    case("argument of a layer", lambda k: k.layers.Dense(3, activaton="relu"), "Dense", "activaton", r"activation\b"),
    case("argument of an optimizer", lambda k: k.optimizers.Adam(rl=0.1), "rl"),
    # Numbers out of range.
    case("units negative", lambda k: k.layers.Dense(-3), "units", "positive integer", r"-3"),
    case("units 0", lambda k: k.layers.Dense(0), "units", "positive integer", r"\b0\b"),
    case("units a word", lambda k: k.layers.Dense("3"), "units", "positive integer"),
    case("units 3.5", lambda k: k.layers.Dense(3.5), "units", "positive integer", r"3\.5"),
    case("rate 1.5", lambda k: k.layers.Dropout(1.5), "rate", r"between 0 and 1", r"1\.5"),
    case("rate negative", lambda k: k.layers.Dropout(-0.5), "rate", r"-0\.5"),
    case("momentum 2", lambda k: k.optimizers.SGD(momentum=2.0), "momentum"),
    case("learning rate a word", lambda k: k.optimizers.SGD("fast"), "learning_rate", "fast"),
    case("learning rate NaN", lambda k: k.optimizers.SGD(float("nan")), "learning_rate", "nan", in_keras=False),
    case("input size negative", lambda k: k.Input((-3,)), r"-3"),
    case("input a number", lambda k: k.Input(3), r"\b3\b", "shape"),
    case("input without a shape", lambda k: k.Input(), "shape"),
    case("seed a word", lambda k: k.utils.set_random_seed("a"), "seed", "integer", "a"),
    # The stack of layers.
    case("a word for a layer", lambda k: k.Sequential().add("dense"), "layer", "dense"),
    case("a class for a layer", lambda k: k.Sequential().add(k.layers.Dense), "layer", "Dense"),
    case(
        "one name twice",
        lambda k: k.Sequential([k.layers.Dense(2, name="a"), k.layers.Dense(2, name="a")]),
        "unique",
        "'a'",
    ),
    case("two inputs", lambda k: k.Sequential([k.Input((2,)), k.Input((3,))]), r"\(None, 2\)", "Input"),
    case("no layers", lambda k: k.Sequential().predict(X, verbose=0), "no layers", "add"),
    case("count without weights", lambda k: k.Sequential([k.layers.Dense(2)]).count_params(), "count_params", "build"),
    # Order of calls.
    case("fit before compile", lambda k: uncompiled(k).fit(X, Y), r"compile\("),
    case("evaluate before compile", lambda k: uncompiled(k).evaluate(X, Y), r"compile\("),
    case("no loss", lambda k: network(k, loss=None).fit(X, Y, verbose=0), "loss", in_keras=False),
    # Labels to one-hot.
    case(
        "label over num_classes",
        lambda k: k.utils.to_categorical([0, 5], 3),
        r"\b5\b",
        r"\b3\b",
        error=(ValueError, IndexError),
    ),
    case("label under 0", lambda k: k.utils.to_categorical([0, -1]), r"-1", in_keras=False),
]


def raised_by(action, keras, errors):
    with pytest.raises(errors) as caught:
        action(keras)
    return caught.value


@pytest.mark.parametrize(("action", "words", "error", "in_keras"), MISTAKES)
def test_message(keras, is_oracle, action, words, error, in_keras):
    if is_oracle:
        pytest.skip("Keras's own messages need not say the way out")
    message = str(raised_by(action, keras, error))
    missing = [word for word in words if not re.search(word, message, re.IGNORECASE)]
    assert not missing, f"not in the message: {missing}\n{message}"


@pytest.mark.parametrize(("action", "words", "error", "in_keras"), [m for m in MISTAKES if m.values[3]])
def test_class_is_keras_s(keras, real_keras, action, words, error, in_keras):
    theirs = raised_by(action, real_keras, error)
    if not isinstance(error, tuple):
        assert isinstance(raised_by(action, keras, error), type(theirs))


def test_predict_on_an_unbuilt_model_builds_it(keras):
    """Keras does not call that a mistake, so it is none here."""
    model = keras.Sequential([keras.layers.Dense(3)])
    assert model.predict(X, verbose=0).shape == (12, 3)


def test_the_first_rows_decide_the_width(keras):
    model = keras.Sequential([keras.layers.Dense(3, name="first")])
    model.predict(X, verbose=0)
    with pytest.raises(ValueError, match=r"first(.|\n)*\b6\b(.|\n)*\b5\b"):
        model.predict(X[:, :5], verbose=0)


def test_images_before_dense_without_flatten(keras, is_oracle):
    """The classic: no Input, no Flatten.  Keras multiplies the last axis and stumbles over the shapes at the loss."""
    model = keras.Sequential([keras.layers.Dense(4), keras.layers.Dense(3, "softmax")])
    model.compile("sgd", "categorical_crossentropy")
    with pytest.raises(ValueError, match="same shape" if is_oracle else r"28(.|\n)*Flatten|Flatten(.|\n)*28"):
        model.fit(np.ones((12, 28, 28)), Y, verbose=0)


@pytest.fixture(scope="module")
def model(keras):
    return network(keras)


shapes = st.lists(st.integers(0, 7), min_size=0, max_size=4).map(tuple)


@given(shape=shapes)
def test_any_wrong_shape_of_x(model, is_oracle, shape):
    """Whatever is not (rows, 6) is a ValueError that shows (None, 6) or names the layer, and what came."""
    if is_oracle:
        pytest.skip("Keras takes some of them, and stumbles over the others")
    assume(not (len(shape) == 2 and shape[1] == 6))
    before = [w.copy() for w in model.get_weights()]
    with pytest.raises(ValueError, match=r"\b6\b|at least one row"):
        model.predict(np.zeros(shape, "float32"), verbose=0)
    for w, v in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(w, v)


@given(shape=shapes)
def test_any_wrong_shape_of_y(model, is_oracle, shape):
    if is_oracle:
        pytest.skip("Keras takes some of them, and stumbles over the others")
    assume(shape != (12, 3))
    before = [w.copy() for w in model.get_weights()]
    with pytest.raises(ValueError, match=r"\b3\b|\b12\b|at least one row"):
        model.fit(X, np.zeros(shape, "float32"), verbose=0)
    for w, v in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(w, v)


@given(row=st.integers(0, 11), label=st.one_of(st.integers(-(2**40), -1), st.integers(3, 2**40)))
def test_any_label_out_of_range(keras, is_oracle, row, label):
    if is_oracle:
        pytest.skip("Keras trains on it in silence")
    model = network(keras, loss="sparse_categorical_crossentropy")
    labels = np.arange(12) % 3
    labels[row] = label
    with pytest.raises(
        ValueError, match=rf"(row {row}\b|\[{row}\])(.|\n)*{label}|{label}(.|\n)*(row {row}\b|\[{row}\])"
    ):
        model.fit(X, labels, verbose=0)
