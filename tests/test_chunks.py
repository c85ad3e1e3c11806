"""Dense layers that sum over chunks of w's rows: the numbers, the plan, and that no worker changes a bit."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from pynn import _core
from pynn.keras import Input, Sequential, layers, utils
from pynn.kernels.reference.chunks import begin_of_part
from pynn.kernels.tables import all_tables

INPUTS = 400
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(0, 1, (70, INPUTS)).astype(np.float32)
Y = RANDOM.integers(0, 3, 70)


def train(activation="relu", optimizer="adam", inputs=INPUTS, **settings):
    utils.set_random_seed(1)
    model = Sequential([Input((inputs,)), layers.Dense(9, activation), layers.Dense(3, "softmax")])
    model.compile(optimizer, "sparse_categorical_crossentropy", **settings)
    model.fit(X[:, :inputs], Y, batch_size=32, epochs=2, verbose=0)
    return model


def ops(model, kind="train"):
    return [step.op.name for key, work in model._works.items() if key[0] == kind for step in work.plan.steps]


TABLES = all_tables()
SIZES = [(5, 7, 3), (32, 401, 100), (33, 64, 17)]


@pytest.mark.parametrize("label", TABLES)
@pytest.mark.parametrize("real", [np.float32, np.float64])
@pytest.mark.parametrize("chunks", [1, 2, 3])
def test_the_sums_of_the_chunks(label, real, chunks):
    for size in SIZES[: 1 if TABLES[label].simulated else None]:
        sums_of_the_chunks(TABLES[label], real, chunks, *size)


def sums_of_the_chunks(table, real, chunks, n, i, o):
    x, w, b = (RANDOM.normal(0, 1, shape).astype(real) for shape in [(n, i), (i, o), (o,)])
    sums, parts, y = np.full((chunks * n, o), np.nan, real), np.empty((chunks * n, o), real), np.empty((n, o), real)
    table["dense_chunks", real](x, w, sums)
    for lo, hi in [(n // 2 + 1, chunks * n), (0, n // 2 + 1)] if table.parts else [(0, chunks * n)]:
        table["dense_chunks", real](x, w, parts, lo=lo, hi=hi)
    np.testing.assert_array_equal(parts, sums)
    edges = [begin_of_part(i, c, chunks) for c in range(chunks + 1)]
    want = np.concatenate([x[:, a:z].astype(float) @ w[a:z] for a, z in itertools.pairwise(edges)])
    bound = {"rtol": 1e-4, "atol": 1e-4} if real is np.float32 else {"rtol": 1e-12, "atol": 1e-12}
    np.testing.assert_allclose(sums, want, **bound)
    table["dense_sum", real](sums, b, y)
    np.testing.assert_allclose(y, x.astype(float) @ w + b, **bound)


@pytest.mark.parametrize("activation", ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu"])
def test_a_wide_layer_that_learns_sums_in_chunks(activation):
    model = train(activation)
    found = ops(model)
    assert "dense_chunks" in found
    assert sum(name.startswith("dense_sum") for name in found) == 1
    assert "dense_chunks" not in ops(train(activation, inputs=383))
    model.predict(X, verbose=0)
    assert "dense_chunks" not in ops(model, "predict")


def test_a_frozen_layer_does_not():
    model = Sequential([Input((INPUTS,)), layers.Dense(9, "relu", trainable=False), layers.Dense(3, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(X, Y, verbose=0)
    assert "dense_chunks" not in ops(model)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop", "nadam"])
def test_workers_change_no_bit_of_a_training(optimizer):
    before = _core.get_workers()
    try:
        found = []
        for workers in (1, 2, 3, 5, 40):
            _core.set_workers(workers)
            found.append(np.concatenate([w.ravel() for w in train("tanh", optimizer).get_weights()]))
        for weights in found[1:]:
            np.testing.assert_array_equal(weights, found[0])
    finally:
        _core.set_workers(before)


def test_the_definitions_give_the_same_training():
    ours, defined = train(), train(run_eagerly=True)
    for a, b in zip(ours.get_weights(), defined.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
