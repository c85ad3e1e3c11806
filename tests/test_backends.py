"""One switch drives models, layers and optimizers: pynn.set_backend, or PYNN_BACKEND."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

import pynn
from pynn import backends
from pynn.keras import Input, Sequential
from pynn.kernels.tables import table
from pynn.layers import Dense
from pynn.optimizers import Adam

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 5)).astype(np.float32)
Y = RANDOM.normal(size=(40, 2)).astype(np.float32)


@pytest.fixture(autouse=True)
def as_before():
    before = pynn.get_backend()
    pynn.set_backend("cython")  # from which they switch, whatever PYNN_BACKEND says
    yield
    pynn.set_backend(before)


@pytest.fixture
def model():
    model = Sequential([Input((5,)), Dense(4, "gelu"), Dense(2)])
    model.compile(Adam(0.01), "mse")
    return model


def walked_by(model):
    """The tables of the plans that a model keeps, in the order in which they were made."""
    return [work._table.name for work in model._works.values()]


def test_a_switch_takes_effect_at_the_next_fit(model):
    first = model.get_weights()
    losses = {}
    for name in ("cython", "reference", "cython"):
        pynn.set_backend(name)
        model.set_weights(first)
        model.compile(Adam(0.01), "mse")
        losses[name] = model.fit(X, Y, epochs=3, shuffle=False, verbose=0).history["loss"]
        assert walked_by(model) == [name]
    np.testing.assert_allclose(losses["reference"], losses["cython"], rtol=1e-5)


def test_without_compiling_again(model):
    for name in ("cython", "reference"):
        pynn.set_backend(name)
        model.fit(X, Y, verbose=0)
    assert walked_by(model) == ["cython", "reference"]
    pynn.set_backend("cython")
    model.fit(X, Y, verbose=0)
    assert walked_by(model) == ["cython", "reference"]


def test_straight_calls_follow(model, monkeypatch):
    want = model.predict(X, verbose=0)
    for _ in range(3):
        model(X)
        model.predict(X, verbose=0)
    pynn.set_backend("reference")
    seen = []
    op = table("reference")["dense_forward", np.float32].op
    definition = op.reference
    monkeypatch.setattr(op, "reference", lambda *args, **more: (seen.append(1), definition(*args, **more)))
    for number, calls in enumerate((lambda: model.predict(X, verbose=0), lambda: model(X), lambda: model.layers[0](X))):
        for _ in range(2):
            seen.clear()
            found = calls()
            assert seen, number
            if found.shape == want.shape:
                np.testing.assert_allclose(found, want, rtol=1e-5, atol=1e-6)
    pynn.set_backend("cython")
    seen.clear()
    np.testing.assert_array_equal(model.predict(X, verbose=0), want)
    assert not seen


def test_optimizers_and_tapes_follow(model):
    pynn.set_backend("reference")
    with pynn.GradientTape() as tape:
        loss = pynn.keras.ops.mean(pynn.keras.ops.square(model(X) - Y))
    gradients = tape.gradient(loss, model.trainable_weights)
    model.optimizer.apply(gradients, model.trainable_weights)
    assert all(np.isfinite(w).all() for w in model.get_weights())


def test_a_profile_needs_the_core(model):
    pynn.set_backend("reference")
    with pytest.raises(ValueError, match=r"profile: the backend 'reference'.*set_backend\('cython'\)"):
        model.profile(X, Y)


@pytest.mark.parametrize("name", ["reference", "cython"])
def test_numbers_that_grow_too_large_are_no_warning(model, name):
    pynn.set_backend(name)
    assert not np.isfinite(model.fit(1e30 * X, Y, epochs=2, verbose=0).history["loss"][-1])


@pytest.mark.parametrize("wrong", ["fortran", "", None, 3, "Cython"])
def test_an_unknown_one_names_those_there_are(wrong):
    with pytest.raises(ValueError, match=r"set_backend: there is no backend .* here; backends are reference, cython"):
        pynn.set_backend(wrong)
    assert pynn.get_backend() == "cython"


def test_the_environment(monkeypatch):
    monkeypatch.setattr(backends, "_chosen", None)
    monkeypatch.setenv("PYNN_BACKEND", " Reference ")
    assert pynn.get_backend() == table().name == "reference"
    monkeypatch.setattr(backends, "_chosen", None)
    monkeypatch.setenv("PYNN_BACKEND", "abacus")
    with pytest.raises(ValueError, match="PYNN_BACKEND: there is no backend 'abacus'"):
        table()


def test_the_environment_of_a_program():
    code = "import pynn; from pynn.kernels import tables; print(tables.table().name)"
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PYNN_BACKEND": "reference"})
    assert done.stdout.split() == ["reference"], done.stderr
