"""Activations that a user writes, and functions of keras.ops given for one: trainings as in real Keras."""

from __future__ import annotations

import numpy as np
import pytest

TRAINING = {"batch_size": 32, "epochs": 3}


def swish_by_hand(keras):
    return lambda x: x * keras.ops.sigmoid(x)


def leaky(keras):
    def leaky(x):
        return keras.ops.where(x > 0, x, 0.1 * x)

    return leaky


def limited(keras):
    return lambda x: keras.activations.relu(x, max_value=1.0)


def softmax_by_hand(keras):
    def softmax(x):
        e = keras.ops.exp(x - keras.ops.max(x, axis=-1, keepdims=True))
        return e / keras.ops.sum(e, axis=-1, keepdims=True)

    return softmax


def of_ops(keras):
    return keras.ops.tanh


def operators(keras):
    return lambda x: x**3 / 10 + abs(x)


OWN = [swish_by_hand, leaky, limited, softmax_by_hand, of_ops, operators]


@pytest.mark.parametrize("own", OWN, ids=lambda f: f.__name__)
def test_training(twins, data, own):
    def build(keras):
        layers = [keras.Input((6,)), keras.layers.Dense(5, activation=own(keras)), keras.layers.Dense(4)]
        model = keras.Sequential([*layers, keras.layers.Activation(own(keras)), keras.layers.Dense(3)])
        model.compile(keras.optimizers.SGD(0.05), "mse", metrics=["mae"])
        return model

    twins(build).assert_same_training(data.x, data.numbers, **TRAINING, validation_split=0.2)


def test_three_axes(twins, data):
    def build(keras):
        model = keras.Sequential([keras.Input((3, 2)), keras.layers.Dense(4, activation=softmax_by_hand(keras))])
        model.compile("sgd", "mse")
        return model

    x = data.x.reshape(200, 3, 2)
    twins(build).assert_same_training(x, np.random.default_rng(0).uniform(size=(200, 3, 4)).astype("float32"))


def test_by_tape_twice(keras, data):
    """A layer that a tape follows through two calls: each has its own way back."""
    from pynn.tape import GradientTape

    layer = keras.layers.Dense(3, activation=swish_by_hand(keras))
    a, b = data.x[:4], data.x[4:8]
    layer(a)
    with GradientTape(persistent=True) as tape:
        first, second = layer(a), layer(b)
    whole = [tape.gradient(y, layer.kernel) for y in (first, second)]
    for x, found in zip((a, b), whole, strict=True):
        with GradientTape() as tape:
            y = layer(x)
        np.testing.assert_allclose(found, tape.gradient(y, layer.kernel), rtol=1e-6)


def test_rows_must_stay(keras):
    model = keras.Sequential([keras.layers.Dense(3, activation=lambda x: keras.ops.sum(x))])
    with pytest.raises(ValueError, match="one output for each row"):
        model(np.ones((2, 4)))
