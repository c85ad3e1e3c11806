"""Functions of single numbers against the same functions of arrays in real Keras, written with `keras.ops`."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pynn import kernels


@kernels.activation
def shifted_swish(x):
    y = x - 0.5
    return y / (1 + math.exp(-y)) if y > -4 else 0.1 * math.tanh(y)


@kernels.activation
def bump(x):
    return math.exp(-x * x) + max(x, 0.25 * x)


@kernels.loss
def quantile(y_true, y_pred):
    error = y_true - y_pred
    return max(0.9 * error, -0.1 * error)


@kernels.loss
def robust(y_true, y_pred):
    return math.log(1 + (y_true - y_pred) ** 2)


def in_keras(keras):
    ops = keras.ops

    def shifted_swish(x):
        y = x - 0.5
        return ops.where(y > -4, y / (1 + ops.exp(-y)), 0.1 * ops.tanh(y))

    def bump(x):
        return ops.exp(-x * x) + ops.maximum(x, 0.25 * x)

    def quantile(y_true, y_pred):
        error = y_true - y_pred
        return ops.mean(ops.maximum(0.9 * error, -0.1 * error), axis=-1)

    def robust(y_true, y_pred):
        return ops.mean(ops.log(1 + (y_true - y_pred) ** 2), axis=-1)

    return {f.__name__: f for f in (shifted_swish, bump, quantile, robust)}


OWN = {"shifted_swish": shifted_swish, "bump": bump, "quantile": quantile, "robust": robust}


def build(activation, loss, real):
    def model(keras):
        found = in_keras(keras) if keras is real else OWN
        layers = keras.layers
        inputs = keras.Input((6,))
        x = layers.Dense(12, activation=found[activation])(inputs)
        x = layers.Activation(found[activation])(layers.Dense(8)(x))
        made = keras.Model(inputs, layers.Dense(3)(x))
        made.compile(keras.optimizers.Adam(0.01), found[loss], metrics=["mae"])
        return made

    return model


@pytest.mark.parametrize(("activation", "loss"), [("shifted_swish", "quantile"), ("bump", "robust")])
@pytest.mark.parametrize("weighted", [False, True])
def test_training_is_kerass(twins, data, real_keras, activation, loss, weighted):
    weights = np.linspace(0.1, 2, len(data.x)).astype("float32") if weighted else None
    pair = twins(build(activation, loss, real_keras))
    pair.assert_same_training(data.x, data.numbers, epochs=5, batch_size=32, sample_weight=weights)


def test_configs_are_those_of_kerass_functions(sides, real_keras):
    ours, theirs = (keras.layers.Dense(3, activation=f).get_config()
                    for keras, f in zip(sides, (bump, in_keras(real_keras)["bump"]), strict=True))  # fmt: skip
    assert ours["activation"] == theirs["activation"]
    with sides[0].saving.custom_object_scope({"bump": bump}):
        assert sides[0].layers.Dense.from_config(theirs).activation is bump
