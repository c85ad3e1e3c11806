"""A program: kernels and whole models of the table "cuda" under numba's simulator, compared with other tables.

It runs in a process of its own, since the simulator is chosen when numba is imported:

    NUMBA_ENABLE_CUDASIM=1 python tests/cuda_simulated.py kernels 0 4      (the first of four parts)
    NUMBA_ENABLE_CUDASIM=1 python tests/cuda_simulated.py models dense norm
"""

from __future__ import annotations

import sys
import warnings

import numpy as np

import pynn
from pynn import keras
from pynn.keras import layers
from pynn.kernels.contract import OPS
from pynn.kernels.reference.draws import operands
from pynn.kernels.tables import table

# Each thread of a kernel is a thread of Python that waits for others: let them take turns quickly.
sys.setswitchinterval(1e-5)
SIZES = {np.float32: [(1, 1, 1), (7, 9, 5)], np.float64: [(5, 3, 4)]}
MOST = {1: 11, 2: 11, 3: 6, 4: 4}


def sizes(op, size):
    rank = max(len(operand.dims) for operand in op.operands)
    return {letter: min(number, MOST[rank]) for letter, number in zip(op.dims, (*size, size[0]), strict=False)}


def check_kernel(name, real, size):
    """A kernel against the definition of its op, computed in float64."""
    op = OPS[name]
    dims = sizes(op, size)
    drawn = operands(op, dims, np.float32)
    want = [a.astype(np.float64) if a.dtype == np.float32 else a.copy() for a in drawn]
    got = [a.astype(operand.dtype or real) for operand, a in zip(op.operands, drawn, strict=True)]
    op.reference(*want, *op.sample_scalars, lo=0, hi=op.extent(dims))
    table("cuda")[name, real](*got, scalars=op.sample_scalars)
    rtol, atol = (op.rtol, op.atol) if real is np.float32 else (1e-12, 1e-12)
    for operand, w, g in zip(op.operands, want, got, strict=True):
        where = f"{name} {np.dtype(real)} {operand.name} at {size}"
        np.testing.assert_allclose(g, w, rtol=rtol, atol=atol, err_msg=where)
        assert np.isfinite(g).all(), f"{where}: elements that were never written"


def kernels(part, parts):
    """Check every `parts`-th op, with its kernel for large products if it has one."""
    from pynn.kernels.cuda import kernel

    for name in list(OPS)[part::parts]:
        for real, shapes in SIZES.items():
            for size in shapes:
                check_kernel(name, real, size)
        if table("cuda")[name, np.float32]._source.wide:
            kernel.WIDE_BLOCKS = 0
            check_kernel(name, np.float32, (11, 9, 10))
            kernel.WIDE_BLOCKS = 48


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

    class Recorded:
        def __init__(self, stream, launches):
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
    if sys.argv[1] == "kernels":
        kernels(int(sys.argv[2]), int(sys.argv[3]))
    for model in sys.argv[2:] if sys.argv[1] == "models" else ():
        compare(model)
    print("done")
