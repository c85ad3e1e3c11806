"""Training loops written for TensorFlow, as in Géron's chapter 12, against the same loops on Keras with jax.grad."""

from __future__ import annotations

import numpy as np
import pytest

import pynn


@pytest.fixture(scope="module")
def tf():
    """What `import tensorflow as tf` gives after install_as_keras."""
    from pynn import tf

    return tf


def network(keras, regularizer=None, constraint=None):
    layers = keras.layers
    first = layers.Dense(
        8,
        activation="relu",
        kernel_initializer="he_normal",
        kernel_regularizer=regularizer or keras.regularizers.L2(0.05),
        kernel_constraint=constraint,
    )
    return keras.Sequential([keras.Input((6,)), first, layers.BatchNormalization(), layers.Dense(3)])


def jax_steps(keras, model, optimizer, loss_fn, batches):
    """The loop as Keras's guide for JAX has it; yields loss and predictions of each step."""
    jax = pytest.importorskip("jax", reason="Keras runs on it")
    optimizer.build(model.trainable_variables)

    def loss_of(trainable, others, x, y):
        predicted, others, penalties = model.stateless_call(trainable, others, x, training=True, return_losses=True)
        loss = keras.ops.mean(loss_fn(y, predicted)) + sum(penalties)
        return loss, (others, predicted)

    gradient_of = jax.jit(jax.value_and_grad(loss_of, has_aux=True))
    for x, y in batches:
        trainable = [v.value for v in model.trainable_variables]
        others = [v.value for v in model.non_trainable_variables]
        (loss, (others, predicted)), gradients = gradient_of(trainable, others, x, y)
        for variable, value in zip(model.non_trainable_variables, others, strict=True):
            variable.assign(value)
        optimizer.apply_gradients(list(zip(gradients, model.trainable_variables, strict=True)))
        yield float(loss), np.asarray(predicted)


def batches_of(x, y):
    return [(x[start : start + 32], y[start : start + 32]) for start in range(0, 96, 32)] * 2


def same_weights(ours, theirs):
    for w, v in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(w, v, rtol=1e-5, atol=3e-6)


@pytest.mark.parametrize("name", ["Nadam", "SGD", "RMSprop"])
def test_loop(twins, data, tf, name):
    pair = twins(network)
    model, oracle = pair.models
    theirs = pair.sides[1]
    steps = jax_steps(
        theirs,
        oracle,
        getattr(theirs.optimizers, name)(learning_rate=0.01),
        theirs.losses.MeanSquaredError(),
        batches := batches_of(data.x, data.numbers),
    )

    optimizer = getattr(tf.keras.optimizers, name)(learning_rate=0.01)
    loss_fn = tf.keras.losses.MeanSquaredError()
    mean_loss = tf.keras.metrics.Mean(name="mean_loss")
    metrics = [tf.keras.metrics.MeanAbsoluteError()]
    expected_loss, expected_mae = [], []
    for (X_batch, y_batch), (expected, predicted) in zip(batches, steps, strict=True):  # as in the book
        with tf.GradientTape() as tape:
            y_pred = model(X_batch, training=True)
            main_loss = tf.reduce_mean(loss_fn(y_batch, y_pred))
            loss = tf.add_n([main_loss, *model.losses])
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        mean_loss(loss)
        for metric in metrics:
            metric(y_batch, y_pred)
        np.testing.assert_allclose(loss.numpy(), expected, rtol=1e-5)
        expected_loss.append(expected)
        expected_mae.append((np.abs(predicted - y_batch).mean(), len(y_batch)))
    assert float(mean_loss.result().numpy()) == pytest.approx(np.mean(expected_loss), rel=1e-5)
    mae = np.average([m for m, _ in expected_mae], weights=[n for _, n in expected_mae])
    assert float(metrics[0].result().numpy()) == pytest.approx(mae, rel=1e-5)
    same_weights(model, oracle)


def own_parts(keras, tf):
    """Huber's loss, regularizer and constraint as the book writes them; with `keras.ops` for real Keras."""

    def huber(y_true, y_pred):
        error = y_true - y_pred
        if tf is None:
            ops = keras.ops
            return ops.where(ops.abs(error) < 1, ops.square(error) / 2, ops.abs(error) - 0.5)
        return tf.where(tf.abs(error) < 1, tf.square(error) / 2, tf.abs(error) - 0.5)

    def my_l1(weights):
        if tf is None:
            return keras.ops.sum(keras.ops.abs(0.01 * weights))
        return tf.reduce_sum(tf.abs(0.01 * weights))

    def positive(weights):
        if tf is None:
            return keras.ops.maximum(keras.ops.convert_to_tensor(weights), 0.0)
        return tf.where(weights < 0.0, tf.zeros_like(weights), weights)

    return huber, my_l1, positive


def test_parts_of_ones_own_in_fit(twins, data, tf, same_history):
    """Written with `tf.*`, they train in `fit` as those written with `keras.ops` do on real Keras."""

    def build(keras):
        huber, my_l1, positive = own_parts(keras, tf if keras is pynn.keras else None)
        model = network(keras, my_l1, positive)
        model.compile("sgd", loss=huber, metrics=[huber, "mae"])
        return model

    pair = twins(build)
    ours, theirs = pair.fit(data.x, data.numbers, epochs=3)
    for name, values in theirs.history.items():
        np.testing.assert_allclose(ours.history[name], values, rtol=2e-5, err_msg=name)
    same_weights(*pair.models)


def test_parts_of_ones_own_in_a_loop(twins, data, tf):
    def build(keras):
        huber, my_l1, _ = own_parts(keras, tf if keras is pynn.keras else None)
        model = network(keras, my_l1)
        model.huber = huber
        return model

    pair = twins(build)
    model, oracle = pair.models
    theirs = pair.sides[1]
    batches = batches_of(data.x, data.numbers)
    steps = jax_steps(theirs, oracle, theirs.optimizers.Adam(0.01), oracle.huber, batches)
    optimizer = tf.optimizers.Adam(0.01)
    for (x, y), (expected, _) in zip(batches, steps, strict=True):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(model.huber(y, model(x, training=True))) + tf.add_n(model.losses)
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        np.testing.assert_allclose(float(loss), expected, rtol=1e-5)
    same_weights(model, oracle)


def regressor(keras, tf):
    """A model that also rebuilds its inputs, with `add_loss` in `call`; for pynn with a training step of its own."""
    mean = keras.ops.mean if tf is None else tf.reduce_mean
    square = keras.ops.square if tf is None else tf.square

    class Rebuilding(keras.Model):
        def __init__(self, output_dim, **kwargs):
            super().__init__(**kwargs)
            self.hidden = [keras.layers.Dense(7, activation="selu") for _ in range(2)]
            self.out = keras.layers.Dense(output_dim)
            self.rebuild = keras.layers.Dense(6)

        def call(self, inputs, training=None):
            Z = inputs  # as in the book
            for layer in self.hidden:
                Z = layer(Z)
            self.add_loss(0.05 * mean(square(self.rebuild(Z) - inputs)))
            return self.out(Z)

    class WithStep(Rebuilding):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = tf.reduce_mean(tf.square(y - y_pred)) + tf.add_n(self.losses)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            return {"loss": loss}

    model = (Rebuilding if tf is None else WithStep)(3)
    model.compile(optimizer=keras.optimizers.Nadam(0.01), loss="mse")
    model(np.zeros((1, 6), "float32"))
    return model


def test_training_step(twins, data, tf):
    pair = twins(lambda keras: regressor(keras, tf if keras is pynn.keras else None))
    ours, theirs = pair.fit(data.x[:192], data.numbers[:192], epochs=3)
    assert len(ours.history["loss"]) == 3
    same_weights(*pair.models)
    assert list(ours.history) == list(theirs.history)


def test_under_the_name_of_tensorflow(tmp_path):
    """The whole program, as a course has it, in a process of its own."""
    import subprocess
    import sys

    script = tmp_path / "lesson.py"
    script.write_text(
        "import tensorflow as tf\n"
        "from tensorflow import keras\n"
        "tf.random.set_seed(42)\n"
        "X, y = tf.random.normal([64, 4]), tf.random.uniform([64, 1])\n"
        "model = keras.models.Sequential([keras.layers.Dense(8, activation=tf.nn.relu, input_shape=[4]),\n"
        "                                 keras.layers.Dense(1)])\n"
        "optimizer, losses = keras.optimizers.Adam(), []\n"
        "data = tf.data.Dataset.from_tensor_slices((X, y)).shuffle(64).batch(16)\n"
        "@tf.function\n"
        "def step(x, y):\n"
        "    with tf.GradientTape() as tape:\n"
        "        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))\n"
        "    grads = tape.gradient(loss, model.trainable_variables)\n"
        "    optimizer.apply_gradients(zip(grads, model.trainable_variables))\n"
        "    return loss\n"
        "for epoch in range(20):\n"
        "    losses.append(float(tf.add_n([step(x, t) for x, t in data]) / 4))\n"
        "tf.print('loss', losses[-1])\n"
        "assert losses[-1] < losses[0]\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-m", "pynn", str(script)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("loss ")
