"""What is held out, in which order it is seen, and what the history then says, as real Keras does it."""

from __future__ import annotations

import numpy as np
import pytest


def build(keras):
    layers = keras.layers
    model = keras.Sequential([keras.Input((6,)), layers.Dense(5, activation="tanh"), layers.Dense(3, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@pytest.mark.parametrize("share", [0.1, 0.25, 0.333, 0.99])
def test_split_takes_the_last_part(twins, data, same_history, share):
    pair = twins(build)
    same_history(*pair.fit(data.x, data.labels, validation_split=share, epochs=3))
    pair.assert_same_weights()


def test_split_is_taken_before_shuffling(keras, data):
    """The held-out rows are the last ones: spoiling their labels changes no weight."""
    weights = []
    spoiled = np.concatenate([data.labels[:150], (data.labels[150:] + 1) % 3])
    for labels in (data.labels, spoiled):
        keras.utils.set_random_seed(2)
        model = build(keras)
        model.fit(data.x, labels, validation_split=0.25, epochs=2, verbose=0)
        weights.append(model.get_weights())
    for w, v in zip(*weights, strict=True):
        np.testing.assert_array_equal(w, v)


def test_pair_of_held_out_rows(twins, data, same_history):
    pair = twins(build)
    held_out = (data.x[130:], data.labels[130:])
    same_history(*pair.fit(data.x[:130], data.labels[:130], validation_data=held_out, epochs=4))
    pair.assert_same_weights()


def test_given_rows_win_over_a_split(twins, data, same_history):
    pair = twins(build)
    held_out = (data.x[:50], data.labels[:50])
    same_history(*pair.fit(data.x, data.labels, validation_data=held_out, validation_split=0.5, epochs=2))
    pair.assert_same_weights()


def test_validation_batch_size_does_not_matter(twins, data, same_history):
    pair = twins(build)
    kwargs = {"validation_split": 0.3, "batch_size": 16, "validation_batch_size": 7}
    same_history(*pair.fit(data.x, data.labels, epochs=3, **kwargs))


def test_validation_every_other_epoch(twins, data, same_history):
    pair = twins(build)
    same_history(*pair.fit(data.x, data.labels, epochs=5, validation_split=0.3, validation_freq=2))


@pytest.mark.parametrize(("initial", "epochs"), [(2, 5), (5, 5), (7, 5), (0, 0)])
def test_initial_epoch(twins, data, same_history, initial, epochs):
    pair = twins(build)
    same_history(*pair.fit(data.x, data.labels, initial_epoch=initial, epochs=epochs))
    pair.assert_same_weights()


def test_history_stays_on_the_model(twins, data, same_history):
    pair = twins(build)
    first = pair.fit(data.x, data.labels, epochs=2)
    second = pair.fit(data.x, data.labels, epochs=1)
    same_history(*first)
    same_history(*second)
    for model, history in zip(pair.models, second, strict=True):
        assert model.history is history
