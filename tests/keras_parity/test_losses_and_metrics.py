"""Losses, metrics and activations called by hand, on arrays, against real Keras."""

from __future__ import annotations

import numpy as np
import pytest

RANDOM = np.random.default_rng(12)
LABELS = RANDOM.integers(0, 4, 9)
ONE_HOT = np.eye(4, dtype="float32")[LABELS]
PROBABILITIES = RANDOM.dirichlet(np.ones(4), 9).astype("float32")
LOGITS = RANDOM.normal(0, 3, (9, 4)).astype("float32")
ROW_WEIGHTS = RANDOM.uniform(0, 2, 9).astype("float32")

LOSSES = {
    "CategoricalCrossentropy": (ONE_HOT, {"label_smoothing": 0.1}),
    "SparseCategoricalCrossentropy": (LABELS, {}),
    "BinaryCrossentropy": (ONE_HOT, {"label_smoothing": 0.1}),
}


@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None])
@pytest.mark.parametrize("weights", [None, ROW_WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize("loss", LOSSES)
def test_crossentropies(sides, loss, from_logits, reduction, weights):
    target, settings = LOSSES[loss]
    prediction = LOGITS if from_logits else PROBABILITIES
    values = []
    for keras in sides:
        made = getattr(keras.losses, loss)(from_logits=from_logits, reduction=reduction, **settings)
        values.append(np.asarray(made(target, prediction, sample_weight=weights)))
    assert values[0].shape == values[1].shape
    np.testing.assert_allclose(*values, rtol=1e-5)


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum", "none"])
def test_mean_squared_error(sides, reduction):
    values = [np.asarray(k.losses.MeanSquaredError(reduction)(LOGITS, PROBABILITIES)) for k in sides]
    np.testing.assert_allclose(*values, rtol=1e-5)


FUNCTIONS = {
    "categorical_crossentropy": (ONE_HOT, PROBABILITIES),
    "sparse_categorical_crossentropy": (LABELS, PROBABILITIES),
    "binary_crossentropy": (ONE_HOT, PROBABILITIES),
    "mean_squared_error": (LOGITS, PROBABILITIES),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_loss_functions_give_one_number_a_row(sides, name):
    ours, theirs = (np.asarray(getattr(keras.losses, name)(*FUNCTIONS[name])) for keras in sides)
    assert ours.shape == theirs.shape == (9,)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_probabilities_of_zero_and_one_are_clipped(sides):
    """log(0) never shows: Keras clips to [epsilon, 1 - epsilon]."""
    certain = np.array([[1, 0, 0, 0], [0, 1, 0, 0]], "float32")
    wrong = certain[::-1].copy()
    for name, target in (("categorical_crossentropy", wrong), ("binary_crossentropy", wrong)):
        ours, theirs = (np.asarray(getattr(keras.losses, name)(target, certain)) for keras in sides)
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_probabilities_need_not_sum_to_one(sides):
    ours, theirs = (np.asarray(k.losses.categorical_crossentropy(ONE_HOT, 3 * PROBABILITIES)) for k in sides)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_large_logits_do_not_overflow(sides):
    logits = np.array([[1000, 0, 0, 0], [0, -1000, 0, 1000]], "float32")
    for loss, target in (("CategoricalCrossentropy", ONE_HOT[:2]), ("BinaryCrossentropy", ONE_HOT[:2])):
        ours, theirs = (np.asarray(getattr(k.losses, loss)(from_logits=True)(target, logits)) for k in sides)
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)


METRICS = {
    "BinaryAccuracy": (ONE_HOT, PROBABILITIES),
    "CategoricalAccuracy": (ONE_HOT, PROBABILITIES),
    "SparseCategoricalAccuracy": (LABELS, PROBABILITIES),
    "MeanSquaredError": (LOGITS, PROBABILITIES),
    "MeanAbsoluteError": (LOGITS, PROBABILITIES),
}


@pytest.mark.parametrize("name", METRICS)
def test_metrics_add_up(sides, name):
    """update_state twice, result, reset_state, once more with weights."""
    target, prediction = METRICS[name]
    results = []
    for keras in sides:
        metric = getattr(keras.metrics, name)()
        metric.update_state(target[:4], prediction[:4])
        metric.update_state(target[4:], prediction[4:])
        seen = [float(metric.result())]
        metric.reset_state()
        seen += [float(metric.result()), float(metric(target, prediction, sample_weight=ROW_WEIGHTS))]
        results.append(seen)
    np.testing.assert_allclose(*results, rtol=1e-5)


@pytest.mark.parametrize("name", ["linear", "sigmoid", "tanh", "relu", "softmax"])
def test_activations(sides, name):
    x = np.concatenate([LOGITS, 40 * LOGITS, np.zeros((1, 4), "float32")])
    ours, theirs = (np.asarray(getattr(keras.activations, name)(x)) for keras in sides)
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)


def test_relu_settings(sides):
    settings = {"negative_slope": 0.2, "max_value": 3.0, "threshold": 0.5}
    ours, theirs = (np.asarray(keras.activations.relu(LOGITS, **settings)) for keras in sides)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-7)


def test_softmax_axis(sides):
    ours, theirs = (np.asarray(keras.activations.softmax(LOGITS, axis=0)) for keras in sides)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)
