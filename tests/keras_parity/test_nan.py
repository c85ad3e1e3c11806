"""NaN inside a network shows in the loss and in the metrics that average, as in Keras: no comparison swallows it."""

from __future__ import annotations

import numpy as np
import pytest

LABELS = ["SparseCategoricalCrossentropy", "Circle", "CategoricalGeneralizedCrossEntropy"]
LOSSES = [
    *("BinaryCrossentropy BinaryFocalCrossentropy CategoricalCrossentropy CategoricalFocalCrossentropy").split(),
    *("CategoricalHinge CosineSimilarity Dice Hinge Huber KLDivergence LogCosh MeanAbsoluteError").split(),
    *("MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError Poisson SquaredHinge Tversky").split(),
    *LABELS,
]
METRICS = (
    "hinge squared_hinge categorical_hinge mse mae mape msle kl_divergence poisson cosine_similarity "
    "binary_crossentropy categorical_crossentropy"
).split()
ROWS, COLUMNS = 6, 4


def build(keras, metrics=()):
    """A model whose outputs are a table of weights: x itself may not hold NaN."""
    table = keras.layers.Embedding(ROWS * COLUMNS, 1)
    model = keras.Sequential([keras.Input((COLUMNS,)), table, keras.layers.Reshape((COLUMNS,))])
    model.compile("sgd", "mse", metrics=list(metrics))
    return model


@pytest.fixture
def pair(twins):
    """Twins of `build` whose first row is all NaN and whose third has one NaN; and x, one-hot targets and labels."""

    def make(*metrics):
        found = twins(lambda keras: build(keras, metrics))
        values = np.random.default_rng(1).uniform(0.1, 0.9, (ROWS, COLUMNS)).astype("float32")
        values[0], values[2, 1] = np.nan, np.nan
        for model in found.models:
            model.set_weights([values.reshape(-1, 1)])
        labels = np.arange(ROWS) % 2
        return found, np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS), np.eye(COLUMNS)[labels], labels

    return make


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss(pair, name):
    found, x, one_hot, labels = pair()
    y = labels if name in LABELS else one_hot
    for side, model in zip(found.sides, found.models, strict=True):
        model.compile("sgd", getattr(side.losses, name)())
    for rows in ([0, 1, 2], [1, 2, 3, 4], [3, 4, 5]):
        ours, theirs = found.evaluate(x[rows], y[rows])
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_metrics(pair):
    found, x, y, _ = pair(*METRICS)
    for rows in ([0, 1, 2], [1, 2, 3, 4], [3, 4, 5]):
        np.testing.assert_allclose(*found.evaluate(x[rows], y[rows]), rtol=1e-5)
