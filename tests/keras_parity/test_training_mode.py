"""When layers behave as in training: what fit, predict and calls say goes before a graph, as in real Keras."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

X = np.random.default_rng(0).normal(size=(40, 6)).astype("float32")
Y = np.random.default_rng(1).integers(0, 3, 40)


def functional(keras, said):
    x = keras.Input((6,))
    return keras.Model(x, keras.layers.Dropout(0.5)(x, training=said))


def nested(keras, said):
    inside = keras.Sequential([keras.Input((6,)), keras.layers.Dropout(0.5)])
    x = keras.Input((6,))
    return keras.Model(x, inside(x, training=said))


def subclassed(keras, said):
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.drop = keras.layers.Dropout(0.5)

        def call(self, x):
            return self.drop(x) if said is None else self.drop(x, training=said)

    return Own()


def obedient(keras, said):
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.drop = keras.layers.Dropout(0.5)

        def call(self, x, training=None):
            return self.drop(x, training=training if said is None else said)

    return Own()


def within(keras, said):
    class Inner(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.drop = keras.layers.Dropout(0.5)

        def call(self, x):
            return self.drop(x) if said is None else self.drop(x, training=said)

    return keras.Sequential([keras.Input((6,)), Inner()])


@pytest.mark.parametrize("said", [None, True, False])
@pytest.mark.parametrize("make", [functional, nested, subclassed, obedient, within])
def test_who_says_so(sides, make, said):
    """Whether anything is dropped in fit, predict, evaluate and calls."""
    found = []
    for keras in sides:
        model = make(keras, said)
        model.compile("sgd", "mse")
        calls = [model(X), model(X, training=True), model(X, training=False), model.predict(X, verbose=0)]
        fitted = model.fit(X, X, verbose=0).history["loss"][0]
        found.append(
            [bool((np.asarray(y) == 0).any()) for y in calls] + [fitted > 0, model.evaluate(X, X, verbose=0) > 0]
        )
    assert found[0] == found[1]


@pytest.mark.parametrize(("said", "frozen"), list(itertools.product([None, True, False], [True, False])))
def test_batch_normalization_inside(twins, said, frozen):
    """The transfer of a trained body: frozen, its moving averages are used and kept; else they are updated."""

    def build(keras):
        layers = keras.layers
        body = keras.Sequential([keras.Input((6,)), layers.Dense(4, "relu"), layers.BatchNormalization()])
        body.trainable = not frozen
        x = keras.Input((6,))
        model = keras.Model(x, layers.Dense(3, "softmax")(body(x, training=said)))
        model.compile("sgd", "sparse_categorical_crossentropy")
        return model

    pair = twins(build)
    for model in pair.models:
        model.layers[1].set_weights([np.abs(w) + 0.5 for w in model.layers[1].get_weights()])
    pair.assert_same_training(X, Y, batch_size=16, epochs=2)


def test_freezing_after_training(twins):
    def build(keras):
        layers = keras.layers
        model = keras.Sequential(
            [keras.Input((6,)), layers.Dense(4, "relu"), layers.BatchNormalization(), layers.Dense(3, "softmax")]
        )
        model.compile("sgd", "sparse_categorical_crossentropy")
        return model

    pair = twins(build)
    for model in pair.models:
        model.set_weights([np.abs(w) + 0.1 for w in model.get_weights()])
    pair.assert_same_training(X, Y, batch_size=16, epochs=2)
    for model in pair.models:
        model.layers[1].trainable = False
        model.compile("sgd", "sparse_categorical_crossentropy")
    before = pair.models[0].layers[1].get_weights()
    pair.assert_same_training(X, Y, batch_size=16, epochs=2)
    for w, v in zip(before, pair.models[0].layers[1].get_weights(), strict=True):
        np.testing.assert_array_equal(w, v)


def test_default_of_training(sides):
    """Nobody says: the default of the layer's own `call` holds for it and for what is inside."""
    found = []
    for keras in sides:

        class Own(keras.layers.Layer):
            def __init__(self, keras=keras):
                super().__init__()
                self.drop = keras.layers.Dropout(0.5)

            def call(self, x, training=True):
                return self.drop(x)

        calls = [Own()(X), Own()(X, training=False), Own()(X, training=True)]
        found.append([bool((np.asarray(y) == 0).any()) for y in calls])
    assert found[0] == found[1] == [True, False, True]
