"""Training steps of one's own: `train_step`, `compute_loss`, loops by hand; against real Keras on JAX."""

from __future__ import annotations

import numpy as np
import pytest

from pynn.tape import GradientTape


def chain(keras, dropout=0.0):
    layers = keras.layers
    return [
        keras.Input((6,)),
        layers.Dense(5, activation="relu"),
        layers.BatchNormalization(),
        layers.Dropout(dropout),
        layers.Dense(3, activation="softmax"),
    ]


def equal(ours, theirs):
    for w, v in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(w, v, rtol=1e-5, atol=3e-6)


def test_train_step(twins, data, keras):
    """The step of Keras's guide, with a tape, trains as the built-in step does."""

    class Own(keras.Sequential):
        def train_step(self, data):
            x, y = data
            with GradientTape() as tape:
                predicted = self(x, training=True)
                loss = self.compute_loss(y=y, y_pred=predicted)
            variables = self.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
            for metric in self.metrics:
                if metric.name == "loss":
                    metric.update_state(loss)
                else:
                    metric.update_state(y, predicted)
            return {m.name: m.result() for m in self.metrics}

    def build(side):
        model = Own(chain(side)) if side is keras else side.Sequential(chain(side))
        model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
        return model

    pair = twins(build)
    ours, theirs = pair.fit(data.x[:192], data.one_hot[:192], epochs=2)
    assert sorted(ours.history) == sorted(theirs.history)
    for name, values in theirs.history.items():
        np.testing.assert_allclose(ours.history[name], values, rtol=1e-5)
    pair.assert_same_weights()


def test_compute_loss(twins, data, same_history):
    def build(keras):
        class Own(keras.Model):
            def __init__(self):
                super().__init__()
                self.hidden, self.top = keras.layers.Dense(5, activation="tanh"), keras.layers.Dense(3)

            def call(self, x):
                return self.top(self.hidden(x))

            def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
                return keras.ops.mean(keras.ops.abs(y - y_pred)) + 0.1 * keras.ops.mean(keras.ops.square(y_pred))

        model = Own()
        model.compile("sgd", metrics=["mae"])
        model(np.zeros((1, 6), "float32"))
        return model

    pair = twins(build)
    ours, theirs = pair.fit(data.x, data.numbers, epochs=2)
    for name, values in theirs.history.items():
        np.testing.assert_allclose(ours.history[name], values, rtol=1e-5)
    pair.assert_same_weights()


def test_a_loop_by_hand(twins, data):
    """The loop of Géron's chapter 12, against `train_on_batch` of Keras."""

    def build(keras):
        layers = chain(keras)
        layers[1] = keras.layers.Dense(5, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01))
        model = keras.Sequential(layers)
        model.compile(keras.optimizers.Nadam(0.01), "categorical_crossentropy")
        return model

    pair = twins(build)
    model, oracle = pair.models
    keras = pair.sides[0]
    optimizer, loss_fn = keras.optimizers.Nadam(0.01), keras.losses.CategoricalCrossentropy()
    mean = keras.metrics.Mean(name="loss")
    for start in range(0, 200, 32):
        x, y = data.x[start : start + 32], data.one_hot[start : start + 32]
        with GradientTape() as tape:
            predicted = model(x, training=True)
            main = keras.ops.mean(loss_fn(y, predicted))
            loss = keras.ops.add(main, sum(model.losses))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        mean(loss)
        expected = oracle.train_on_batch(x, y)
        np.testing.assert_allclose(float(loss), expected, rtol=1e-5)
    equal(model, oracle)
    assert np.isfinite(float(mean.result()))


def test_the_way_back_draws_what_the_way_forward_drew(keras):
    """A model with dropout, called under a tape: gradients belong to the mask of that call."""
    model = keras.Sequential([keras.Input((50,)), keras.layers.Dropout(0.5, seed=1)])
    x = keras.ops.ones((4, 50))
    model(x, training=True)
    with GradientTape(persistent=True) as tape:
        tape.watch(x)
        first, second = model(x, training=True), model(x, training=True)
    for y in (first, second):
        np.testing.assert_array_equal(tape.gradient(y, x) != 0, np.asarray(y) != 0)
    assert (np.asarray(first) != np.asarray(second)).any()


def test_the_way_back_knows_the_weights_of_the_way_forward(keras):
    layer = keras.layers.Dense(2, kernel_initializer="ones")
    x = keras.ops.ones((1, 3))
    with GradientTape() as tape:
        tape.watch(x)
        y = layer(x)
    layer.set_weights([np.full((3, 2), 7.0), np.zeros(2)])
    np.testing.assert_array_equal(tape.gradient(y, x), [[2.0, 2.0, 2.0]])
    np.testing.assert_array_equal(layer.get_weights()[0], np.full((3, 2), 7.0))


def test_layers_and_functions_in_one_tape(keras, real_keras):
    """Gradients of inputs and weights through layers, models and functions, against JAX."""
    import jax

    random = np.random.default_rng(0)
    x = random.normal(size=(7, 6)).astype("float32")
    sides = (keras, real_keras)
    nets = []
    for side in sides:
        layers = side.layers
        nets.append((layers.Dense(4, activation="tanh"), layers.LayerNormalization(), layers.Dense(2)))
        for layer, size in zip(nets[-1], (6, 4, 4), strict=True):
            layer.build((None, size))
    for mine, other in zip(*nets, strict=True):
        mine.set_weights(other.get_weights())

    def value(side, net, given):
        h = net[1](net[0](given)) * side.ops.sigmoid(given[:, :4])
        return side.ops.sum(side.ops.square(net[2](h)))

    with GradientTape() as tape:
        given = keras.ops.convert_to_tensor(x)
        tape.watch(given)
        ours = value(keras, nets[0], given)
    found = tape.gradient(ours, given)
    theirs, expected = jax.value_and_grad(lambda g: value(real_keras, nets[1], g))(x)
    np.testing.assert_allclose(float(ours), float(theirs), rtol=1e-5)
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("what", ["test_step", "predict_step"])
def test_other_steps(keras, data, what):
    class Own(keras.Sequential):
        def test_step(self, data):
            x, y = data
            return {"distance": keras.ops.mean(keras.ops.abs(self(x, training=False) - y))}

        def predict_step(self, data):
            return self(data[0], training=False) * 10

    model = Own(chain(keras))
    model.compile("sgd", "mse")
    if what == "test_step":
        found = model.evaluate(data.x, data.one_hot, batch_size=200, verbose=0, return_dict=True)
        expected = np.abs(np.asarray(model(data.x)) - data.one_hot).mean()
        np.testing.assert_allclose(found["distance"], expected, rtol=1e-5)
    else:
        found = model.predict(data.x, verbose=0)
        np.testing.assert_allclose(found, np.asarray(model(data.x)) * 10, rtol=1e-5)
