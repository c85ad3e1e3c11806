"""What calls add to the loss (`add_loss`, penalties of outputs), in plans, in Python and under tapes; against Keras."""

from __future__ import annotations

import numpy as np
import pytest

from pynn.tape import GradientTape

ROWS = np.random.default_rng(3).normal(size=(96, 8)).astype("float32")


def in_python(keras, layer, h):
    """h as it is, by what cannot be recorded in advance."""
    return h + 0 * keras.random.normal(keras.ops.shape(h), seed=layer.generator)


def autoencoder(keras, adds, seeded):
    """A model that adds to its loss in one way or in both; its `call` runs in Python if `seeded`."""

    class Auto(keras.Model):
        def __init__(self):
            super().__init__()
            penalty = keras.regularizers.L1L2(0.1, 0.3) if adds != "add_loss" else None
            self.code = keras.layers.Dense(4, activation="tanh", activity_regularizer=penalty)
            self.decoded = keras.layers.Dense(8)
            self.generator = keras.random.SeedGenerator(1)

        def call(self, x):
            h = self.code(x)
            if adds != "activity":
                self.add_loss(0.5 * keras.ops.mean(keras.ops.square(h)))
            return self.decoded(in_python(keras, self, h) if seeded else h)

    model = Auto()
    model(ROWS[:2])
    model.compile(keras.optimizers.SGD(0.01), "mse")
    return model


@pytest.mark.parametrize("seeded", [True, False])
@pytest.mark.parametrize("adds", ["add_loss", "activity", "both"])
def test_losses_added_in_python(twins, adds, seeded):
    pair = twins(lambda keras: autoencoder(keras, adds, seeded))
    ours, theirs = pair.fit(ROWS, ROWS, epochs=3, shuffle=False)
    np.testing.assert_allclose(ours.history["loss"], theirs.history["loss"], rtol=1e-5)
    np.testing.assert_allclose(*pair.evaluate(ROWS, ROWS), rtol=1e-5)
    pair.assert_same_weights()


def test_losses_of_a_layer_in_python_inside_a_chain(twins):
    def build(keras):
        class Divergence(keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.generator = keras.random.SeedGenerator(0)

            def call(self, x):
                self.add_loss([keras.ops.mean(x**2), keras.ops.mean(x)])
                return in_python(keras, self, x)

        return keras.Sequential([keras.Input((8,)), keras.layers.Dense(3), Divergence(), keras.layers.Dense(8)])

    pair = twins(build)
    for model in pair.models:
        model.compile("sgd", "mse")
    ours, theirs = pair.fit(ROWS, ROWS, epochs=2, shuffle=False)
    np.testing.assert_allclose(ours.history["loss"], theirs.history["loss"], rtol=1e-5)
    pair.assert_same_weights()


def test_losses_do_not_pile_up():
    from pynn import keras

    model = autoencoder(keras, "both", seeded=True)
    for _ in range(3):
        model.fit(ROWS, ROWS, verbose=0)
        model(ROWS)
        h = np.tanh(ROWS @ model.weights[0].numpy() + model.weights[1].numpy())
        wanted = 0.5 * np.mean(h**2) + (0.1 * np.abs(h).sum() + 0.3 * np.sum(h**2)) / len(h)
        np.testing.assert_allclose(sum(float(loss) for loss in model.losses), wanted, rtol=1e-5)


def test_statistics_of_a_call_in_python(twins):
    """What a trial of the call changes is put back, moving means included."""

    def build(keras):
        class Own(keras.Model):
            def __init__(self):
                super().__init__()
                self.bn = keras.layers.BatchNormalization(momentum=0.5)
                self.dense = keras.layers.Dense(8)
                self.generator = keras.random.SeedGenerator(1)

            def call(self, x, training=None):
                return self.dense(in_python(keras, self, self.bn(x, training=training)))

        model = Own()
        model(ROWS[:2])
        model.compile("sgd", "mse")
        return model

    pair = twins(build)
    for _ in range(2):
        pair.fit(ROWS + 2, ROWS, shuffle=False)
        pair.evaluate(ROWS, ROWS)
        pair.assert_same_weights(rtol=1e-5)
        for model, keras in zip(pair.models, pair.sides, strict=True):
            model.compile(keras.optimizers.SGD(0.01), "mse")


def penalized(keras, seeded=False):
    class Adding(keras.layers.Layer):
        def call(self, x):
            self.add_loss(keras.ops.sum(x**2) / 100)
            return x

    layers = keras.layers
    first = layers.Dense(6, activation="tanh", activity_regularizer=keras.regularizers.L1L2(0.1, 0.2))
    model = keras.Sequential([keras.Input((8,)), first, Adding(), layers.Dense(8, kernel_regularizer="l2")])
    model.compile("sgd", "mse")
    return model


@pytest.mark.parametrize("training", [True, False, None])
def test_losses_of_a_call(twins, training):
    pair = twins(penalized)
    for _ in range(2):
        found = []
        for model in pair.models:
            model(ROWS, **({} if training is None else {"training": training}))
            found.append(sorted(float(loss) for loss in model.losses))
        np.testing.assert_allclose(*found, rtol=1e-5)
        assert len(found[0]) == 3


def slope(model, loss):
    """d loss / d w for a weight of the first layer and each bias, by differences of twice the step."""
    slopes = []
    for variable in model.trainable_variables:
        at = (0,) * len(variable.shape)
        values = []
        for step in (1e-2, -1e-2):
            changed = variable.numpy()
            changed[at] += step
            before = variable.numpy()
            variable.assign(changed)
            values.append(float(loss()))
            variable.assign(before)
        slopes.append((values[0] - values[1]) / 2e-2)
    return slopes


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_penalties_count_as_often_as_they_are_added(share):
    """The slope of a penalty belongs to the penalty, not to whatever the output is used for."""
    from pynn import keras

    model = penalized(keras)

    def loss():
        y = model(ROWS, training=True)
        return keras.ops.mean((y - ROWS) ** 2) + share * sum(model.losses)

    with GradientTape() as tape:
        value = loss()
    found = [np.asarray(g)[(0,) * np.ndim(g)] for g in tape.gradient(value, model.trainable_variables)]
    np.testing.assert_allclose(found, slope(model, loss), rtol=2e-2, atol=2e-3)


def test_penalty_of_one_layer_that_is_called(keras):
    from pynn import keras as ours

    weights = np.random.default_rng(1).normal(size=(8, 3)).astype("float32")
    found = []
    for side in (ours, keras):
        layer = side.layers.Dense(3, use_bias=False, activity_regularizer="l2")
        layer.build((None, 8))
        layer.set_weights([weights])
        layer(ROWS), layer(ROWS)
        found.append([float(loss) for loss in layer.losses])
    np.testing.assert_allclose(*found, rtol=1e-5)
    assert len(found[0]) == 1


def test_step_of_ones_own_with_penalties(twins):
    """A `train_step` with a tape and `compute_loss` reports and learns what the built-in one does."""

    def build(keras):
        if keras.__name__ == "keras":
            return penalized(keras)
        built = penalized(keras)

        class Own(keras.Model):
            def train_step(self, data):
                x, y = data
                with GradientTape() as tape:
                    loss = self.compute_loss(x, y, self(x, training=True))
                self.optimizer.apply_gradients(
                    zip(tape.gradient(loss, self.trainable_variables), self.trainable_variables, strict=True)
                )
                return {"loss": loss}

        model = Own(built.inputs, built.outputs)
        model.compile("sgd", "mse")
        return model

    pair = twins(build)
    ours, theirs = pair.fit(ROWS, ROWS, epochs=2, batch_size=96)
    np.testing.assert_allclose(ours.history["loss"], theirs.history["loss"], rtol=1e-5)
    pair.assert_same_weights()
