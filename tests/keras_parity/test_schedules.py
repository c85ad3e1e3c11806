"""Learning-rate schedules: every value, config and description is real Keras's."""

from __future__ import annotations

import numpy as np
import pytest

SCHEDULES = {
    "exponential": ("ExponentialDecay", {"decay_steps": 10, "decay_rate": 0.5}),
    "exponential, stairs": ("ExponentialDecay", {"decay_steps": 10, "decay_rate": 0.5, "staircase": True}),
    "inverse": ("InverseTimeDecay", {"decay_steps": 7, "decay_rate": 0.5}),
    "inverse, stairs": ("InverseTimeDecay", {"decay_steps": 7, "decay_rate": 0.5, "staircase": True, "name": "mine"}),
    "polynomial": ("PolynomialDecay", {"decay_steps": 20}),
    "polynomial, again": ("PolynomialDecay", {"decay_steps": 20, "power": 2.0, "cycle": True}),
    "pieces": ("PiecewiseConstantDecay", {"boundaries": [5, 10], "values": [1.0, 0.5, 0.25]}),
    "cosine": ("CosineDecay", {"decay_steps": 30, "alpha": 0.1}),
    "cosine, warm": ("CosineDecay", {"decay_steps": 30, "warmup_target": 0.5, "warmup_steps": 8}),
    "cosine, target alone": ("CosineDecay", {"decay_steps": 30, "warmup_target": 0.5}),
    "restarts": ("CosineDecayRestarts", {"first_decay_steps": 5}),
    "restarts, even": ("CosineDecayRestarts", {"first_decay_steps": 5, "t_mul": 1.0, "m_mul": 0.8, "alpha": 0.1}),
    "restarts, longer": ("CosineDecayRestarts", {"first_decay_steps": 5, "t_mul": 1.5, "m_mul": 0.8, "alpha": 0.1}),
}


def make(keras, name):
    cls, settings = SCHEDULES[name]
    first = {} if cls == "PiecewiseConstantDecay" else {"initial_learning_rate": 0.1}
    return getattr(keras.optimizers.schedules, cls)(**first, **settings)


@pytest.mark.parametrize("name", SCHEDULES)
def test_values(sides, name):
    ours, theirs = (make(side, name) for side in sides)
    steps = np.arange(64)
    expected = [float(theirs(int(step))) for step in steps]
    np.testing.assert_allclose([float(ours(int(step))) for step in steps], expected, rtol=1e-6, atol=2e-8)
    np.testing.assert_allclose(ours(steps), expected, rtol=1e-6, atol=2e-8)


@pytest.mark.parametrize("name", SCHEDULES)
def test_configs_both_ways(sides, name):
    mine, keras = sides
    ours, theirs = (make(side, name) for side in sides)
    assert ours.get_config() == theirs.get_config()
    assert list(ours.get_config()) == list(theirs.get_config())
    described = mine.optimizers.schedules.serialize(ours)
    assert described == keras.optimizers.schedules.serialize(theirs)
    assert keras.optimizers.schedules.deserialize(described).get_config() == theirs.get_config()
    assert mine.optimizers.schedules.deserialize(described).get_config() == ours.get_config()


@pytest.mark.parametrize("accumulate", [None, 2])
def test_an_optimizer_with_a_schedule_as_a_config(sides, accumulate):
    mine, keras = sides
    ours, theirs = (
        side.optimizers.Adam(make(side, "cosine"), gradient_accumulation_steps=accumulate, name="a") for side in sides
    )
    described = mine.optimizers.serialize(ours)
    assert described == keras.optimizers.serialize(theirs)
    assert mine.optimizers.get(described).get_config() == ours.get_config()
    made = keras.optimizers.get(mine.optimizers.serialize(ours))
    assert made.get_config() == theirs.get_config()


@pytest.mark.parametrize(("cls", "settings", "words"), [
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 0, "decay_rate": 0.5}, "decay_steps"),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": -1}, "decay_steps"),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 0}, "first_decay_steps"),
    ("PiecewiseConstantDecay", {"boundaries": [1, 2], "values": [0.1, 0.2]}, "1 less than the length of"),
])  # fmt: skip
def test_mistakes(sides, cls, settings, words):
    for keras in sides:
        with pytest.raises(ValueError, match=words):
            getattr(keras.optimizers.schedules, cls)(**settings)


def test_a_schedule_without_methods(sides):
    for keras in sides:
        bare = type("Bare", (keras.optimizers.schedules.LearningRateSchedule,), {})()
        with pytest.raises(NotImplementedError, match=r"Bare.*must override `__call__"):
            bare(0)
        with pytest.raises(NotImplementedError, match=r"Bare.*must override `get_config\(\)` in order"):
            bare.get_config()
