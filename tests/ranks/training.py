"""Training on several ranks gives the numbers of one process; run by test_distributed under mpiexec."""

import os
import warnings

import numpy as np

import pynn.distributed as hvd
from pynn import keras
from pynn.distributed import exchange

warnings.simplefilter("error")
hvd.init()
RANK, SIZE = hvd.rank(), hvd.size()
layers, Model = keras.layers, keras.Model
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(101, 5)).astype("float32"), rng.integers(0, 3, 101)
W = rng.random(101).astype("float32")
CLASSES = "sparse_categorical_crossentropy"


def net(more=(), **how):
    inner = layers.Dense(7, activation="relu", **how)
    return keras.Sequential([keras.Input((5,)), inner, *more, layers.Dense(3, activation="softmax")])


def compare(make, optimizer, loss=CLASSES, y=Y, x=X, batch=6, tolerance=2e-6, compiled=None, shown=True, **fit):
    """Weights and history of one process with batches of SIZE * batch rows, and of all ranks together."""
    found = []
    for distributed in (False, True):
        keras.utils.set_random_seed(1 + 10 * RANK * distributed)  # other ranks begin otherwise, and follow rank 0
        model, chosen = make(), optimizer()
        compiled_with = hvd.DistributedOptimizer(chosen) if distributed else chosen
        model.compile(compiled_with, loss, **(compiled or {}))
        rows = batch if distributed else batch * SIZE
        history = model.fit(x, y, batch_size=rows, verbose=0, **{"epochs": 3, **fit}).history
        found.append((model.get_weights(), history, [np.array(v) for v in chosen.variables]))
    for one, all_ in zip(found[0][0] + found[0][2], found[1][0] + found[1][2], strict=True):
        np.testing.assert_allclose(all_, one, rtol=2e-5, atol=tolerance)
    assert found[0][1].keys() == found[1][1].keys()
    for name, values in found[0][1].items() if shown else ():
        np.testing.assert_allclose(found[1][1][name], values, rtol=2e-5, atol=tolerance, err_msg=name)


def numbers_of_one_process():
    sgd, adam = (lambda: keras.optimizers.SGD(0.1, momentum=0.9)), (lambda: keras.optimizers.Adam(0.01))
    for optimizer in (sgd, adam):
        for shuffle in (False, True):
            compare(net, optimizer, shuffle=shuffle, validation_data=(X[:37], Y[:37]), compiled={"metrics": ["acc"]})
    weighted = {"metrics": ["acc"], "weighted_metrics": ["acc", keras.metrics.SparseTopKCategoricalAccuracy(2)]}
    compare(net, adam, sample_weight=W, compiled=weighted, validation_split=0.2)
    compare(net, adam, class_weight={0: 2.0, 2: 0.5})
    compare(lambda: net(kernel_regularizer="l2", activity_regularizer="l2"), sgd)
    compare(lambda: net(kernel_constraint="unit_norm"), sgd)
    for clipping in ({"clipnorm": 0.1}, {"global_clipnorm": 0.1}, {"clipvalue": 0.01}):
        compare(net, lambda clipping=clipping: keras.optimizers.SGD(0.1, **clipping))
    compare(net, lambda: keras.optimizers.Adam(0.01, gradient_accumulation_steps=2, use_ema=True), epochs=2)
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 3, 0.5)
    compare(net, lambda: keras.optimizers.SGD(schedule))


def losses_of_all_kinds():
    sgd = lambda: keras.optimizers.SGD(0.05)  # noqa: E731
    summed = keras.losses.SparseCategoricalCrossentropy(reduction="sum")
    compare(net, lambda: keras.optimizers.SGD(0.005), summed, tolerance=1e-5, shown=False)
    compare(
        lambda: net(kernel_regularizer="l2"), lambda: keras.optimizers.SGD(0.005), summed, tolerance=1e-5, shown=False
    )
    by_weights = keras.losses.SparseCategoricalCrossentropy(reduction="mean_with_sample_weight")
    compare(net, sgd, by_weights, sample_weight=W, shown=False)
    compare(net, sgd, keras.losses.SparseCategoricalCrossentropy(ignore_class=1), shown=False)

    def own(y_true, y_pred):
        return keras.ops.mean(keras.ops.square(keras.ops.cast(y_true, "float32") - y_pred), axis=-1)

    compare(net, sgd, own, y=np.eye(3)[Y].astype("float32"))

    class Plain(keras.optimizers.Optimizer):
        def __init__(self):
            super().__init__(0.1)

        def update_step(self, gradient, variable, learning_rate):
            variable.assign(variable - learning_rate * gradient)

    compare(net, Plain)
    two = lambda: twice_out()  # noqa: E731
    compare(two, sgd, ["mse", CLASSES], y=[np.eye(3)[Y].astype("float32"), Y], compiled={"loss_weights": [0.3, 1.0]})


def twice_out():
    inputs = keras.Input((5,))
    hidden = layers.Dense(4, activation="tanh")(inputs)
    return Model(inputs, [layers.Dense(3, name="a")(hidden), layers.Dense(3, activation="softmax", name="b")(hidden)])


def masks():
    words = rng.integers(0, 5, (23, 4))
    words[:, 0] = 1

    def make():
        return keras.Sequential([keras.Input((4,)), layers.Embedding(5, 3, mask_zero=True), layers.Dense(2)])

    compare(
        make, lambda: keras.optimizers.SGD(0.1), "mse", x=words, y=rng.normal(size=(23, 4, 2)), batch=3, shown=False
    )


def pieces():
    """A block that is sent in several messages."""
    whole, exchange._PIECE = exchange._PIECE, 64
    compare(net, lambda: keras.optimizers.Adam(0.01))
    compare(net, lambda: keras.optimizers.SGD(0.1), x=X[: SIZE - 1], y=Y[: SIZE - 1], batch=2)
    exchange._PIECE = whole


def few_rows():
    """Fewer rows than ranks, in a step, in an epoch and in validation."""
    for rows in (1, SIZE - 1, SIZE + 1, 2 * SIZE + 1):
        compare(net, lambda: keras.optimizers.Adam(0.05), x=X[:rows], y=Y[:rows], batch=2, epochs=2)
        compare(
            net, lambda: keras.optimizers.SGD(0.05), x=X[:rows], y=Y[:rows], batch=1, validation_data=(X[:1], Y[:1])
        )
    compare(
        lambda: net(kernel_regularizer="l2"),
        lambda: keras.optimizers.SGD(0.1, clipnorm=1.0, use_ema=True),
        x=X[:5], y=Y[:5], batch=2, compiled={"metrics": ["acc"]},
    )  # fmt: skip


def own_rows():
    """Each rank brings rows of its own, of different lengths; together as one process with all of them."""
    ends = np.cumsum([10 + 3 * rank for rank in range(SIZE)])
    mine = slice(int(ends[RANK]) - 10 - 3 * RANK, int(ends[RANK]))
    keras.utils.set_random_seed(3)
    model = net()
    one = keras.models.clone_model(model)
    one.set_weights(model.get_weights())
    model.compile(hvd.DistributedOptimizer(keras.optimizers.SGD(0.1), own_rows=True), CLASSES, metrics=["acc"])
    seen = model.fit(
        X[mine], Y[mine], batch_size=100, epochs=2, shuffle=False, verbose=0, validation_data=(X[mine], Y[mine])
    )
    one.compile(keras.optimizers.SGD(0.1), CLASSES, metrics=["acc"])
    all_ = slice(0, int(ends[-1]))
    wanted = one.fit(
        X[all_], Y[all_], batch_size=1000, epochs=2, shuffle=False, verbose=0, validation_data=(X[all_], Y[all_])
    )
    for a, b in zip(model.get_weights(), one.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
    for name, values in wanted.history.items():
        np.testing.assert_allclose(seen.history[name], values, rtol=1e-5, err_msg=name)
    model.fit(X[mine], Y[mine], batch_size=4, epochs=2, verbose=0)  # other numbers of steps
    assert_equal_everywhere(model)


def assert_equal_everywhere(model):
    for weight in (*model.get_weights(), *(np.array(v) for v in model.optimizer.variables)):
        assert (hvd.broadcast(weight) == weight).all()


for part in (numbers_of_one_process, losses_of_all_kinds, masks, pieces, few_rows, own_rows):
    part()
    if RANK == 0 and "SHOW" in os.environ:
        print(part.__name__, flush=True)
os.write(1, b"GOOD\n")
