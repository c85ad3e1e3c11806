"""What ranks say, refuse and hand on; run by test_distributed under mpiexec."""

import os
import warnings

import numpy as np

import pynn
import pynn.distributed as hvd
from pynn import keras

warnings.simplefilter("error")
hvd.init()
RANK, SIZE = hvd.rank(), hvd.size()
layers = keras.layers
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(101, 5)).astype("float32"), rng.integers(0, 3, 101)
CLASSES = "sparse_categorical_crossentropy"


def net():
    return keras.Sequential([keras.Input((5,)), layers.Dense(7, activation="relu"), layers.Dense(3, "softmax")])


def arrays():
    total = SIZE * (SIZE - 1) // 2
    assert hvd.allreduce(RANK) == total / SIZE
    assert hvd.allreduce(np.full((2, 3), RANK), "sum").tolist() == [[total] * 3] * 2
    assert [hvd.allreduce(RANK, op).item() for op in ("min", "max", "product")] == [0, SIZE - 1, 0]
    assert hvd.broadcast([RANK, 5], SIZE - 1).tolist() == [SIZE - 1, 5]
    assert hvd.allgather(np.arange(RANK)).tolist() == [i for rank in range(SIZE) for i in range(rank)]
    for wrong in (lambda: hvd.allreduce(1, "mean"), lambda: hvd.broadcast(1, SIZE), lambda: hvd.allgather(1),
                  lambda: hvd.allreduce("text"), lambda: hvd.allreduce(np.zeros(1 + RANK)),
                  lambda: hvd.allreduce(np.zeros(1, ("float32", "float64")[RANK == 0]))):  # fmt: skip
        try:
            wrong()
        except ValueError:
            continue
        raise AssertionError(wrong)


def by_hand():
    """A loop of one's own: gradients are averaged as they are applied."""
    keras.utils.set_random_seed(RANK)
    model = net()
    optimizer = hvd.DistributedOptimizer(keras.optimizers.SGD(0.1))
    hvd.broadcast_variables(model.variables)
    loss = keras.losses.SparseCategoricalCrossentropy()
    for step in range(3):
        rows = slice(20 * step + 4 * RANK, 20 * step + 4 * RANK + 4)
        with pynn.GradientTape() as tape:
            value = loss(Y[rows], model(X[rows], training=True))
        optimizer.apply_gradients(
            zip(tape.gradient(value, model.trainable_variables), model.trainable_variables, strict=True)
        )
    for weight in model.get_weights():
        assert (hvd.broadcast(weight) == weight).all()


def single_batches():
    """Each rank gives its batch; they may differ in length."""
    found = []
    for distributed in (False, True):
        keras.utils.set_random_seed(1 + RANK * distributed)
        model, adam = net(), keras.optimizers.Adam(0.1)
        model.compile(hvd.DistributedOptimizer(adam) if distributed else adam, CLASSES, metrics=["acc"])
        for step in range(3):
            end = 20 * step + 6 * SIZE + 1
            mine = slice(20 * step + 6 * RANK, end if RANK == SIZE - 1 else 20 * step + 6 * RANK + 6)
            rows = mine if distributed else slice(20 * step, end)
            logs = model.train_on_batch(X[rows], Y[rows])
        found.append((model.get_weights(), logs))
    for one, all_ in zip(found[0][0] + [found[0][1]], found[1][0] + [found[1][1]], strict=True):
        np.testing.assert_allclose(all_, one, rtol=1e-5, atol=2e-6)


def refusals():
    inputs = keras.Input((5,))
    model = keras.Model(inputs, [layers.Dense(3)(inputs), layers.Dense(3)(inputs)])
    sums = ["mse", keras.losses.SparseCategoricalCrossentropy(reduction="sum")]
    model.compile(hvd.DistributedOptimizer("sgd"), sums)
    refused("reduction='sum' cannot be combined", model.fit, X, [np.eye(3)[Y], Y], verbose=0)
    model = net()
    model.compile(hvd.DistributedOptimizer("sgd"), CLASSES)

    class Mine(keras.Sequential):
        def train_step(self, data):
            return {}

    mine = Mine([keras.Input((5,)), layers.Dense(3)])
    mine.compile(hvd.DistributedOptimizer("sgd"), CLASSES)
    refused("divides rows, or batches", mine.fit, X, Y, verbose=0)
    refused("batch_size: 5 on rank 0", model.fit, X, Y, batch_size=5 + RANK, verbose=0)
    refused("number of rows: 101 on rank 0", model.fit, X[: 101 - RANK], Y[: 101 - RANK], verbose=0)
    refused("checksum of x: ", model.fit, X + RANK, Y, verbose=0)
    refused("own_rows=True", model.fit, X + RANK, Y, verbose=0)
    refused(
        "validation number of rows: 9 on", model.fit, X, Y, verbose=0, validation_data=(X[: 9 - RANK], Y[: 9 - RANK])
    )
    wider = keras.Sequential([keras.Input((5,)), layers.Dense(3 + RANK), layers.Dense(1)])
    wider.compile(hvd.DistributedOptimizer("sgd"), "mse")
    refused("weights of the model: [('float32', 5, 3)", wider.fit, X, X[:, :1], verbose=0)
    model.evaluate(X, Y, verbose=0)  # these need nobody
    model.predict(X, verbose=0)


def refused(text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except ValueError as error:
        if text in str(error):
            return
    raise AssertionError(text)


def speaks():
    """Bars and summaries come once."""
    model = net()
    model.compile(hvd.DistributedOptimizer("sgd"), CLASSES)
    model.fit(X, Y, epochs=1, verbose=2)
    model.summary()
    os.write(1, f"WORKERS {pynn.get_num_threads()} of local {hvd.local_rank()}/{hvd.local_size()}\n".encode())


for part in (arrays, by_hand, single_batches, refusals, speaks):
    part()
    if RANK == 0 and "SHOW" in os.environ:
        print(part.__name__, flush=True)
hvd.shutdown()
assert not hvd.is_initialized()
os.write(1, b"GOOD\n")
