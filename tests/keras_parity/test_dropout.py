"""Dropout draws another mask than Keras's generator would; everything else about it is Keras's."""

from __future__ import annotations

import numpy as np
import pytest


def model_of(keras, rate, seed, units=400):
    model = keras.Sequential([keras.Input((units,)), keras.layers.Dropout(rate, seed=seed)])
    model.compile("sgd", "mse")
    return model


ONES = np.ones((250, 400), "float32")
ZEROS = np.zeros((250, 400), "float32")


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_kept_values_are_scaled(keras, rate):
    """Each value is 0 or x / (1 - rate), so that the expectation is x."""
    y = np.asarray(model_of(keras, rate, 1)(ONES, training=True))
    np.testing.assert_allclose(np.unique(y), [0, 1 / (1 - rate)], rtol=1e-6)
    # 100,000 draws: five standard deviations of the share that is dropped.
    assert (y == 0).mean() == pytest.approx(rate, abs=5 * (rate * (1 - rate) / y.size) ** 0.5)


def test_rows_and_columns_are_independent(keras):
    kept = np.asarray(model_of(keras, 0.5, 1)(ONES, training=True)) > 0
    assert kept.mean(0) == pytest.approx(0.5, abs=6 * 0.5 / 250**0.5)
    assert kept.mean(1) == pytest.approx(0.5, abs=6 * 0.5 / 400**0.5)
    agree = (kept[:, 1:] == kept[:, :-1]).mean(), (kept[1:] == kept[:-1]).mean()
    assert agree == pytest.approx((0.5, 0.5), abs=5 * 0.5 / kept.size**0.5)


@pytest.mark.parametrize("rate", [0, 0.3, 0.999])
def test_nothing_is_dropped_outside_training(keras, rate):
    model = model_of(keras, rate, 1)
    np.testing.assert_array_equal(model.predict(ONES, verbose=0), ONES)
    np.testing.assert_array_equal(np.asarray(model(ONES)), ONES)
    assert model.evaluate(ONES, ZEROS, verbose=0) == pytest.approx(1)


def test_rate_zero_and_one(keras):
    np.testing.assert_array_equal(np.asarray(model_of(keras, 0, 1)(ONES, training=True)), ONES)
    np.testing.assert_array_equal(np.asarray(model_of(keras, 1, 1)(ONES, training=True)), ZEROS)


def test_every_step_draws_a_new_mask(keras):
    """Mean of (mask / (1 - rate))² is 1 / (1 - rate) in expectation, and differs from step to step."""
    losses = model_of(keras, 0.4, 3).fit(ONES, ZEROS, epochs=4, verbose=0).history["loss"]
    assert losses == pytest.approx([1 / 0.6] * 4, rel=0.02)
    assert len(set(losses)) == 4


def network(keras, seed):
    layers = keras.layers
    model = keras.Sequential([keras.Input((6,)), layers.Dense(40, "relu"), layers.Dropout(0.5, seed=seed)])
    model.add(layers.Dense(3, "softmax"))
    model.compile("adam", "categorical_crossentropy")
    model.set_weights([np.random.default_rng(5).normal(0, 0.3, w.shape) for w in model.get_weights()])
    return model


def trained(keras, data, seed, epochs=3):
    model = network(keras, seed)
    model.fit(data.x, data.one_hot, epochs=epochs, shuffle=False, verbose=0)
    return np.concatenate([w.ravel() for w in model.get_weights()])


def test_one_seed_one_training(keras, data):
    np.testing.assert_array_equal(trained(keras, data, 7), trained(keras, data, 7))
    assert (trained(keras, data, 7) != trained(keras, data, 8)).any()


def test_the_global_seed_counts_where_none_is_given(keras, data):
    runs = []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(seed)
        runs.append(trained(keras, data, None))
    np.testing.assert_array_equal(runs[0], runs[1])
    assert (runs[0] != runs[2]).any()


def test_dropout_takes_nothing_from_the_shuffle(sides, data):
    """A Dropout layer leaves NumPy's global generator where Keras's leaves it."""
    states = []
    for keras in sides:
        keras.utils.set_random_seed(9)
        network(keras, None).fit(data.x, data.one_hot, epochs=2, verbose=0)
        states.append(np.random.randint(10**9))
    assert states[0] == states[1]


def test_it_learns_as_keras_does_on_average(twins, data):
    """Different masks, the same distribution: the losses of long trainings agree to a few per cent."""

    pair = twins(lambda keras: network(keras, 1))
    ours, theirs = (h.history["loss"] for h in pair.fit(data.x, data.one_hot, epochs=40, shuffle=False))
    assert np.mean(ours[-20:]) == pytest.approx(np.mean(theirs[-20:]), rel=0.12)
    ours, theirs = pair.evaluate(data.x, data.one_hot)
    assert ours == pytest.approx(theirs, rel=0.12)
