"""Model.profile: the steps of the plan, a time for each, and a model that is as it was.  No time is judged."""

from __future__ import annotations

import numpy as np
import pytest

keras = pytest.importorskip("pynn.keras", reason="about pynn's own models")
threads = pytest.importorskip("pynn.threads")

RANDOM = np.random.default_rng(5)
X = RANDOM.random((70, 12), "float32")
Y = np.eye(3, dtype="float32")[RANDOM.integers(0, 3, 70)]

pytestmark = pytest.mark.usefixtures("walked_in_c")  # steps in NumPy are not measured


def model_of(*layers, **settings):
    model = keras.Sequential([keras.Input((12,)), *layers, keras.layers.Dense(3, activation="softmax", name="last")])
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"], **settings)
    return model


def test_the_steps_of_training():
    model = model_of(keras.layers.Dense(7, activation="relu", name="first"))
    found = model.profile(X, Y, batch_size=16, seconds=0.02, return_dict=True)
    forward = 2 * 16 * (12 * 7 + 7 * 3)
    assert found["flops"] == 2 * forward + 2 * 16 * 7 * 3  # the gradient of the weights, and of the hidden layer
    assert {step["phase"] for step in found["steps"]} == {"forward", "loss", "backward", "update"}
    assert {step["layer"] for step in found["steps"]} == {"first", "last", ""}
    assert all(step["microseconds"] >= 0 for step in found["steps"])
    assert found["microseconds"] > 0
    assert found["peak"] > 1e8
    assert found["threads"] == threads.get_num_threads()


@pytest.mark.parametrize("targets", [Y, None], ids=["fit", "predict"])
def test_the_table_names_every_step(targets, capsys, monkeypatch):
    monkeypatch.setattr(threads, "peak_flops", lambda *_: 1e15)  # no line about steps that are faster
    model = model_of(keras.layers.Dropout(0.5, name="drop"))
    assert model.profile(X, targets, seconds=0.01) is None
    (work,) = model._works.values()
    title, peak, head, *lines = capsys.readouterr().out.splitlines()
    assert ("training" if targets is not None else "predicting") in title
    assert "GFLOP/s" in peak
    assert head.split()[:5] == ["phase", "op", "table", "layer", "sizes"]
    assert [line.split()[1] for line in lines[:-3]] == [step.op.name for step in work.plan.steps]


def test_why_a_step_may_be_faster_than_the_peak(capsys, monkeypatch):
    monkeypatch.setattr(threads, "peak_flops", lambda *_: 1.0)
    model_of().profile(X, Y, seconds=0.01)
    assert capsys.readouterr().out.splitlines()[-1].startswith("Above 100 %: numbers that are 0")


def test_the_model_is_as_it_was():
    def trained(look):
        keras.utils.set_random_seed(3)
        model = model_of(keras.layers.Dense(7, activation="relu"), keras.layers.Dropout(0.5))
        model.fit(X, Y, verbose=0)
        if look:
            model.profile(X, Y, seconds=0.01)
            model.profile(X, seconds=0.01)
        history = model.fit(X, Y, verbose=0, epochs=2).history
        return history, model.get_weights()

    (plain, weights), (seen, others) = trained(False), trained(True)
    assert plain == seen
    for one, other in zip(weights, others, strict=True):
        np.testing.assert_array_equal(one, other)


def test_steps_in_python_have_a_time():
    model = model_of(keras.layers.Activation(lambda x: x * x + 1))
    found = model.profile(X, Y, seconds=0.01, return_dict=True)
    python = [step["microseconds"] for step in found["steps"] if step["op"].startswith("python:")]
    assert python
    assert min(python) > 0


def test_fewer_rows_than_a_batch():
    found = model_of().profile(X[:5], Y[:5], seconds=0.01, return_dict=True)
    assert found["flops"] == 2 * (2 * 5 * 12 * 3)


def test_what_no_plan_shows():
    class Own(keras.Sequential):
        def train_step(self, data):
            return super().train_step(data)

    own = Own([keras.layers.Dense(3, activation="softmax")])
    own.compile("adam", "categorical_crossentropy")
    with pytest.raises(ValueError, match="step of its own"):
        own.profile(X, Y)
    with pytest.raises(ValueError, match="run_eagerly"):
        model_of(run_eagerly=True).profile(X, Y)
    with pytest.raises(ValueError, match="compile"):
        keras.Sequential([keras.layers.Dense(3)]).profile(X, Y)
    with pytest.raises(ValueError, match="seconds"):
        model_of().profile(X, Y, seconds=0)
    with pytest.raises(ValueError, match="arrays"):
        model_of().profile(batch for batch in [(X, Y)])


@pytest.mark.parametrize("backend", ["reference", "cuda"])
def test_backends_that_are_not_the_core(backend, monkeypatch):
    monkeypatch.setattr("pynn.backends.get_backend", lambda: backend)
    with pytest.raises(ValueError, match=f"the backend '{backend}' computes .*set_backend"):
        model_of().profile(X, Y)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_two_cores_do_more_than_none(dtype):
    assert threads.peak_flops(2, dtype, seconds=0.002) > 1e8
