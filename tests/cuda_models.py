"""A program: whole models of the table "cuda", on a device or under numba's simulator, compared with the compiled core.

It runs in a process of its own, since the simulator is chosen when numba is imported:

    NUMBA_ENABLE_CUDASIM=1 python tests/cuda_models.py dense norm
"""

from __future__ import annotations

import sys
import warnings

import numpy as np

import pynn
from pynn import keras
from pynn.keras import layers

# Each thread of a kernel is a thread of Python that waits for others: let them take turns quickly.
sys.setswitchinterval(1e-5)
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(11, 6))
LABELS = RANDOM.integers(0, 3, 11)
TARGETS = RANDOM.normal(size=(11, 2))


def sequential(inputs, *stack):
    return keras.Sequential([keras.Input(inputs), *stack])


def fitted(model, x, y, **settings):
    """Everything that comes out of a training."""
    history = model.fit(x, y, **{"batch_size": 4, "epochs": 2, "verbose": 0} | settings).history
    found = [*history.values(), model.evaluate(x, y, batch_size=4, verbose=0)]
    return [*found, model.predict(x[:3], verbose=0), *model.get_weights()]


def dense():
    model = sequential((6,), layers.Dense(5, "relu"), layers.Dropout(0.3), layers.Dense(3, "softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return fitted(model, X.astype(np.float32), LABELS)


def regression():
    model = sequential((6,), layers.Dense(4, "tanh"), layers.Dense(2))
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9), "mse", metrics=["mae"])
    return fitted(model, X, TARGETS, shuffle=False, validation_split=0.3)


def binary():
    model = sequential((6,), layers.Dense(3, "elu"), layers.Dense(1, "sigmoid"))
    model.compile(keras.optimizers.RMSprop(0.01, clipnorm=0.5), "binary_crossentropy", metrics=["accuracy"])
    return fitted(model, X, LABELS % 2, sample_weight=np.linspace(0.1, 1, 11))


def norm():
    stack = (
        layers.Dense(4, use_bias=False),
        layers.BatchNormalization(),
        layers.LeakyReLU(),
        layers.LayerNormalization(),
    )
    model = sequential((6,), *stack, layers.Dense(2, kernel_regularizer="l2"))
    model.compile(keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(0.01, 4)), "huber")
    return fitted(model, X, TARGETS)


def wide():
    """Weights that are summed over in chunks, and a data set of bytes."""
    model = sequential((384,), layers.Rescaling(1 / 255), layers.Dense(2, "relu"), layers.Dense(3))
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return fitted(model, RANDOM.integers(0, 255, (5, 384)).astype(np.uint8), LABELS[:5], epochs=1)


def embedded():
    model = sequential((4,), layers.Embedding(7, 3), layers.GlobalAveragePooling1D(), layers.Dense(2))
    model.compile("adagrad", "mae")
    return fitted(model, RANDOM.integers(0, 7, (11, 4)), TARGETS)


def double():
    model = sequential((6,), layers.Dense(3, "gelu", dtype="float64"), layers.Dense(2, dtype="float64"))
    model.compile("nadam", "mse")
    return fitted(model, X, TARGETS)


def own_loss():
    """A Python step between those of the device."""
    model = sequential((6,), layers.Dense(2))
    model.compile("sgd", lambda y_true, y_pred: keras.ops.mean(keras.ops.abs(y_true - y_pred) ** 3, axis=-1))
    return fitted(model, X, TARGETS)


def by_batches():
    """A callback sees each batch, and the host changes weights in between."""
    seen = []

    class Batches(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(logs["loss"])
            if batch == 0:
                self.model.layers[0].bias.assign([1.0, 2.0])

    model = sequential((6,), layers.Dense(2))
    model.compile("adam", "mse")
    return [*fitted(model, X, TARGETS, callbacks=[Batches()]), seen]


def changed_between():
    """Weights and data that change between two fits."""
    model = sequential((6,), layers.Dense(2))
    model.compile("adam", "mse")
    x = X.astype(np.float32)
    first = fitted(model, x, TARGETS)
    x[:] = x[::-1].copy()
    model.layers[0].kernel.assign(model.layers[0].kernel.numpy() * 0.5)
    return first + fitted(model, x, TARGETS)


def on_tape():
    """Layers called on arrays, their gradients, and functions of `pynn.kernels`."""
    layer = layers.Dense(2, "tanh")
    with pynn.GradientTape() as tape:
        loss = keras.ops.mean(keras.ops.square(layer(X.astype(np.float32)) - TARGETS.astype(np.float32)))
    found = [np.asarray(g) for g in tape.gradient(loss, layer.trainable_weights)]
    keras.optimizers.Adam(0.1).apply(found, layer.trainable_weights)
    a, b = X[:4], X[:6].T[:, ::2]
    dense = pynn.kernels.dense(a, b, np.ones(3), "gelu")
    return [*found, *layer.get_weights(), pynn.kernels.matmul(a, b), dense, pynn.kernels.softmax(a)]


@pynn.kernels.activation
def bent(x):
    return x * 0.5 + (x * x + 1.0) ** 0.5


@pynn.kernels.loss
def stretched(y_true, y_pred):
    return (y_true - y_pred) ** 4


def own_functions():
    """Functions of numbers that a user wrote become kernels of the device."""
    model = sequential((6,), layers.Dense(3, activation=bent), layers.Dense(2))
    model.compile("sgd", stretched)
    return fitted(model, X * 0.3, TARGETS * 0.3, epochs=1)


def replayed():
    """Batches from a graph, some of them behind the last one of a run: here what it was made of is launched again."""
    from pynn import device_runner

    class Recorded(device_runner.feeding.Recorded):
        def _capture(self, launches):
            self.replay = launches

    device_runner.SIMULATED, device_runner._BATCHES_OF_A_GRAPH = False, 3
    device_runner.feeding.Recorded = Recorded
    model = sequential((6,), layers.Dense(2))
    model.compile("adam", "mse")
    return fitted(model, X, TARGETS, batch_size=1, epochs=3)


def lost():
    """Training stops after the batch in which the loss is no longer a number."""
    model = sequential((6,), layers.Dense(2))
    model.compile(keras.optimizers.SGD(1e30), "mse")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, TARGETS, batch_size=1, epochs=3, verbose=0, callbacks=[keras.callbacks.TerminateOnNaN()])
    return [[float(model.optimizer.iterations.numpy())]]


MODELS = {f.__name__: f for f in (
    dense, regression, binary, norm, wide, embedded, double, own_loss, by_batches, changed_between, on_tape,
    own_functions, replayed, lost,
)}  # fmt: skip


def compare(name):
    """A whole model on the device and on the compiled core."""
    found = {}
    for backend in ("cython", "cuda"):
        global RANDOM
        RANDOM = np.random.default_rng(1)
        keras.utils.set_random_seed(3)
        pynn.set_backend(backend)
        found[backend] = MODELS[name]()
    for want, got in zip(*found.values(), strict=True):
        np.testing.assert_allclose(got, want, rtol=2e-4, atol=1e-5, err_msg=name)


if __name__ == "__main__":
    for model in sys.argv[1:]:
        compare(model)
    print("done")
