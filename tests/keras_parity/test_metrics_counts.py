"""Metrics that count answers or keep sums of their own, against real Keras: settings, weights, cuts, configs."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

# Keras's IoU asks JAX for int64 and gets int32.
pytestmark = pytest.mark.filterwarnings("ignore:Explicitly requested dtype")

RANDOM = np.random.default_rng(17)
ROWS, LABELS = 24, 3
BITS = RANDOM.integers(0, 2, (ROWS, LABELS)).astype("int32")
SHARES = RANDOM.uniform(0, 1, (ROWS, LABELS)).astype("float32")
NUMBERS = RANDOM.normal(0, 1, (ROWS, LABELS)).astype("float32")
OTHERS = (NUMBERS + RANDOM.normal(0, 0.5, (ROWS, LABELS))).astype("float32")
CLASSES, GUESSES = RANDOM.integers(0, 3, (2, ROWS)).astype("int32")
ONE_HOT = np.eye(3, dtype="float32")[CLASSES]
YES, SURE = BITS[:, 0], SHARES[:, 0]
WEIGHTS = RANDOM.uniform(0, 2, ROWS).astype("float32")
# Values that stand on thresholds.
STEPS = (RANDOM.integers(0, 5, (ROWS, LABELS)) / 4).astype("float32")


def family(classes, settings, target, prediction):
    return {f"{c} {s}": (c, s, target, prediction) for c in classes for s in settings}


COUNTS = ["TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives"]
THRESHOLDS = [{}, {"thresholds": 0.3}, {"thresholds": [0.8, 0.2]}, {"thresholds": [0, 0.5, 1]}, {"thresholds": [0.0]}]
TOP = [{"top_k": 2}, {"top_k": 1, "thresholds": [0.3, 0.9]}, {"class_id": 1}, {"class_id": 2, "top_k": 2}]
POINTS = [
    ("SensitivityAtSpecificity", "specificity"),
    ("SpecificityAtSensitivity", "sensitivity"),
    ("PrecisionAtRecall", "recall"),
    ("RecallAtPrecision", "precision"),
]
AREAS = [
    {},
    {"num_thresholds": 5},
    {"thresholds": [0.9, 0.2]},
    {"thresholds": [0.25, 0.5, 0.75]},
    {"curve": "PR"},
    {"curve": "PRGAIN"},
    {"curve": "pr", "summation_method": "minoring"},
    {"summation_method": "Majoring"},
    {"from_logits": True},
    {"num_thresholds": 2},
]
SEVERAL = [
    {"multi_label": True},
    {"multi_label": True, "num_labels": 3, "label_weights": [0.2, 0.3, 0.5]},
    {"multi_label": True, "curve": "PR", "num_thresholds": 7},
    {"label_weights": [1.0, 2.0, 0.5]},
]
SCORES = [
    {},
    {"average": "micro"},
    {"average": "macro"},
    {"average": "weighted"},
    {"threshold": 0.4},
    {"threshold": 0.4, "average": "macro"},
]
R2 = [
    {},
    {"class_aggregation": None},
    {"class_aggregation": "variance_weighted_average"},
    {"num_regressors": 2},
]
REAL = {"dtype": "float32"}
CASES = (
    family([*COUNTS, "Precision", "Recall"], THRESHOLDS, BITS, SHARES)
    | family(["TruePositives", "Recall"], [{"thresholds": [0.25, 0.5]}], BITS, STEPS)
    | family(["Precision", "Recall"], TOP, BITS, SHARES)
    | family(["AUC"], AREAS, YES, SURE)
    | family(["AUC"], SEVERAL, BITS, SHARES)
    | {"AUC on thresholds": ("AUC", {"num_thresholds": 5}, BITS, STEPS)}
    | {f"{c} {v}": (c, {a: v}, YES, SURE) for c, a in POINTS for v in (0.0, 0.6, 0.95)}
    | {f"{c} coarse": (c, {a: 0.6, "num_thresholds": 5}, YES, SURE) for c, a in POINTS}
    | {f"{c} of a class": (c, {a: 0.5, "class_id": 1, "num_thresholds": 1}, BITS, SHARES) for c, a in POINTS}
    | family(["F1Score"], SCORES, BITS, SHARES)
    | family(["FBetaScore"], [s | {"beta": 2.0} for s in SCORES], BITS, SHARES)
    | family(["R2Score"], R2, NUMBERS, OTHERS)
    | family(["IoU"], [{"num_classes": 3, "target_class_ids": [0, 2]} | REAL], CLASSES, GUESSES)
    | family(["MeanIoU"], [{"num_classes": n} | REAL for n in (3, 4)], CLASSES, GUESSES)
    | family(["MeanIoU"], [{"num_classes": 3, "ignore_class": 1} | REAL], CLASSES, GUESSES)
    | family(["MeanIoU"], [{"num_classes": 3, "sparse_y_pred": False} | REAL], CLASSES, SHARES)
    | family(["OneHotIoU"], [{"num_classes": 3, "target_class_ids": (0, 2)} | REAL], ONE_HOT, SHARES)
    | family(["OneHotMeanIoU"], [{"num_classes": 3} | REAL], ONE_HOT, SHARES)
    | family(["OneHotMeanIoU"], [{"num_classes": 3, "sparse_y_pred": True} | REAL], ONE_HOT, GUESSES)
    | family(["BinaryIoU"], [REAL, {"target_class_ids": [1], "threshold": 0.3} | REAL], YES, SURE)
    | family(["PearsonCorrelation", "ConcordanceCorrelation"], [{}, {"axis": 0}], NUMBERS, OTHERS)
)
TOLERANCE = {"rtol": 2e-5, "atol": 1e-5}


def make(keras, case):
    cls, settings, *_ = CASES[case]
    return getattr(keras.metrics, cls)(**settings)


def numbers(result):
    return np.asarray(result, "float64")


def same(ours, theirs):
    for mine, other in zip(ours, theirs, strict=True):
        assert np.shape(mine) == np.shape(other)
        np.testing.assert_allclose(numbers(mine), numbers(other), **TOLERANCE)


@pytest.mark.parametrize("case", CASES)
def test_counts(sides, case):
    _, settings, target, prediction = CASES[case]
    seen = []
    for keras in sides:
        metric = make(keras, case)
        results = [metric(target[:9], prediction[:9]), metric(target[9:], prediction[9:])]
        metric.reset_state()
        weights = WEIGHTS[:LABELS] if settings.get("axis") == 0 else WEIGHTS
        results += [metric(target, prediction, sample_weight=weights)]
        assert {str(numbers(r).dtype) for r in results} == {"float64"}
        assert str(np.asarray(results[0]).dtype) == "float32"
        seen.append(results)
    same(*seen)


@pytest.mark.parametrize("case", CASES)
def test_cuts_do_not_matter(keras, case):
    """Whole batches matter to a metric only if it says so."""
    _, _, target, prediction = CASES[case]
    whole, parts = make(keras, case), make(keras, case)
    whole.update_state(target, prediction)
    for lo, hi in ((0, 1), (1, 15), (15, ROWS)):
        parts.update_state(target[lo:hi], prediction[lo:hi])
    if not whole.by_batch:
        np.testing.assert_allclose(numbers(parts.result()), numbers(whole.result()), **TOLERANCE)
    assert whole.by_batch == (CASES[case][1].get("axis") == 0)


@pytest.mark.parametrize("case", CASES)
def test_configs_both_ways(on_both, sides, case):
    ours, theirs = on_both(lambda keras: make(keras, case))
    mine, other = ours.get_config(), theirs.get_config()
    if other.get("label_weights") is not None:  # Keras gives an array
        other["label_weights"] = np.asarray(other["label_weights"], "float64").round(6).tolist()
    assert mine == other
    assert list(mine) == list(other)
    assert repr(ours) == repr(theirs)
    assert getattr(ours, "_direction", None) == getattr(theirs, "_direction", None)
    assert type(ours).from_config(other).get_config() == mine
    assert list(type(theirs).from_config(mine).get_config()) == list(other)
    assert sides[0].metrics.deserialize(sides[0].metrics.serialize(ours)).get_config() == mine


@pytest.mark.parametrize("case", [c for c in CASES if "IoU" not in c and "axis" not in c])
def test_weights_for_every_output(sides, case):
    cls, settings, target, prediction = CASES[case]
    if np.ndim(target) < 2 or "class_id" in settings or cls in ("F1Score", "FBetaScore") or "orrelation" in cls:
        pytest.skip("one weight a row")
    seen = [[make(keras, case)(target, prediction, sample_weight=SHARES)] for keras in sides]
    same(*seen)


WRONG = {
    "Precision": [{"thresholds": [0.2, 1.5]}, {"thresholds": -0.1}, {"thresholds": [None]}],
    "AUC": [{"num_thresholds": 1}, {"curve": "x"}, {"summation_method": "x"}, {"num_labels": 3}],
    "SensitivityAtSpecificity": [{"specificity": 2}, {"specificity": 0.5, "num_thresholds": 0}],
    "RecallAtPrecision": [{"precision": -1}],
    "F1Score": [{"average": "x"}, {"threshold": 2.0}, {"threshold": "a"}, {"threshold": 0.0}, {"threshold": 1}],
    "FBetaScore": [{"beta": 0.0}, {"beta": 1}, {"beta": "a"}],
    "R2Score": [{"class_aggregation": "x"}, {"num_regressors": -1}],
    "IoU": [{"num_classes": 2, "target_class_ids": [5]}],
    "BinaryIoU": [{"target_class_ids": [2]}],
}


@pytest.mark.parametrize(("cls", "settings"), [(c, s) for c, given in WRONG.items() for s in given])
def test_wrong_settings(sides, cls, settings):
    """The same class of error, with the words of Keras's first sentence."""
    said = []
    for keras in sides:
        with pytest.raises(ValueError, match=r"Received|out of range|needed only|Expected|must be") as caught:
            getattr(keras.metrics, cls)(**settings)
        said.append(str(caught.value))
    assert said[1].split(".")[0].split(" of type")[0] in said[0]


DATA = {
    "F1Score of vectors": ("F1Score", YES, SURE, "2D inputs with shape"),
    "R2Score of vectors": ("R2Score", SURE, SURE, "2D inputs with shape"),
    "labels of a vector": ("AUC", YES, SURE, "must have rank 2 when `multi_label=True`"),
    "other rows": ("Precision", BITS[:3], SHARES, "incompatible shapes for broadcasting"),
    "other outputs": ("TruePositives", BITS[:, 0], SHARES, "incompatible shapes for broadcasting"),
}


@pytest.mark.parametrize("case", DATA)
def test_wrong_data(sides, case):
    cls, target, prediction, words = DATA[case]
    for keras in sides:
        metric = getattr(keras.metrics, cls)(**({"multi_label": True} if cls == "AUC" else {}))
        with pytest.raises((ValueError, TypeError), match=words):
            metric.update_state(target, prediction)


def test_before_any_data(sides):
    for keras in sides:
        empty = ["AUC", "Precision", "Recall", "TruePositives"]
        assert [float(getattr(keras.metrics, name)().result()) for name in empty] == [0] * 4
        assert float(keras.metrics.MeanIoU(2).result()) == 0


def test_constant_targets(sides):
    seen = []
    for keras in sides:
        seen.append([float(keras.metrics.R2Score()([[1], [1.0]], y)) for y in ([[1], [3.0]], [[1], [1.0]])])
        areas = [keras.metrics.AUC()(np.ones(4), SURE[:4]), keras.metrics.AUC()(YES, 3 * SURE - 1)]
        seen[-1] += map(float, areas)
    np.testing.assert_array_equal(seen[0][:3], seen[1][:3])
    np.testing.assert_allclose(seen[0][3], seen[1][3], rtol=1e-5)


def test_weights_that_are_cut(sides):
    """Integer counts cut the weights, and say so."""
    seen = []
    for keras in sides:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            seen.append(float(keras.metrics.MeanIoU(3)(CLASSES, GUESSES, sample_weight=3.7 * WEIGHTS)))
        assert any("You are passing weight as `float`, but dtype is `int`" in str(w.message) for w in caught)
    np.testing.assert_allclose(*seen, rtol=1e-6)


def test_too_many_regressors(sides):
    seen = []
    for keras in sides:
        for inputs, words in ((3, "Division by zero"), (9, "More independent predictors than datapoints")):
            with pytest.warns(UserWarning, match=words):
                score = keras.metrics.R2Score(num_regressors=inputs)([[1.0], [2], [3], [5]], [[1.1], [2], [3], [4]])
            seen.append(float(score))
    np.testing.assert_allclose(seen[:2], seen[2:], rtol=1e-5)


def test_attributes(sides):
    for name in ("thresholds", "num_thresholds"):
        ours, theirs = (getattr(keras.metrics.AUC(num_thresholds=4), name) for keras in sides)
        np.testing.assert_allclose(ours, theirs)
    metric, other = (keras.metrics.AUC(curve="PR") for keras in sides)
    same([metric(YES, SURE), metric.interpolate_pr_auc()], [other(YES, SURE), other.interpolate_pr_auc()])
    assert [v.path for v in metric.variables] == [v.path.replace(other.name, metric.name) for v in other.variables]
