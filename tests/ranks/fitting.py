"""What else happens in `fit` on several ranks; run by test_distributed under mpiexec."""

import os
import warnings
from importlib.util import find_spec

import numpy as np

import pynn.distributed as hvd
from pynn import keras

warnings.simplefilter("error")
hvd.init()
RANK, SIZE = hvd.rank(), hvd.size()
layers = keras.layers
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(101, 5)).astype("float32"), rng.integers(0, 3, 101)
CLASSES = "sparse_categorical_crossentropy"


def net(more=()):
    inner = layers.Dense(7, activation="relu")
    return keras.Sequential([keras.Input((5,)), inner, *more, layers.Dense(3, activation="softmax")])


def assert_equal_everywhere(model):
    for weight in (*model.get_weights(), *(np.array(v) for v in model.optimizer.variables)):
        assert (hvd.broadcast(weight) == weight).all()


def batches():
    """Batches that come one by one: SIZE of them are a step; one process takes them joined."""

    class Data(keras.utils.PyDataset):
        def __init__(self, batch, count):
            super().__init__()
            self.batch, self.count = batch, count

        @property
        def num_batches(self):
            return self.count

        def __getitem__(self, number):
            rows = slice(number * self.batch, (number + 1) * self.batch)
            return X[rows], Y[rows]

    found = []
    for distributed in (False, True):
        keras.utils.set_random_seed(1)
        model, sgd = net([layers.BatchNormalization(trainable=False)]), keras.optimizers.SGD(0.1)
        model.compile(hvd.DistributedOptimizer(sgd) if distributed else sgd, CLASSES, metrics=["acc"])
        batch = 4 if distributed else 4 * SIZE
        data = Data(batch, -(-101 // batch))
        seen = model.fit(data, epochs=2, verbose=0, shuffle=False, validation_data=data).history
        assert int(sgd.iterations) == 2 * -(-101 // (4 * SIZE))
        found.append((model.get_weights(), seen))
    for one, all_ in zip(found[0][0], found[1][0], strict=True):
        np.testing.assert_allclose(all_, one, atol=2e-6)
    for name, values in found[0][1].items():
        np.testing.assert_allclose(found[1][1][name], values, rtol=2e-5)
    model.fit(Data(4, 7), epochs=1, verbose=0)  # shuffled, alike everywhere
    model.fit(X, Y, batch_size=3, steps_per_epoch=5, epochs=2, verbose=0)
    model.fit(((X[:k], Y[:k]) for k in range(1, 6)), steps_per_epoch=5, verbose=0)
    assert_equal_everywhere(model)
    own = net()
    own.compile(hvd.DistributedOptimizer("sgd", own_rows=True), CLASSES)
    with warnings.catch_warnings():  # that there are no more
        warnings.simplefilter("ignore")
        own.fit(((X[:k], Y[:k]) for k in range(1, 6 + RANK)), verbose=0)
    assert int(own.optimizer.iterations) == 4 + SIZE
    assert_equal_everywhere(own)


def random_layers():
    """Dropout draws other numbers on each rank; statistics are averaged; all end equal."""
    keras.utils.set_random_seed(RANK)
    model = net([layers.BatchNormalization(), layers.Dropout(0.5)])
    model.layers[0].trainable = False
    model.compile(hvd.DistributedOptimizer("adam"), CLASSES)
    frozen = hvd.broadcast(model.layers[0].kernel)
    model.fit(X, Y, epochs=2, batch_size=4, verbose=0)
    assert_equal_everywhere(model)
    assert (np.asarray(model.layers[0].kernel) == frozen).all()
    for variable in model.variables:
        assert (hvd.broadcast(np.asarray(variable)) == np.asarray(variable)).all()

    drop = keras.Sequential([keras.Input((64,)), layers.Dropout(0.5), layers.Dense(1, kernel_initializer="ones")])
    drop.compile(hvd.DistributedOptimizer(keras.optimizers.SGD(1.0)), "mae")
    ones = np.ones((SIZE, 64), "float32")
    before = drop.get_weights()[0]
    drop.fit(ones, 100 * ones[:, :1], batch_size=1, verbose=0)
    steps = np.round((drop.get_weights()[0] - before) * SIZE / 2).astype(int)
    assert set(np.unique(steps)) == set(range(SIZE + 1))  # of SIZE rows each kept the unit or not, by itself


def compiled():
    model = net()
    model.compile(hvd.DistributedOptimizer("adam"), CLASSES)
    return model


def stopping_and_writing():
    """Files come from rank 0; whoever stops, stops all, in the same batch."""
    model = compiled()
    early = keras.callbacks.EarlyStopping(monitor="loss", min_delta=10, patience=1)
    files = [keras.callbacks.CSVLogger(f"log{RANK}.csv")]
    if find_spec("tensorboardX"):
        files.append(keras.callbacks.TensorBoard(f"board{RANK}"))
    history = model.fit(X, Y, epochs=9, verbose=0, callbacks=[early, files])
    assert len(history.history["loss"]) == 2
    batches = []

    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            batches.append(batch)
            if batch == 2 and RANK == SIZE - 1:
                self.model.stop_training = True

    only_there = [Stop()] if RANK == SIZE - 1 else []
    saves = keras.callbacks.ModelCheckpoint(f"saved{RANK}.weights.h5", save_weights_only=True)
    before = int(model.optimizer.iterations)
    model.fit(X, Y, batch_size=2, epochs=3, verbose=0, callbacks=[*only_there, saves])
    assert int(model.optimizer.iterations) == before + 4
    assert batches == ([0, 1, 2, 3] if only_there else [])
    assert_equal_everywhere(model)

    class Late(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch == 1 and RANK == 0

    assert len(model.fit(X, Y, epochs=5, verbose=0, callbacks=[Late()]).history["loss"]) == 2
    hvd.allreduce(0.0)  # rank 0 has written all
    assert set(os.listdir()) - {"board0"} == {"log0.csv", "saved0.weights.h5"}


def going_on():
    """Rank 0's backup goes on where it was, with the same numbers, on all ranks."""
    found = []
    for parts in ((4,), (2, 4)):
        for epochs in parts:
            keras.utils.set_random_seed(7 if epochs == parts[0] else 100 + RANK)
            model = net([layers.Dropout(0.2)])
            model.compile(hvd.DistributedOptimizer("adam"), CLASSES)
            backup = keras.callbacks.BackupAndRestore(f"backup{RANK}", delete_checkpoint=epochs == 4)
            history = model.fit(X, Y, batch_size=5, epochs=epochs, verbose=0, callbacks=[backup] if parts[1:] else [])
        found.append(model.get_weights())
    assert len(history.epoch) == 2
    for one, other in zip(*found, strict=True):
        assert (one == other).all()
    assert not os.path.exists(f"backup{RANK}") or RANK == 0


def rates():
    """The rate is rank 0's; Horovod's callbacks work."""
    model, seen = compiled(), []
    model.optimizer.learning_rate = 0.1 * (1 + RANK)
    model.fit(X, Y, verbose=0, callbacks=[hvd.callbacks.BroadcastGlobalVariablesCallback(0), Added()])
    assert abs(float(model.optimizer.learning_rate) - 0.1) < 1e-6
    warmup = hvd.callbacks.LearningRateWarmupCallback(0.1 * SIZE, warmup_epochs=2)
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda e, logs: seen.append(float(model.optimizer.learning_rate))
    )
    model.fit(X, Y, epochs=4, verbose=0, callbacks=[warmup, look])
    np.testing.assert_allclose(seen, [0.1, 0.05 * (1 + SIZE), 0.1 * SIZE, 0.1 * SIZE], rtol=1e-5)


class Added(keras.callbacks.Callback):
    """Adds a number of its own to the logs, and has it averaged."""

    def on_epoch_end(self, epoch, logs=None):
        logs["mine"] = float(RANK)
        average = hvd.callbacks.MetricAverageCallback()
        average.on_epoch_end(epoch, logs)
        assert logs["mine"] == (SIZE - 1) / 2


for part in (batches, random_layers, stopping_and_writing, going_on, rates):
    part()
    if RANK == 0 and "SHOW" in os.environ:
        print(part.__name__, flush=True)
os.write(1, b"GOOD\n")
