"""Short trainings with every loss, reduction and kind of weights, against real Keras from the same weights."""

from __future__ import annotations

import numpy as np
import pytest

TRAINING = {"batch_size": 32, "epochs": 3}  # 200 rows: the last batch is short


def model_of(keras, units, activation, loss, *, rate=0.05):
    layers = [keras.Input((6,)), keras.layers.Dense(5, "tanh"), keras.layers.Dense(units, activation)]
    model = keras.Sequential(layers)
    model.compile(keras.optimizers.SGD(rate), loss=loss(keras))
    return model


STRINGS = [
    ("mean_squared_error", None, "numbers"),
    ("MSE", None, "numbers"),
    ("mae", None, "numbers"),
    ("MAE", None, "numbers"),
    ("MeanAbsoluteError", None, "numbers"),
    ("mape", None, "one_hot_1"),
    ("msle", "sigmoid", "one_hot"),
    ("huber", None, "numbers"),
    ("log_cosh", None, "numbers"),
    ("poisson", "sigmoid", "one_hot"),
    ("cosine_similarity", None, "numbers"),
    ("kld", "softmax", "one_hot"),
    ("kl_divergence", "softmax", "shares"),
    ("hinge", None, "one_hot"),
    ("hinge", "tanh", "signs"),
    ("squared_hinge", None, "one_hot"),
    ("categorical_hinge", None, "one_hot"),
    ("bce", "sigmoid", "one_hot"),
    ("binary_focal_crossentropy", "sigmoid", "one_hot"),
    ("categorical_crossentropy", "softmax", "one_hot"),
    ("categorical_focal_crossentropy", "softmax", "one_hot"),
    ("sparse_categorical_crossentropy", "softmax", "labels"),
    ("dice", "sigmoid", "one_hot"),
    ("tversky", "sigmoid", "one_hot"),
]


@pytest.fixture(scope="module")
def targets(data):
    shares = 0.9 * data.one_hot + 0.1 / 3
    return {
        "numbers": data.numbers,
        "one_hot": data.one_hot,
        "one_hot_1": data.one_hot + 1,
        "signs": 2 * data.one_hot - 1,
        "shares": shares.astype("float32"),
        "labels": data.labels,
    }


@pytest.mark.parametrize(("name", "activation", "target"), STRINGS)
def test_strings(twins, data, targets, name, activation, target):
    rate = 5e-4 if name == "mape" else 0.05  # its slopes are hundreds, and turn round where an error is 0
    pair = twins(lambda keras: model_of(keras, 3, activation, lambda keras: name, rate=rate))
    pair.assert_same_training(data.x, targets[target], loss={"rtol": 1e-5, "atol": 1e-6}, **TRAINING)


CLASSES = [
    ("Huber", {"delta": 0.3}, None, "numbers"),
    ("BinaryCrossentropy", {"label_smoothing": 0.2}, "sigmoid", "one_hot"),
    ("BinaryCrossentropy", {"from_logits": True}, None, "one_hot"),
    ("CategoricalCrossentropy", {"label_smoothing": 0.2, "from_logits": True}, None, "one_hot"),
    ("BinaryFocalCrossentropy", {"from_logits": True, "gamma": 1.0}, None, "one_hot"),
    ("CategoricalFocalCrossentropy", {"from_logits": True, "alpha": 0.6}, None, "one_hot"),
    ("CategoricalGeneralizedCrossEntropy", {"q": 0.7}, "softmax", "labels"),
    ("SparseCategoricalCrossentropy", {"ignore_class": 1}, "softmax", "labels"),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, None, "labels"),
    ("Dice", {"axis": -1}, "sigmoid", "one_hot"),
    ("Dice", {}, "sigmoid", "one_hot"),
    ("MeanSquaredError", {}, None, "numbers"),
    ("CosineSimilarity", {}, None, "numbers"),
]
IDS = [f"{name}-{'-'.join(map(str, settings))}" for name, settings, _, _ in CLASSES]


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight"])
@pytest.mark.parametrize(("name", "settings", "activation", "target"), CLASSES, ids=IDS)
def test_reductions(twins, data, targets, name, settings, activation, target, reduction):
    def loss(keras):
        return getattr(keras.losses, name)(reduction=reduction, **settings)

    rate = 0.002 if reduction == "sum" else 0.05
    weights = np.random.default_rng(3).uniform(0, 2, 200).astype("float32")
    for more in ({}, {"sample_weight": weights}):
        pair = twins(lambda keras: model_of(keras, 3, activation, loss, rate=rate))
        ours, theirs = pair.fit(data.x, targets[target], **TRAINING, **more)
        np.testing.assert_allclose(ours.history["loss"], theirs.history["loss"], rtol=1e-5)
        pair.assert_same_weights(rtol=1e-5, atol=1e-5)


def test_circle(twins, data):
    pair = twins(lambda keras: model_of(keras, 4, "tanh", lambda k: k.losses.Circle(gamma=0.5), rate=0.01))
    ours, theirs = pair.fit(data.x, data.labels, **TRAINING)
    np.testing.assert_allclose(ours.history["loss"], theirs.history["loss"], rtol=1e-4)
    pair.assert_same_weights(rtol=1e-3, atol=1e-4)


def test_labels_outside_the_classes_may_be_ignored(twins, data):
    labels = np.where(data.labels == 1, -1, data.labels)

    def loss(keras):
        return keras.losses.SparseCategoricalCrossentropy(ignore_class=-1)

    pair = twins(lambda keras: model_of(keras, 3, "softmax", loss))
    pair.assert_same_training(data.x, labels, loss={"rtol": 1e-5, "atol": 1e-6}, **TRAINING)


@pytest.mark.parametrize("name", ["mae", "categorical_crossentropy", "cosine_similarity", "kld"])
def test_sequences(twins, name):
    random = np.random.default_rng(2)
    x = random.normal(size=(50, 4, 3)).astype("float32")
    target = np.eye(3, dtype="float32")[random.integers(0, 3, (50, 4))]

    def build(keras):
        model = keras.Sequential([keras.Input((4, 3)), keras.layers.Dense(3, "softmax")])
        model.compile(keras.optimizers.SGD(0.1), loss=name)
        return model

    twins(build).assert_same_training(x, target, loss={"rtol": 1e-5, "atol": 1e-6}, batch_size=16, epochs=3)


@pytest.mark.parametrize("reduction", [None, "none"])
def test_training_needs_one_number(sides, data, reduction):
    for keras in sides:
        model = model_of(keras, 3, None, lambda k: k.losses.MeanSquaredError(reduction=reduction))
        with pytest.raises(TypeError, match="Gradient only defined for scalar-output functions"):
            model.fit(data.x, data.numbers, verbose=0)
