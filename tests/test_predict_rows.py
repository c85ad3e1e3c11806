"""predict takes as many rows at a time as it likes: results, hooks and the bar are those of the user's batches."""

from __future__ import annotations

import numpy as np
import pytest

from pynn import keras
from pynn.keras import Input, Sequential
from pynn.keras.layers import BatchNormalization, Dense, Lambda
from pynn.plan import Plan

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(300, 6)).astype(np.float32)


def network():
    return Sequential([Input((6,)), Dense(5, "relu"), Dense(2, "softmax")])


@pytest.mark.parametrize("batch_size", [1, 7, 32, 128, 300, 1000])
def test_batch_size_changes_no_bit(batch_size):
    model = Sequential([Input((6,)), Dense(5, "relu"), BatchNormalization(), Dense(2, "softmax")])
    np.testing.assert_array_equal(model.predict(X, batch_size, verbose=0), model(X))


def test_one_plan_serves_all_batch_sizes(monkeypatch):
    made = []
    start = Plan.__init__
    monkeypatch.setattr(Plan, "__init__", lambda self, *args: (made.append(self), start(self, *args))[1])
    model = network()
    for batch_size in (1, 5, 32, 100):
        model.predict(X, batch_size, verbose=0)
    assert len(made) == 1


@pytest.mark.parametrize(
    "layer",
    [
        lambda: Lambda(lambda x: x - keras.ops.mean(x, axis=0, keepdims=True)),
        lambda: Lambda(lambda x: keras.ops.flip(x, axis=0)),
        lambda: Lambda(lambda x: x - keras.ops.max(x)),
    ],
    ids=["mean", "flip", "max"],
)
def test_rows_that_meet_stay_in_their_batches(layer):
    model = Sequential([Input((6,)), layer()])
    want = np.concatenate([np.asarray(model(X[i : i + 7])) for i in range(0, 300, 7)])
    np.testing.assert_allclose(model.predict(X, batch_size=7, verbose=0), want, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(
        model.predict(X[:8], batch_size=7, verbose=0),
        [*want[:7], np.asarray(model(X[7:8]))[0]],
        rtol=1e-6,
        atol=1e-6,
    )


def test_hooks_see_the_batches_they_asked_for():
    seen = []

    class Noting(keras.callbacks.Callback):
        def on_predict_batch_end(self, batch, logs=None):
            seen.append((batch, logs["outputs"].shape))

    network().predict(X, batch_size=128, verbose=0, callbacks=[Noting()])
    assert seen == [(0, (128, 2)), (1, (128, 2)), (2, (44, 2))]


def test_the_bar_counts_the_users_batches(capsys):
    network().predict(X, batch_size=10)
    assert "30/30" in capsys.readouterr().out
