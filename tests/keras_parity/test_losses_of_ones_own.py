"""Losses that a user writes, as functions and classes, with keras.ops and operators: trainings as in real Keras."""

from __future__ import annotations

import numpy as np
import pytest

TRAINING = {"batch_size": 32, "epochs": 3}  # 200 rows: the last batch is short


def squares(keras):
    return lambda y_true, y_pred: keras.ops.mean(keras.ops.square(y_true - y_pred), axis=-1)


def huber_by_hand(keras):
    def huber(y_true, y_pred):
        error = y_true - y_pred
        small = keras.ops.abs(error) < 0.5
        return keras.ops.where(small, 0.5 * error**2, 0.5 * (keras.ops.abs(error) - 0.25))

    return huber


def one_number(keras):
    return lambda y_true, y_pred: keras.ops.sum((y_true - y_pred) ** 4) / 100


def built_in_inside(keras):
    def loss(y_true, y_pred):
        return keras.losses.mean_squared_error(y_true, y_pred) + 0.1 * keras.losses.mean_absolute_error(y_true, y_pred)

    return loss


def operators(keras):
    return lambda y_true, y_pred: abs(y_true - y_pred) ** 1.5 + (y_pred * y_pred) / 10


def own_class(keras):
    class Weighted(keras.losses.Loss):
        def __init__(self, power=2.0, **kwargs):
            super().__init__(**kwargs)
            self.power = power

        def call(self, y_true, y_pred):
            return keras.ops.mean(keras.ops.abs(y_pred - y_true) ** self.power, axis=-1)

    return Weighted(power=3.0, name="weighted", reduction="sum")


def factory(keras):
    def loss_with(threshold):
        def loss(y_true, y_pred):
            is_small = keras.ops.abs(y_true - y_pred) <= threshold
            return keras.ops.mean(keras.ops.where(is_small, keras.ops.square(y_true - y_pred) / 2, 1.0 * y_pred), -1)

        return loss

    return loss_with(0.7)


LOSSES = [squares, huber_by_hand, one_number, built_in_inside, operators, own_class, factory]


def model_of(keras, loss, units=3, activation=None, **settings):
    layers = [keras.Input((6,)), keras.layers.Dense(5, "tanh"), keras.layers.Dense(units, activation)]
    model = keras.Sequential(layers)
    model.compile(keras.optimizers.SGD(0.01), loss=loss(keras), **settings)
    return model


@pytest.mark.parametrize("loss", LOSSES, ids=lambda f: f.__name__)
def test_training(twins, data, loss):
    pair = twins(lambda keras: model_of(keras, loss, metrics=["mae"]))
    pair.assert_same_training(data.x, data.numbers, **TRAINING, validation_split=0.2)


@pytest.mark.parametrize("loss", [squares, huber_by_hand, own_class, built_in_inside], ids=lambda f: f.__name__)
def test_weights(twins, data, loss):
    weights = np.random.default_rng(3).uniform(0, 2, 200).astype("float32")
    if loss is huber_by_hand:  # one loss an element
        weights = weights[:, None]
    pair = twins(lambda keras: model_of(keras, loss))
    pair.assert_same_training(data.x, data.numbers, **TRAINING, sample_weight=weights)


def test_class_weight_and_labels(twins, data):
    def loss(keras):
        return lambda y_true, y_pred: keras.ops.sparse_categorical_crossentropy(y_true, y_pred)

    pair = twins(lambda keras: model_of(keras, loss, activation="softmax", metrics=["accuracy"]))
    pair.assert_same_training(data.x, data.labels, **TRAINING, class_weight={0: 1.0, 1: 2.0, 2: 0.5})


def test_targets_without_an_axis(twins, data):
    pair = twins(lambda keras: model_of(keras, squares, units=1))
    pair.assert_same_training(data.x, data.numbers[:, 0], **TRAINING)


def test_targets_of_another_shape(twins, data):
    """Quantiles: three outputs for one target."""

    def loss(keras):
        def pinball(y_true, y_pred):
            shares = np.array([0.1, 0.5, 0.9], "float32")
            error = y_true - y_pred
            return keras.ops.mean(keras.ops.maximum(shares * error, (shares - 1) * error), axis=-1)

        return pinball

    pair = twins(lambda keras: model_of(keras, loss))
    pair.assert_same_training(data.x, data.numbers[:, :1], **TRAINING)


def test_two_outputs(twins, data):
    def build(keras):
        inputs = keras.Input((6,))
        hidden = keras.layers.Dense(4, "tanh")(inputs)
        outputs = [keras.layers.Dense(3, name="a")(hidden), keras.layers.Dense(1, "sigmoid", name="b")(hidden)]
        model = keras.Model(inputs, outputs)
        model.compile("sgd", loss=[squares(keras), "binary_crossentropy"], loss_weights=[0.3, 1.0])
        return model

    pair = twins(build)
    same = pair.fit(data.x, [data.numbers, data.binary], **TRAINING)
    for name, values in same[1].history.items():
        np.testing.assert_allclose(same[0].history[name], values, rtol=3e-6)
    pair.assert_same_weights()


def test_a_loss_that_reads_weights(twins, data):
    def build(keras):
        model = model_of(keras, squares)
        kernel = model.layers[0].kernel

        def loss(y_true, y_pred):
            return keras.ops.mean(keras.ops.square(y_true - y_pred)) + 0.1 * keras.ops.sum(keras.ops.square(kernel))

        model.compile(keras.optimizers.SGD(0.01), loss=loss)
        return model

    pair = twins(build)
    pair.assert_same_training(data.x, data.numbers, **TRAINING)


def test_train_on_batch(twins, data):
    pair = twins(lambda keras: model_of(keras, squares))
    ours, theirs = (model.train_on_batch(data.x[:50], data.numbers[:50]) for model in pair.models)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    pair.assert_same_weights()


def test_messages(keras, data):
    def broken(y_true, y_pred):
        return keras.ops.mean(keras.ops.convert_to_tensor(y_pred.numpy()) - y_true)

    with pytest.raises(ValueError, match=r"No gradients provided for any variable.*broken"):
        model_of(keras, lambda k: broken).fit(data.x, data.numbers, verbose=0)

    class Rows(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return keras.ops.mean(y_true - y_pred, axis=-1)

    with pytest.raises(TypeError, match="scalar-output"):
        model_of(keras, lambda k: Rows(reduction="none")).fit(data.x, data.numbers, verbose=0)
