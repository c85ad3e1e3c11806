"""Metrics that are means over rows, on arrays, against real Keras: settings, shapes, weights, resets, configs."""

from __future__ import annotations

import numpy as np
import pytest

RANDOM = np.random.default_rng(31)
ROWS, CLASSES = 10, 6
LABELS = RANDOM.integers(0, CLASSES, ROWS)
ONE_HOT = np.eye(CLASSES, dtype="float32")[LABELS]
PROBABILITIES = RANDOM.dirichlet(np.ones(CLASSES), ROWS).astype("float32")
NUMBERS = RANDOM.normal(0, 2, (ROWS, CLASSES)).astype("float32")
OTHERS = RANDOM.normal(0, 2, (ROWS, CLASSES)).astype("float32")
BITS = RANDOM.integers(0, 2, (ROWS, CLASSES)).astype("float32")
SIGNS = 2 * BITS - 1
COUNTS = RANDOM.poisson(2.0, (ROWS, CLASSES)).astype("float32")
ROW_WEIGHTS = RANDOM.uniform(0, 2, ROWS).astype("float32")
RANKED = np.argsort(-PROBABILITIES, axis=1)

CASES = {
    "Accuracy": ("Accuracy", {}, COUNTS, COUNTS.round() % 3),
    "BinaryAccuracy": ("BinaryAccuracy", {}, BITS, PROBABILITIES),
    "BinaryAccuracy, threshold": ("BinaryAccuracy", {"threshold": 0.1}, BITS, PROBABILITIES),
    "BinaryAccuracy of logits": ("BinaryAccuracy", {"threshold": 0.0}, BITS, NUMBERS),
    "CategoricalAccuracy": ("CategoricalAccuracy", {}, ONE_HOT, PROBABILITIES),
    "SparseCategoricalAccuracy": ("SparseCategoricalAccuracy", {}, LABELS, PROBABILITIES),
    "SparseCategoricalAccuracy, column": ("SparseCategoricalAccuracy", {}, LABELS[:, None], PROBABILITIES),
    "TopKCategoricalAccuracy": ("TopKCategoricalAccuracy", {"k": 3}, ONE_HOT, PROBABILITIES),
    "TopKCategoricalAccuracy, default": ("TopKCategoricalAccuracy", {}, ONE_HOT, PROBABILITIES),
    "TopKCategoricalAccuracy, ties": ("TopKCategoricalAccuracy", {"k": 2}, ONE_HOT, COUNTS),
    "TopKCategoricalAccuracy, all": ("TopKCategoricalAccuracy", {"k": 20}, ONE_HOT, PROBABILITIES),
    "SparseTopKCategoricalAccuracy": ("SparseTopKCategoricalAccuracy", {"k": 2}, LABELS, PROBABILITIES),
    "SparseTopKCategoricalAccuracy, column": ("SparseTopKCategoricalAccuracy", {"k": 2}, LABELS[:, None], NUMBERS),
    "SparseTopKCategoricalAccuracy, ids": (
        "SparseTopKCategoricalAccuracy",
        {"k": 2, "from_sorted_ids": True},
        LABELS,
        RANKED,
    ),
    "MeanSquaredError": ("MeanSquaredError", {}, NUMBERS, OTHERS),
    "RootMeanSquaredError": ("RootMeanSquaredError", {}, NUMBERS, OTHERS),
    "MeanAbsoluteError": ("MeanAbsoluteError", {}, NUMBERS, OTHERS),
    "MeanAbsolutePercentageError": ("MeanAbsolutePercentageError", {}, NUMBERS, OTHERS),
    "MeanAbsolutePercentageError, zeros": ("MeanAbsolutePercentageError", {}, BITS, PROBABILITIES),
    "MeanSquaredLogarithmicError": ("MeanSquaredLogarithmicError", {}, COUNTS, np.abs(OTHERS)),
    "MeanSquaredLogarithmicError, negative": ("MeanSquaredLogarithmicError", {}, NUMBERS, OTHERS),
    "CosineSimilarity": ("CosineSimilarity", {}, NUMBERS, OTHERS),
    "CosineSimilarity, zeros": ("CosineSimilarity", {}, NUMBERS * BITS[:, :1], 1e-9 * OTHERS),
    "CosineSimilarity, first axis": ("CosineSimilarity", {"axis": 0}, NUMBERS, OTHERS),
    "LogCoshError": ("LogCoshError", {}, NUMBERS, 20 * OTHERS),
    "Hinge": ("Hinge", {}, SIGNS, NUMBERS),
    "Hinge of bits": ("Hinge", {}, BITS, NUMBERS),
    "Hinge of others": ("Hinge", {}, OTHERS, NUMBERS),
    "SquaredHinge": ("SquaredHinge", {}, SIGNS, NUMBERS),
    "SquaredHinge of bits": ("SquaredHinge", {}, BITS, NUMBERS),
    "CategoricalHinge": ("CategoricalHinge", {}, ONE_HOT, NUMBERS),
    "KLDivergence": ("KLDivergence", {}, PROBABILITIES[::-1], PROBABILITIES),
    "KLDivergence, zeros": ("KLDivergence", {}, ONE_HOT, PROBABILITIES),
    "Poisson": ("Poisson", {}, COUNTS, np.abs(OTHERS)),
    "BinaryCrossentropy": ("BinaryCrossentropy", {}, BITS, PROBABILITIES),
    "BinaryCrossentropy, settings": (
        "BinaryCrossentropy",
        {"from_logits": True, "label_smoothing": 0.2, "name": "mine"},
        BITS,
        5 * NUMBERS,
    ),
    "BinaryCrossentropy, smooth": ("BinaryCrossentropy", {"label_smoothing": 0.1}, BITS, BITS[::-1]),
    "CategoricalCrossentropy": ("CategoricalCrossentropy", {}, ONE_HOT, PROBABILITIES),
    "CategoricalCrossentropy, smooth": ("CategoricalCrossentropy", {"label_smoothing": 0.1}, ONE_HOT, ONE_HOT[::-1]),
    "CategoricalCrossentropy, logits": (
        "CategoricalCrossentropy",
        {"from_logits": True, "label_smoothing": 0.3},
        ONE_HOT,
        9 * NUMBERS,
    ),
    "CategoricalCrossentropy, first axis": ("CategoricalCrossentropy", {"axis": 0}, ONE_HOT, PROBABILITIES),
    "SparseCategoricalCrossentropy": ("SparseCategoricalCrossentropy", {}, LABELS, PROBABILITIES),
    "SparseCategoricalCrossentropy, column": ("SparseCategoricalCrossentropy", {}, LABELS[:, None], PROBABILITIES),
    "SparseCategoricalCrossentropy, logits": ("SparseCategoricalCrossentropy", {"from_logits": True}, LABELS, NUMBERS),
    "SparseCategoricalCrossentropy, ignore": (
        "SparseCategoricalCrossentropy",
        {"ignore_class": int(LABELS[0])},
        LABELS,
        PROBABILITIES,
    ),
}
TOLERANCE = {"rtol": 1e-5, "atol": 2e-6}


def numbers(result):
    return np.asarray(result, "float64")


def history_of(keras, case):
    """The results after each of: two calls, a reset, weights, weights in a column, one weight for all."""
    cls, settings, target, prediction = CASES[case]
    metric = getattr(keras.metrics, cls)(**settings)
    seen = [numbers(metric(target[:4], prediction[:4])), numbers(metric(target[4:], prediction[4:]))]
    metric.reset_state()
    seen.append(numbers(metric.result()))
    column = settings.get("axis") == 0 or (np.ndim(target) == 2 and np.shape(target)[1] == 1)
    for weights in (ROW_WEIGHTS, ROW_WEIGHTS[:, None], 2.0):
        if settings.get("axis") == 0:  # then there is a value for each column
            weights = weights if np.ndim(weights) == 0 else weights[:CLASSES]
        if np.ndim(weights) == 2 and column:
            continue
        metric.update_state(target, prediction, sample_weight=weights)
        seen.append(numbers(metric.result()))
    return seen


@pytest.mark.parametrize("case", CASES)
def test_row_means(sides, case):
    ours, theirs = (history_of(keras, case) for keras in sides)
    np.testing.assert_allclose(ours, theirs, **TOLERANCE)


@pytest.mark.parametrize("case", CASES)
def test_configs_both_ways(on_both, sides, case):
    cls, settings, *_ = CASES[case]
    ours, theirs = on_both(lambda keras: getattr(keras.metrics, cls)(**settings))
    assert ours.get_config() == theirs.get_config()
    assert list(ours.get_config()) == list(theirs.get_config())
    assert repr(ours) == repr(theirs)
    assert getattr(ours, "_direction", None) == getattr(theirs, "_direction", None)
    for side, metric in zip(sides, (theirs, ours), strict=True):
        again = getattr(side.metrics, cls).from_config(metric.get_config())
        assert again.get_config() == metric.get_config()
    assert sides[0].metrics.serialize(ours) == sides[1].metrics.serialize(theirs)
    assert sides[0].metrics.deserialize(sides[1].metrics.serialize(theirs)).get_config() == ours.get_config()


SHAPES = {
    "vectors": ((5,), (5,), None),
    "column of predictions": ((5,), (5, 1), (5,)),
    "column of targets": ((5, 1), (5,), (5,)),
    "columns": ((5, 1), (5, 1), (5, 1)),
    "broadcast targets": ((5, 1), (5, 3), (5,)),
    "three axes": ((4, 2, 3), (4, 2, 3), None),
    "three axes, row weights": ((4, 2, 3), (4, 2, 3), (4,)),
    "three axes, weights": ((4, 2, 3), (4, 2, 3), (4, 2)),
    "three axes, wide weights": ((4, 2, 3), (4, 2, 3), (4, 2, 1)),
    "column more": ((4, 2), (4, 2, 1), (4,)),
    "column less": ((4, 2, 1), (4, 2), (4,)),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("cls", ["MeanSquaredError", "BinaryAccuracy", "Accuracy", "RootMeanSquaredError"])
def test_shapes(sides, cls, shape):
    random = np.random.default_rng(3)
    target, prediction, weights = (
        None if s is None else random.uniform(0, 2, s).astype("float32") for s in SHAPES[shape]
    )
    target = target.round() % 2
    seen = []
    for keras in sides:
        metric = getattr(keras.metrics, cls)()
        metric.update_state(target, prediction, sample_weight=weights)
        seen.append([float(metric.total), float(metric.count), float(metric.result())])
    np.testing.assert_allclose(*seen, rtol=1e-5)


WRONG = {
    "other shape": ("BinaryCrossentropy", (4,), (4, 1), None, "must have the same shape"),
    "one-hot and labels": ("CategoricalCrossentropy", (4,), (4, 3), None, "must have the same shape"),
    "labels and one-hot": ("SparseCategoricalCrossentropy", (4, 3), (4, 3), None, "up until the last dimension"),
    "weights of other length": ("MeanSquaredError", (4, 3), (4, 3), (3,), "broadcast"),
    "weights for outputs": ("MeanSquaredError", (4, 3), (4, 3), (4, 3), "Cannot broadcast to shape"),
    "no rows in common": ("MeanAbsoluteError", (4, 3), (5, 3), None, "incompatible shapes for broadcasting"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_shapes(sides, case):
    cls, target, prediction, weights, words = WRONG[case]
    for keras in sides:
        metric = getattr(keras.metrics, cls)()
        with pytest.raises((ValueError, TypeError), match=words):
            metric.update_state(
                np.ones(target), np.ones(prediction), sample_weight=None if weights is None else np.ones(weights)
            )


FUNCTIONS = {
    "binary_accuracy": (BITS, PROBABILITIES, {"threshold": 0.2}),
    "categorical_accuracy": (ONE_HOT, PROBABILITIES, {}),
    "sparse_categorical_accuracy": (LABELS, PROBABILITIES, {}),
    "top_k_categorical_accuracy": (ONE_HOT, PROBABILITIES, {"k": 3}),
    "sparse_top_k_categorical_accuracy": (LABELS[:, None], PROBABILITIES, {"k": 3}),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(sides, name):
    target, prediction, settings = FUNCTIONS[name]
    ours, theirs = (np.asarray(getattr(k.metrics, name)(target, prediction, **settings)) for k in sides)
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs)


MEANS = {
    "plain": ([1, 3, 5, 7], None),
    "weights": ([1, 3, 5, 7], [1, 1, 0, 0]),
    "number": (3.0, None),
    "number and weight": (3.0, 2.0),
    "table": ([[1, 2], [3, 4]], None),
    "table, row weights": ([[1, 2], [3, 4]], [1, 0]),
    "table of weights": ([[1, 2], [3, 4]], [[1, 0], [0, 1]]),
    "column of weights": ([[1, 2], [3, 4]], [[1], [3]]),
    "no weight": ([1, 2], [0, 0]),
}


@pytest.mark.parametrize("case", MEANS)
def test_mean_and_sum(sides, case):
    seen = []
    for keras in sides:
        mean, total = keras.metrics.Mean(), keras.metrics.Sum()
        for metric in (mean, total):
            metric.update_state(*MEANS[case])
            metric.update_state([2.0, 5.0])
        seen.append([float(mean.result()), float(mean.count), float(mean.total), float(total.result())])
    np.testing.assert_allclose(*seen)


def test_without_data(sides):
    for keras in sides:
        assert [float(getattr(keras.metrics, n)().result()) for n in ("Mean", "Sum", "MeanSquaredError")] == [0, 0, 0]
