"""Metrics by name, class, instance and function: which one "accuracy" means, what it is called, where it stands."""

from __future__ import annotations

import numpy as np
import pytest


def network(loss, units, activation, metrics):
    def build(keras):
        layers = keras.layers
        model = keras.Sequential([keras.Input((6,)), layers.Dense(5, "tanh"), layers.Dense(units, activation)])
        model.compile("sgd", loss, metrics=metrics(keras))
        return model

    return build


KINDS = {
    "one-hot": ("categorical_crossentropy", 3, "softmax", "one_hot"),
    "integers": ("sparse_categorical_crossentropy", 3, "softmax", "labels"),
    "column of integers": ("sparse_categorical_crossentropy", 3, "softmax", "label_column"),
    "binary column": ("binary_crossentropy", 1, "sigmoid", "binary"),
    "binary row": ("binary_crossentropy", 1, "sigmoid", "binary_row"),
    "several binaries": ("binary_crossentropy", 3, "sigmoid", "one_hot"),
}


@pytest.fixture(scope="module")
def targets(data):
    forms = {"label_column": data.labels[:, None], "binary_row": data.binary[:, 0]}
    return lambda name: forms[name] if name in forms else getattr(data, name)


@pytest.mark.parametrize("word", ["accuracy", "acc"])
@pytest.mark.parametrize("kind", KINDS)
def test_accuracy_means_what_it_means_in_keras(twins, data, targets, same_history, kind, word):
    loss, units, activation, target = KINDS[kind]
    pair = twins(network(loss, units, activation, lambda keras: [word]))
    same_history(*pair.fit(data.x, targets(target), epochs=2))


ONE_HOT_METRICS = {
    "aliases": lambda keras: ["accuracy", "mse", "mae", "MSE", "MAE"],
    "long names": lambda keras: ["categorical_accuracy", "mean_squared_error", "mean_absolute_error"],
    "class names": lambda keras: ["CategoricalAccuracy", "MeanSquaredError"],
    "instances": lambda keras: [
        keras.metrics.CategoricalAccuracy(),
        keras.metrics.MeanSquaredError(name="square"),
        keras.metrics.MeanAbsoluteError(),
    ],
    "functions": lambda keras: [keras.metrics.categorical_accuracy, keras.metrics.mean_squared_error],
    "classes": lambda keras: [keras.metrics.CategoricalAccuracy, keras.metrics.MeanAbsoluteError],
    "one twice": lambda keras: ["mse", "mse", keras.metrics.MeanSquaredError(name="mse")],
    "a word of one's own": lambda keras: [keras.metrics.BinaryAccuracy(name="half", threshold=0.4), "mae"],
    "none": lambda keras: None,
    "empty": lambda keras: [],
    "tuple": lambda keras: ("mae", "accuracy"),
}


@pytest.mark.parametrize("metrics", ONE_HOT_METRICS)
def test_names_and_numbers(twins, data, same_history, metrics):
    pair = twins(network("categorical_crossentropy", 3, "softmax", ONE_HOT_METRICS[metrics]))
    same_history(*pair.fit(data.x, data.one_hot, epochs=2, validation_split=0.2))
    ours, theirs = pair.evaluate(data.x, data.one_hot)
    assert type(ours) is type(theirs)
    if metrics == "one twice":  # Keras's list repeats each of them for each of its namesakes
        theirs = theirs[: len(ours)]
    np.testing.assert_allclose(ours, theirs, rtol=2e-5)


SPARSE_METRICS = {
    "long name": lambda keras: ["sparse_categorical_accuracy"],
    "instance": lambda keras: [keras.metrics.SparseCategoricalAccuracy(name="right")],
    "function": lambda keras: [keras.metrics.sparse_categorical_accuracy],
}


@pytest.mark.parametrize("metrics", SPARSE_METRICS)
def test_sparse_metrics(twins, data, same_history, metrics):
    pair = twins(network("sparse_categorical_crossentropy", 3, "softmax", SPARSE_METRICS[metrics]))
    same_history(*pair.fit(data.x, data.labels, epochs=2))


@pytest.mark.parametrize("shape", ["(n,) against (n, 1)", "(n, 1)", "(n, 3)"])
def test_errors_of_numbers(twins, data, same_history, shape):
    """A row of numbers for one output is squeezed to fit, not broadcast to a square."""
    y = {"(n,) against (n, 1)": data.numbers[:, 0], "(n, 1)": data.numbers[:, :1], "(n, 3)": data.numbers}[shape]
    units = 3 if shape == "(n, 3)" else 1
    pair = twins(network("mse", units, None, lambda keras: ["mae", "mse"]))
    same_history(*pair.fit(data.x, y, epochs=3))
    pair.assert_same_weights()


def test_accuracy_with_a_loss_of_numbers(twins, data, same_history):
    pair = twins(network("mse", 3, None, lambda keras: ["accuracy"]))
    same_history(*pair.fit(data.x, data.one_hot, epochs=2))


def test_ties_and_thresholds(twins):
    """All weights zero: every class is equally likely, every probability one half."""
    x = np.ones((8, 6), "float32")
    labels = np.arange(8) % 3
    for loss, units, activation, y in (
        ("sparse_categorical_crossentropy", 3, "softmax", labels),
        ("categorical_crossentropy", 3, "softmax", np.eye(3)[labels]),
        ("binary_crossentropy", 1, "sigmoid", labels > 0),
    ):
        pair = twins(network(loss, units, activation, lambda keras: ["accuracy"]))
        for model in pair.models:
            model.set_weights([np.zeros_like(w) for w in model.get_weights()])
        ours, theirs = pair.evaluate(x, y)
        np.testing.assert_allclose(ours, theirs, rtol=2e-5)
