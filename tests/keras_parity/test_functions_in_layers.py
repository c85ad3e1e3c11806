"""Layers with functions and classes of one's own: activations, initializers, regularizers, constraints, Lambda."""

from __future__ import annotations

import copy

import numpy as np
import pytest

X = np.random.default_rng(0).normal(size=(50, 6)).astype("float32")
Y = np.random.default_rng(1).integers(0, 3, 50)


def initial(shape, dtype=None):
    return np.linspace(-0.5, 0.7, int(np.prod(shape))).reshape(shape).astype(dtype or "float32")


class Own:
    """What a user may write, for either side."""

    def __init__(self, keras):
        ops = keras.ops

        class Initializer(keras.initializers.Initializer):
            def __call__(self, shape, dtype=None):
                return ops.ones(shape) * 0.1

        class Regularizer(keras.regularizers.Regularizer):
            def __call__(self, w):
                return 0.02 * ops.sum(ops.square(w))

        class Constraint(keras.constraints.Constraint):
            def __call__(self, w):
                return w / (1e-3 + ops.max(ops.abs(w)))

        class Gate:
            def __call__(self, x):
                return x * ops.sigmoid(x)

        self.Initializer, self.Regularizer, self.Constraint, self.Gate = Initializer, Regularizer, Constraint, Gate
        self.gate = lambda x: x * ops.sigmoid(x)
        self.mixed = lambda x: keras.activations.relu(x, negative_slope=0.1) + ops.tanh(x)
        self.penalty = lambda w: 0.01 * ops.sum(ops.abs(w) ** 1.5)
        self.clip = lambda w: ops.clip(w, -0.3, 0.3)


def dense(k, **options):
    return k.layers.Dense(4, **({"kernel_initializer": initial} | options))


MIDDLES = {
    "activation": lambda k, own: [dense(k, activation=own.gate)],
    "activation, a class": lambda k, own: [dense(k, activation=own.Gate())],
    "activation, mixed": lambda k, own: [dense(k, activation=own.mixed)],
    "activation, a layer": lambda k, own: [dense(k, activation=k.layers.LeakyReLU(0.1))],
    "Activation": lambda k, own: [dense(k), k.layers.Activation(own.gate)],
    "Lambda": lambda k, own: [dense(k), k.layers.Lambda(lambda x: k.ops.maximum(x, 0.1 * x))],
    "Lambda, operators": lambda k, own: [dense(k), k.layers.Lambda(lambda x: x * 2 + 1)],
    "Lambda, arguments": lambda k, own: [dense(k), k.layers.Lambda(lambda x, a: x * a, arguments={"a": 3})],
    "Lambda, training": lambda k, own: [dense(k), k.layers.Lambda(lambda x, training=None: x if training else 2 * x)],
    "Lambda, shapes": lambda k, own: [k.layers.Lambda(lambda x: x[:, 1:4]), dense(k)],
    "Lambda before Embedding": lambda k, own: [
        k.layers.Lambda(lambda x: k.ops.cast(k.ops.abs(x), "int32")),
        k.layers.Embedding(5, 3, initial, "l2", "unit_norm"),
        k.layers.Flatten(),
    ],
    "initializers": lambda k, own: [dense(k, kernel_initializer=own.Initializer(), bias_initializer=initial)],
    "regularizers": lambda k, own: [dense(k, kernel_regularizer=own.penalty, activity_regularizer=own.penalty)],
    "regularizers, classes": lambda k, own: [dense(k, kernel_regularizer=own.Regularizer(), bias_regularizer="l2")],
    "constraints": lambda k, own: [dense(k, kernel_constraint=own.clip, bias_constraint=own.Constraint())],
    "pynn's": lambda k, own: [
        dense(k, kernel_constraint=k.constraints.MaxNorm(0.5), kernel_regularizer=k.regularizers.L1L2(0.01, 0.02))
    ],
    "rank 3": lambda k, own: [
        k.layers.Reshape((2, 3)),
        dense(k, activation="relu", kernel_regularizer="l2", activity_regularizer="l2"),
        k.layers.Flatten(),
    ],
    "PReLU": lambda k, own: [dense(k), k.layers.PReLU("ones", "l2", own.clip)],
    "BatchNormalization": lambda k, own: [
        dense(k),
        k.layers.BatchNormalization(gamma_regularizer=own.penalty, beta_constraint="non_neg"),
    ],
}


@pytest.mark.parametrize("name", MIDDLES)
def test_training(sides, name):
    found = []
    for keras in sides:
        last = keras.layers.Dense(3, "softmax", kernel_initializer=initial)
        model = keras.Sequential([keras.Input((6,)), *MIDDLES[name](keras, Own(keras)), last])
        model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
        history = model.fit(X, Y, epochs=3, batch_size=16, verbose=0, shuffle=False).history
        found.append((history["loss"], model.evaluate(X, Y, verbose=0), model.predict(X, verbose=0), model))
    (ours, mine, y, model), (theirs, expected, want, real) = found
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    np.testing.assert_allclose(mine, expected, rtol=1e-5)
    np.testing.assert_allclose(y, want, rtol=1e-4, atol=1e-5)
    for w, v in zip(model.get_weights(), real.get_weights(), strict=True):
        np.testing.assert_allclose(w, v, rtol=1e-4, atol=1e-5)


def double(x):
    return 2 * x


CONFIGS = {
    "function": lambda L: L.Lambda(double),
    "arguments": lambda L: L.Lambda(double, arguments={"a": 2}, name="twice"),
    "shape": lambda L: L.Lambda(double, output_shape=(3,)),
    "shape by a function": lambda L: L.Lambda(double, output_shape=double),
    "lambda": lambda L: L.Lambda(lambda x: 2 * x),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_configurations_of_lambda(on_both, sides, name):
    ours, theirs = map(without_code, configs := on_both(lambda keras: CONFIGS[name](keras.layers).get_config()))
    assert ours == theirs
    assert list(ours) == list(theirs)
    own = {"custom_objects": {"double": double}, "safe_mode": False}
    for keras, config in zip(sides, reversed(configs), strict=True):
        layer = keras.layers.Lambda.from_config(copy.deepcopy(config), **own)
        assert without_code(layer.get_config()) == ours
        if name != "arguments":
            assert np.asarray(layer(np.ones((1, 2), "float32"))).tolist() == [[2, 2]]


def without_code(config):
    """Compiled code of one function is not always written in the same bytes."""
    config = copy.deepcopy(config)
    if config["function"]["class_name"] == "__lambda__":
        assert config["function"]["config"].pop("code").endswith("\n")
    return config


def test_code_in_configurations_is_refused(sides):
    for keras in sides:
        config = keras.layers.Lambda(lambda x: 2 * x).get_config()
        with pytest.raises(ValueError, match="safe_mode=False"):
            keras.layers.Lambda.from_config(config)


@pytest.mark.parametrize(
    "shape", [(7,), (None, 7), lambda shape: (shape[0], 9)], ids=["shape", "with batch", "function"]
)
def test_shape_of_lambda(sides, shape):
    ours, theirs = (keras.layers.Lambda(double, output_shape=shape).compute_output_shape((None, 4)) for keras in sides)
    assert tuple(ours) == tuple(theirs)


def test_several_inputs_of_lambda(sides):
    found = []
    for keras in sides:
        a, b = keras.Input((3,)), keras.Input((3,))
        model = keras.Model([a, b], keras.layers.Lambda(lambda both: both[0] - 2 * both[1])([a, b]))
        found.append(np.asarray(model.predict([X[:, :3], X[:, 3:]], verbose=0)))
    np.testing.assert_allclose(found[0], found[1], rtol=1e-6)
