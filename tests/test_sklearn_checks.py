"""scikit-learn's own checks of what an estimator must do, in both element types."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="about pynn.sklearn")

from sklearn.utils.estimator_checks import estimator_checks_generator, parametrize_with_checks

from pynn.sklearn import MLPClassifier, MLPRegressor, Perceptron

pytestmark = pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning",
    "ignore::sklearn.exceptions.DataConversionWarning",
    "ignore:Got `batch_size` less than 1",
)


class _Single:
    """Trained on rows in float32, whatever they come in."""

    def _checked(self, X, y, **how):  # as the estimators have it
        X, y = super()._checked(X, y, **how)
        return X.astype(np.float32), y


class SingleClassifier(_Single, MLPClassifier):
    pass


class SingleRegressor(_Single, MLPRegressor):
    pass


@parametrize_with_checks([MLPClassifier(), MLPRegressor(), Perceptron()])
def test_check(estimator, check):
    check(estimator)


# These want seven digits of two trainings that add the same numbers up in another order: float32 has them not.
# (scikit-learn's own MLPClassifier differs by 5e-4 here.)
DOUBLE_ONLY = {f"check_sample_weight_equivalence_on_{kind}_data" for kind in ("dense", "sparse")}
SINGLE = [
    pytest.param(estimator, check, id=f"{type(estimator).__name__}-{check.func.__name__}")
    for kind in (SingleClassifier, SingleRegressor)
    for estimator, check in estimator_checks_generator(kind())
    if check.func.__name__ not in DOUBLE_ONLY
]


@pytest.mark.parametrize(("estimator", "check"), SINGLE)
def test_check_in_single_precision(estimator, check):
    check(estimator)


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_weights_of_rows_in_single_precision(kind):
    random = np.random.default_rng(42)
    x, y, counts = random.random((15, 30), np.float32), random.integers(0, 3, 15), random.integers(0, 5, 15)
    found = [
        kind(random_state=0).fit(rows, targets, weights).predict(x)
        for rows, targets, weights in ((x, y, counts), (x.repeat(counts, axis=0), y.repeat(counts), None))
    ]
    assert found[0].dtype == (np.float32 if kind is MLPRegressor else y.dtype)
    np.testing.assert_allclose(*found, rtol=1e-3, atol=1e-3)
