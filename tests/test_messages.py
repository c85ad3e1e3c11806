"""What pynn says to mistakes that NumPy, Python or a layer inside would answer in words that mislead."""

from __future__ import annotations

import numpy as np
import pytest

from pynn import keras

L = keras.layers
X = np.random.default_rng(0).random((12, 4))
Y, KINDS = X.sum(1), np.arange(12) % 3
FUNCTION = np.loadtxt


def model(loss="mse", units=1, activation=None, **options):
    made = keras.Sequential([keras.Input((4,)), L.Dense(units, activation=activation, name="out")])
    made.compile("adam", loss, **options)
    return made


def refused(mistake, error, *parts, without=()):
    """The message of a mistake: of this class exactly, with these parts, and without others."""
    with pytest.raises(error) as caught:
        mistake()
    said = str(caught.value)
    for part in parts:
        assert part in said, said
    for part in without:
        assert part not in said, said
    return said


NO_DATA = [
    ("x", lambda: model().fit(FUNCTION, Y)),
    ("y", lambda: model().fit(X, FUNCTION)),
    ("x", lambda: model().fit(object(), Y)),
    ("x", lambda: model().predict(FUNCTION)),
    ("x", lambda: model().evaluate(FUNCTION, Y)),
    ("y", lambda: model().evaluate(X, FUNCTION)),
    ("x", lambda: model().train_on_batch(FUNCTION, Y)),
    ("sample_weight", lambda: model().fit(X, Y, sample_weight=FUNCTION)),
    ("x", lambda: model().fit(X, Y, validation_data=(FUNCTION, Y), verbose=0)),
    ("y", lambda: model().fit(X, Y, validation_data=(X, FUNCTION), verbose=0)),
    ("x", lambda: model().fit(FUNCTION, Y, validation_split=0.5)),
    ("y", lambda: model().fit(X, FUNCTION, validation_split=0.5)),
]


@pytest.mark.parametrize(("name", "mistake"), NO_DATA)
def test_no_data(name, mistake):
    said = refused(mistake, ValueError, f"Unrecognized data type: {name}=<", "Expected an array, a list of numbers")
    assert ("loadtxt(…)" in said) == ("loadtxt" in said)


def batches_without_targets():
    while True:
        yield (X,)


def test_nothing_for_data():
    labels = "y is None: pass an array, such as y=train_labels"
    refused(lambda: model().fit(X), ValueError, labels)
    refused(lambda: model().evaluate(X), ValueError, labels)
    refused(lambda: model().fit(batches_without_targets(), steps_per_epoch=1, verbose=0), ValueError, labels)
    refused(lambda: model().fit(X, Y, validation_data=(X, None), verbose=0), ValueError, f"validation_data: {labels}")
    refused(lambda: model().predict(None), ValueError, "x is None: pass an array, such as x=train_images")
    two = [keras.Input((4,), name="a"), keras.Input((4,), name="b")]
    both = keras.Model(two, L.Add()(two))
    refused(lambda: both.predict({"a": X, "b": None}), ValueError, "x['b'] is None", "such as x=train_images")


@pytest.mark.parametrize("kind", [list, tuple])
def test_data_and_targets_in_one(kind):
    said = "array: it is a {} of arrays of shapes (12, 4), (12,). Pass inputs and targets apart: fit(x, y)"
    refused(lambda: model().fit(kind([X, Y])), ValueError, said.format(kind.__name__), without=["inhomogeneous"])
    refused(lambda: model().fit([[1.0, 2.0], [3.0]], Y), ValueError, "its rows have different lengths")


@pytest.mark.parametrize("words", [["3", "cat"], np.array([3, "cat"], object), [["3"], ["cat"]]])
def test_words_for_classes(words):
    to_categorical = keras.utils.to_categorical
    hint = ("LabelEncoder", "np.unique(x, return_inverse=True)")
    refused(lambda: to_categorical(words), ValueError, "to_categorical: 'cat' in row 1 is not a class number", *hint)
    refused(lambda: to_categorical(None), TypeError, "to_categorical: None in row 0 is not a class number")
    assert to_categorical(["1", "0"]).tolist() == [[0.0, 1.0], [1.0, 0.0]]
