"""Plans are kept from call to call: never one that was made for something else."""

from __future__ import annotations

import numpy as np
import pytest

from pynn import changes
from pynn.keras import Input, Sequential
from pynn.layers import Dense
from pynn.optimizers import SGD

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(20, 3)).astype(np.float32)
Y = RANDOM.normal(size=(20, 2)).astype(np.float32)


@pytest.fixture
def model():
    """A model that does not learn, so that every call must give the same numbers."""
    model = Sequential([Input((3,)), Dense(2)])
    model.compile(SGD(0.0), "mse")
    return model


def test_a_plan_is_used_again(model):
    model.fit(X, Y, epochs=2, verbose=0)
    model.fit(X, Y, verbose=0)
    assert len(model._works) == 1
    model.fit(X, Y, batch_size=7, verbose=0)
    model.fit(X, Y, shuffle=False, verbose=0)
    model.fit(X.astype(np.float64), Y, verbose=0)
    model.fit(X, Y, sample_weight=np.ones(20), verbose=0)
    assert len(model._works) == 5


def test_fit_leaves_alone_what_plans_depend_on(model):
    model.fit(X, Y, verbose=0)
    before = changes.seen.count
    model.fit(X, Y, initial_epoch=1, epochs=3, verbose=0)
    assert changes.seen.count == before


def test_metrics_of_fit_again_and_again(model):
    """Objects that are gone leave their ids to new ones: a plan must not be found by the id of a dead metric."""
    error = model.predict(X, verbose=0) - Y
    want = {"mae": np.abs(error).mean(), "mse": (error**2).mean()}
    names = ["mae", "mse"] * 20
    found = [model.fit(X, Y, metrics=[name], verbose=0).history[name][0] for name in names]
    np.testing.assert_allclose(found, [want[name] for name in names], rtol=1e-5)


def test_metrics_of_fit_leave_nothing_behind(model):
    for _ in range(10):
        model.fit(X, Y, metrics=["mae"], verbose=0)
    assert len(model._works) <= 2


def test_compile_begins_afresh(model):
    model.fit(X, Y, verbose=0)
    before = model.get_weights()
    model.compile(SGD(0.1), "mse", metrics=["mae"])
    history = model.fit(X, Y, verbose=0).history
    assert set(history) == {"loss", "mae"}
    assert all((old != new).any() for old, new in zip(before, model.get_weights(), strict=True))


def test_freezing_takes_effect_with_compile(model):
    for trainable in (True, False, True):
        model.layers[0].trainable = trainable
        model.compile(SGD(0.1), "mse")
        before = model.get_weights()[0]
        model.fit(X, Y, verbose=0)
        assert (before != model.get_weights()[0]).any() == trainable


def test_freezing_without_compile_raises(model):
    """As in Keras: the optimizer was built with other variables."""
    model.add(Dense(2))
    model.fit(X, Y, verbose=0)
    model.layers[0].trainable = False
    with pytest.raises(ValueError, match="built with"):
        model.fit(X, Y, verbose=0)


def test_another_layer_makes_another_plan(model):
    first = model.predict(X, verbose=0)
    model.add(Dense(4, "sigmoid"))
    assert model.predict(X, verbose=0).shape == (20, 4)
    model.pop()
    np.testing.assert_array_equal(model.predict(X, verbose=0), first)


def test_the_order_of_rows_is_int64_on_every_system(model, monkeypatch):
    """NumPy's global generator permutes C longs, which have 32 bits on Windows; the gather reads 64."""
    monkeypatch.setattr(np.random, "permutation", lambda n: np.arange(n, dtype=np.int32)[::-1].copy())
    # Eagerly: the NumPy definitions check what they are given, the compiled core would read past the end.
    model.compile(SGD(0.1), "mse", run_eagerly=True)
    before = model.get_weights()
    model.fit(X, Y, batch_size=4, verbose=0)
    found = model.get_weights()
    model.set_weights(before)
    model.fit(X[::-1], Y[::-1], batch_size=4, shuffle=False, verbose=0)
    for a, b in zip(found, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
