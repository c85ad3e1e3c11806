"""Ten networks trained for 200 steps on every backend: the same losses and weights, to rounding."""

from __future__ import annotations

import numpy as np
import pytest

import pynn
from pynn.backends import has_device, has_numba
from pynn.keras import Input, Model, Sequential, layers, optimizers, utils
from pynn.kernels.tables import table

BACKENDS = [
    "cython",
    pytest.param("numba", marks=pytest.mark.skipif(not has_numba(), reason="needs numba")),
    pytest.param("cuda", marks=pytest.mark.skipif(not has_device(), reason="needs a device, or its simulator")),
]
# Of a training: 200 steps, or two where threads are simulated.
ROWS, BATCHES, EPOCHS = (6, 2, 1) if has_device() and table("cuda").simulated else (64, 4, 50)
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(64, 6)).astype(np.float32)
CLASS = (np.abs(X[:, :3]).argmax(axis=1)).astype(np.int32)
ONE_HOT = np.eye(3, dtype=np.float32)[CLASS]
NUMBER = np.tanh(X @ RANDOM.normal(size=(6, 2))).astype(np.float32)
Dense = layers.Dense


def chain(*own):
    return lambda: Sequential([Input((6,)), *(make() for make in own)])


def dense(*args, **more):
    return lambda: Dense(*args, **more)


def two_branches():
    x = Input((6,))
    left, right = Dense(5, activation="silu")(x), Dense(5, activation="softplus")(x)
    return Model(x, Dense(3, activation="softmax")(layers.LayerNormalization()(layers.Add()([left, right]))))


# network, optimizer, loss, targets
CASES = {
    "relu": (
        chain(dense(9, "relu"), dense(3, "softmax")),
        lambda: optimizers.SGD(0.05),
        "sparse_categorical_crossentropy",
        CLASS,
    ),
    "sigmoid": (
        chain(dense(9, "sigmoid"), dense(3, "softmax")),
        lambda: optimizers.Adam(0.01),
        "categorical_crossentropy",
        ONE_HOT,
    ),
    "tanh": (chain(dense(20, "tanh"), dense(2)), lambda: optimizers.RMSprop(0.003), "mse", NUMBER),
    "leaky": (chain(dense(8, "leaky_relu"), dense(2)), lambda: optimizers.SGD(0.02, 0.9, True), "huber", NUMBER),
    "elu": (
        chain(dense(8, "elu"), dense(3, "sigmoid")),
        lambda: optimizers.AdamW(0.01),
        "binary_crossentropy",
        ONE_HOT,
    ),
    "gelu": (chain(dense(8, "gelu"), dense(2)), lambda: optimizers.Nadam(0.005), "log_cosh", NUMBER),
    "dropout": (
        chain(dense(30, "relu"), lambda: layers.Dropout(0.3, seed=5), layers.BatchNormalization, dense(3, "softmax")),
        lambda: optimizers.Adamax(0.01),
        "categorical_crossentropy",
        ONE_HOT,
    ),
    "deep": (chain(*[dense(10, "selu")] * 4, dense(2)), lambda: optimizers.Adagrad(0.02), "mae", NUMBER),
    "prelu": (chain(dense(7), layers.PReLU, dense(2, "tanh")), lambda: optimizers.Adadelta(0.5), "mse", NUMBER),
    "two branches": (
        two_branches,
        lambda: optimizers.Adam(0.005, amsgrad=True),
        "sparse_categorical_crossentropy",
        CLASS,
    ),
}


@pytest.fixture(autouse=True)
def as_before():
    before = pynn.get_backend()
    yield
    pynn.set_backend(before)


def train(name, backend):
    """The losses of a training, and the weights."""
    make, optimizer, loss, targets = CASES[name]
    pynn.set_backend(backend)
    utils.set_random_seed(3)
    model = make()
    model.compile(optimizer(), loss)
    history = model.fit(X[:ROWS], targets[:ROWS], batch_size=ROWS // BATCHES, epochs=EPOCHS, verbose=0)
    return np.array(history.history["loss"]), model.get_weights()


@pytest.fixture(scope="module")
def by_definition():
    done = {}
    return lambda name: done.setdefault(name, None) or done.update({name: train(name, "reference")}) or done[name]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", CASES)
def test_two_hundred_steps(name, backend, by_definition):
    losses, weights = by_definition(name)
    found, found_weights = train(name, backend)
    assert EPOCHS == 1 or losses[-1] < losses[0]
    np.testing.assert_allclose(found, losses, rtol=2e-3, atol=1e-5)
    for a, b in zip(found_weights, weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=5e-3, atol=2e-3)
