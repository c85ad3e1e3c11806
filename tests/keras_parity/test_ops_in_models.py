"""Functions of keras.ops in functional models and in layers of one's own: trained as in real Keras, without Python."""

from __future__ import annotations

import numpy as np
import pytest

TRAINING = {"batch_size": 32, "epochs": 3}


def residual(keras, x):
    h = keras.layers.Dense(6, "tanh")(x)
    return h + x


def arithmetic(keras, x):
    h, g = keras.layers.Dense(4)(x), keras.layers.Dense(4)(x)
    return (2 * h - g * h / 3 + 1) * (1 - g) - (-h)


def extremes(keras, x):
    h, g = keras.layers.Dense(4)(x), keras.layers.Dense(4)(x)
    return keras.ops.maximum(h, g) + keras.ops.minimum(h, g) * 0.5


def repeated(keras, x):
    h = keras.layers.Dense(4)(x)
    return h * keras.ops.mean(h, axis=-1, keepdims=True) + keras.ops.sum(h, axis=1, keepdims=True)


def squares(keras, x):
    h = keras.layers.Dense(4)(x)
    return keras.ops.square(h) + h**2 + keras.ops.exp(0.1 * h) + h * h


def activations(keras, x):
    h = keras.layers.Dense(4)(x)
    parts = [keras.ops.relu(h), keras.ops.gelu(h), keras.ops.leaky_relu(h, 0.3), keras.ops.softmax(h)]
    parts += [keras.ops.sigmoid(h), keras.activations.silu(h), keras.ops.elu(h, alpha=0.5)]
    return keras.ops.concatenate(parts, axis=-1)


def shapes(keras, x):
    h = keras.ops.reshape(keras.layers.Dense(6)(x), (-1, 2, 3))
    h = keras.ops.expand_dims(keras.ops.mean(h, axis=(1, 2)), 1) + keras.ops.squeeze(
        keras.ops.expand_dims(keras.ops.sum(h, axis=-1), -1), -1
    )
    return keras.ops.concatenate([h, keras.ops.stop_gradient(x)], axis=-1)


def own_dense(keras, x):
    class Own(keras.layers.Layer):
        def build(self, input_shape):
            self.w = self.add_weight(shape=(input_shape[-1], 5), initializer="glorot_uniform", name="w")
            self.b = self.add_weight(shape=(5,), initializer="zeros", name="b")

        def call(self, x):
            return keras.ops.tanh(keras.ops.matmul(x, self.w) + self.b)

    return Own()(x)


def own_residual(keras, x):
    class Block(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = keras.layers.Dense(6, "relu")

        def call(self, x):
            return x + 0.5 * self.inner(x)

    return Block()(Block()(x))


BUILT_IN = [residual, arithmetic, extremes, repeated, squares, activations, shapes, own_dense, own_residual]


def in_python(keras, x):
    h = keras.layers.Dense(4)(x)
    top = keras.ops.maximum(h, 0.1) + keras.ops.cumsum(h, axis=1)
    return keras.ops.where(h > 0, top, keras.ops.flip(h, axis=1)) + keras.ops.softmax(h, axis=0)


def whole_model(keras, body):
    inputs = keras.Input((6,))
    model = keras.Model(inputs, keras.layers.Dense(3)(body(keras, inputs)))
    model.compile(keras.optimizers.SGD(0.02), "mse")
    return model


@pytest.mark.parametrize("body", [*BUILT_IN, in_python], ids=lambda f: f.__name__)
def test_training(twins, data, body):
    twins(lambda keras: whole_model(keras, body)).assert_same_training(data.x, data.numbers, **TRAINING)


@pytest.mark.parametrize("body", BUILT_IN, ids=lambda f: f.__name__)
def test_no_python_between_batches(keras, body, monkeypatch):
    from pynn.plan import Plan

    def refuse(self, name, *args, **kwargs):
        raise AssertionError(f"a Python step: {name}")

    monkeypatch.setattr(Plan, "python", refuse)
    model = whole_model(keras, body)
    model.fit(np.ones((8, 6)), np.ones((8, 3)), verbose=0)
    model.predict(np.ones((8, 6)), verbose=0)


def test_three_axes(twins, data):
    def build(keras):
        inputs = keras.Input((3, 2))
        h = keras.layers.Dense(4)(inputs)
        h = h * keras.ops.mean(h, axis=-1, keepdims=True) + keras.ops.concatenate([h, h], axis=1)[:, :3]
        model = keras.Model(inputs, keras.ops.mean(keras.ops.relu(h), axis=(1, 2)))
        model.compile("sgd", "mse")
        return model

    twins(build).assert_same_training(data.x.reshape(200, 3, 2), data.numbers[:, 0], **TRAINING)


def test_functions_with_free_settings(keras):
    """Arguments that a function takes by any name are settings, too."""
    inputs = keras.Input((2, 6))
    normal = keras.ops.layer_normalization(inputs)
    model = keras.Model(inputs, keras.ops.rearrange(normal, "a b (c d) -> a (b c) d", d=3))
    assert model.predict(np.ones((4, 2, 6)), verbose=0).shape == (4, 4, 3)
