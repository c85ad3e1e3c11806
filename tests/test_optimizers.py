"""Optimizers: what their constructors refuse, older spellings, functions as rates, and names that `get` knows."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.mark.parametrize(("settings", "words"), [
    ({"clipnorm": 1.0, "clipvalue": 1.0}, "Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set"),
    ({"gradient_accumulation_steps": 1}, "`gradient_accumulation_steps` must be an integer >= 2"),
    ({"use_ema": True, "ema_momentum": 1.5}, "`ema_momentum` must be in the range"),
    ({"use_ema": True, "ema_overwrite_frequency": 0.5}, "`ema_overwrite_frequency` must be an integer >= 1"),
    ({"learning_rat": 0.1}, "not recognized"),
])  # fmt: skip
def test_mistakes(keras, settings, words):
    with pytest.raises(ValueError, match=words):
        keras.optimizers.SGD(**settings)


def test_a_near_name_is_shown(keras, is_oracle):
    if is_oracle:
        pytest.skip("Keras shows none")
    for word, near in (("learning_rat", "learning_rate"), ("nestorov", "nesterov"), ("clip_norm", "clipnorm")):
        with pytest.raises(ValueError, match=f"Did you mean '{near}'"):
            keras.optimizers.SGD(**{word: 1.0})


def test_older_spellings(keras, is_oracle):
    if is_oracle:
        pytest.skip("Keras 3 refuses them")
    from pynn import legacy

    legacy.reset()
    with pytest.warns(FutureWarning, match=r"SGD\(lr=…\).*learning_rate"):
        assert float(keras.optimizers.SGD(lr=0.5).learning_rate) == 0.5
    with pytest.warns(FutureWarning, match=r"SGD\(decay=…\).*InverseTimeDecay"):
        optimizer = keras.optimizers.SGD(0.5, decay=0.25)
    optimizer.iterations.assign(4)
    assert float(optimizer.learning_rate) == 0.25
    with pytest.warns(FutureWarning, match="learning_rate"):
        assert float(optimizer.lr) == 0.25


def test_a_function_as_the_rate(keras):
    optimizer = keras.optimizers.SGD(lambda: 0.5)
    weight = keras.Variable(np.ones(2, "float32"))
    optimizer.apply([np.ones(2, "float32")], [weight])
    np.testing.assert_allclose(np.asarray(weight), 0.5)
    assert optimizer.learning_rate == 0.5


def test_a_schedule_takes_the_place_of_a_number(keras):
    optimizer = keras.optimizers.SGD(0.5)
    assert len(optimizer.variables) == 2
    optimizer.learning_rate = keras.optimizers.schedules.ExponentialDecay(0.25, 10, 0.5)
    assert len(optimizer.variables) == 1
    assert float(optimizer.learning_rate) == 0.25


def test_names(keras):
    for name in ("SGD", "sgd", "Adam", "ADADELTA", "rmsprop", "nadam", "adamw", "ftrl", "Lion", "adafactor", "Muon"):
        assert type(keras.optimizers.get(name)).__name__.lower() == name.lower()
    assert keras.optimizers.get(None) is None


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.999, 1.0])
@pytest.mark.parametrize("done", [0, 300, 7_000, 60_000])
def test_the_bias_of_running_means_after_many_steps(beta, done):
    from pynn.optimizers import Adam

    optimizer = Adam()
    optimizer.iterations.assign(done)
    np.testing.assert_array_equal(
        optimizer._rest(beta, 200), 1 - float(np.float32(beta)) ** (done + np.arange(1.0, 201))
    )


@pytest.mark.parametrize("name", ["SGD", "Adam", "Adafactor", "Muon"])
def test_a_gradient_of_another_shape_is_refused(keras, is_oracle, name):
    if is_oracle:
        pytest.skip("Keras broadcasts it, or fails on the way")
    optimizer, weight = getattr(keras.optimizers, name)(), keras.Variable(np.ones((3, 4), "float32"), name="w")
    optimizer.build([weight])
    for gradient in (np.ones(1), np.ones((4, 3)), 1.0):
        with pytest.raises(ValueError, match=r"update_step: variable w has shape \(3, 4\), its gradient has shape \("):
            optimizer.update_step(gradient, weight, 0.1)
    np.testing.assert_array_equal(weight, np.ones((3, 4)))
