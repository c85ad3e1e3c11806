"""The same bits with 1, 2, 3 and 7 workers, over whole trainings."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

pynn = pytest.importorskip("pynn", reason="about pynn's workers")

# Rows large enough that the steps of a batch are worth several workers.
ROWS, WIDTH = 300, 130
RANDOM = np.random.default_rng(1)
X = RANDOM.normal(size=(ROWS, WIDTH)).astype("float32")
LABELS = RANDOM.integers(0, 10, ROWS)

OPTIMIZERS = {
    "sgd": lambda k: k.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    "rmsprop": lambda k: k.optimizers.RMSprop(centered=True, momentum=0.5),
    "adam": lambda k: k.optimizers.Adam(amsgrad=True),
}
LOSSES = {
    "sparse_categorical_crossentropy": ("softmax", 10, LABELS),
    "categorical_crossentropy": (None, 10, np.eye(10)[LABELS]),
    "binary_crossentropy": ("sigmoid", 10, np.eye(10)[LABELS]),
    "mse": ("tanh", 37, RANDOM.normal(size=(ROWS, 37))),
}


@pytest.fixture
def workers():
    before = pynn.get_num_threads()
    yield pynn.set_num_threads
    pynn.set_num_threads(before)


def training(optimizer, loss, hidden):
    """Everything a training gives: losses, weights, predictions."""
    from pynn import keras

    keras.utils.set_random_seed(3)
    activation, units, y = LOSSES[loss]
    layers = keras.layers
    body = [layers.Dense(257, hidden), layers.Dropout(0.2, seed=1), layers.Dense(64, hidden)]
    model = keras.Sequential([keras.Input((WIDTH,)), *body, layers.Dense(units, activation)])
    model.compile(OPTIMIZERS[optimizer](keras), loss, metrics=["accuracy" if loss.startswith("sparse") else "mae"])
    history = model.fit(X, y, epochs=2, batch_size=128, validation_split=0.1, verbose=0).history
    numbers = [np.array(values) for values in history.values()]
    return [*numbers, *model.get_weights(), model.predict(X, verbose=0), np.array(model.evaluate(X, y, verbose=0))]


@pytest.mark.parametrize("hidden", ["relu", "sigmoid"])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_same_bits(workers, optimizer, loss, hidden):
    workers(1)
    expected = training(optimizer, loss, hidden)
    for number in (2, 3, 7):
        workers(number)
        for one, other in zip(expected, training(optimizer, loss, hidden), strict=True):
            assert one.tobytes() == other.tobytes(), f"{number} workers"


def test_tiny_nets_and_one_row(workers):
    """Under the threshold of work, and batches of fewer rows than workers."""
    from pynn import keras

    results = []
    for number in (1, 2, 3, 7):
        workers(number)
        keras.utils.set_random_seed(3)
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, "tanh"), keras.layers.Dense(1)])
        model.compile("adam", "mse")
        history = model.fit(X[:5, :3], X[:5, 3], batch_size=2, epochs=20, verbose=0).history
        results.append((history, model.predict(X[:1, :3], verbose=0).tobytes()))
    assert results == results[:1] * 4


def test_workers_may_change_between_epochs(workers):
    from pynn import keras

    def run(numbers):
        keras.utils.set_random_seed(3)
        model = keras.Sequential([keras.Input((WIDTH,)), keras.layers.Dense(300, "relu"), keras.layers.Dense(10)])
        model.compile("adam", "mse")
        made = type(
            "Workers", (keras.callbacks.Callback,), {"on_epoch_begin": lambda s, e, logs=None: workers(numbers[e])}
        )
        model.fit(X, np.eye(10)[LABELS], epochs=3, callbacks=[made()], verbose=0)
        return [w.tobytes() for w in model.get_weights()]

    assert run([1, 1, 1]) == run([3, 1, 7])


@pytest.mark.parametrize("number", ["1", "3"])
def test_number_from_the_environment(number):
    code = "import os, sys; os.environ['PYNN_NUM_THREADS'] = sys.argv[1]; import pynn; print(pynn.get_num_threads())"
    done = subprocess.run([sys.executable, "-P", "-c", code, number], capture_output=True, text=True, timeout=300)
    assert done.stdout.strip() == number, done.stderr
