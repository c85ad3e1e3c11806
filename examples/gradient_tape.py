"""Gradients by hand: a tape writes down what is computed, and is read backwards.

    python examples/gradient_tape.py [--short]

First the slope of a function; then a straight line fitted with nothing but slopes; then a network, trained step by step
as `fit` does it, and with the same result; and at last the slope of the answer in the inputs: which of them matter?
`GradientTape` is TensorFlow's: Keras on another backend has none, so this script runs with pynn or with TensorFlow.
"""

import sys

import numpy as np

from pynn import tf  # the same with TensorFlow itself: import tensorflow as tf

keras = tf.keras


def slopes(at):
    """First and second derivative of x³ + eˣ: a tape around a tape sees how the slope changes."""
    x = tf.Variable(at)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = x**3 + tf.exp(x)
        first = inner.gradient(y, x)
    return float(first), float(outer.gradient(first, x))


def fit_line(x, y, steps, rate=0.1):
    """Slope and intercept of a line, downhill along the gradient of the squared error."""
    slope, intercept = tf.Variable(0.0), tf.Variable(0.0)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(slope * x + intercept - y))
        for variable, gradient in zip((slope, intercept), tape.gradient(loss, [slope, intercept]), strict=True):
            variable.assign_sub(rate * gradient)
    return float(slope), float(intercept)


def make_points(rows, seed):
    """Five columns, of which the third and the fifth do nothing; y is a product and a square."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, 5)).astype("float32")
    return x, (x[:, :1] * x[:, 1:2] + x[:, 3:4] ** 2).astype("float32")


def build():
    """A network and an optimizer; the same for both ways of training."""
    layers = keras.layers
    model = keras.Sequential([keras.Input((5,)), layers.Dense(32, activation="tanh"), layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
    return model


def train_by_hand(model, x, y, epochs, batch_size=32):
    """For each batch: forward, loss, gradients, a step of the optimizer.  Returns the mean loss of each epoch."""
    loss_of, history = keras.losses.MeanSquaredError(), []
    for _ in range(epochs):
        losses = []
        for start in range(0, len(x), batch_size):
            rows = slice(start, start + batch_size)
            with tf.GradientTape() as tape:
                loss = loss_of(y[rows], model(x[rows], training=True))
            gradients = tape.gradient(loss, model.trainable_variables)
            model.optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
            losses.append(float(loss))
        history.append(float(np.mean(losses)))
    return history


def influence(model, x):
    """Mean size of the slope of the answer in each input: what to turn to change the answer most."""
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)  # variables are followed by themselves, other tensors on demand
        answers = tf.reduce_sum(model(x))
    return np.abs(np.asarray(tape.gradient(answers, x))).mean(axis=0)


def main(short=False):
    """Slopes, a line, a network."""
    keras.utils.set_random_seed(13)
    first, second = slopes(2.0)
    print(f"x³ + eˣ at 2: slope {first:.4f} (3x² + eˣ = {12 + np.exp(2):.4f}), curvature {second:.4f}")

    x = np.linspace(-1, 1, 64, dtype="float32")
    y = 3 * x - 1 + np.random.default_rng(0).normal(0, 0.1, 64).astype("float32")
    line = fit_line(x, y, steps=100)
    print("line by slopes: {:.3f} x + {:.3f}; by least squares: {:.3f} x + {:.3f}".format(*line, *np.polyfit(x, y, 1)))

    x, y = make_points(640 if short else 1_920, seed=0)
    epochs = 3 if short else 25
    by_fit, by_hand = build(), build()
    by_hand.set_weights(by_fit.get_weights())
    fitted = by_fit.fit(x, y, epochs=epochs, shuffle=False, verbose=0).history["loss"]
    stepped = train_by_hand(by_hand, x, y, epochs)
    print(f"loss by fit {fitted[0]:.5f} → {fitted[-1]:.5f}, by hand {stepped[0]:.5f} → {stepped[-1]:.5f}")

    sizes = influence(by_hand, x[:256])
    print("influence of the inputs:", ", ".join(f"{size:.2f}" for size in sizes))
    return {"slopes": [first, second], "line": line, "fit": fitted, "by hand": stepped, "influence": sizes.tolist()}


if __name__ == "__main__":
    main(short="--short" in sys.argv[1:])
