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
    """Rows in float32, whatever they come in."""

    def _rows(self, X):  # as the estimators have it
        return super()._rows(X).astype(np.float32)


class SingleClassifier(_Single, MLPClassifier):
    pass


class SingleRegressor(_Single, MLPRegressor):
    pass


@parametrize_with_checks([MLPClassifier(), MLPRegressor()])
def test_check(estimator, check):
    check(estimator)


# The rule learns from one row after another: a row that counts twice is one step of twice the length, not two steps.
# scikit-learn expects the same of its own perceptron, whose weights these are.
ONLINE = {
    f"check_sample_weight_equivalence_on_{kind}_data": "steps of another length are other steps"
    for kind in ("dense", "sparse")
}


@parametrize_with_checks([Perceptron()], expected_failed_checks=lambda estimator: ONLINE)
def test_check_of_perceptron(estimator, check):
    check(estimator)


# These compare numbers to more digits than float32 has, or want float64 back.
DOUBLE_ONLY = {
    "check_sample_weight_equivalence_on_dense_data",
    "check_sample_weight_equivalence_on_sparse_data",
    "check_regressor_multioutput",
}
SINGLE = [
    pytest.param(estimator, check, id=f"{type(estimator).__name__}-{check.func.__name__}")
    for kind in (SingleClassifier, SingleRegressor)
    for estimator, check in estimator_checks_generator(kind())
    if check.func.__name__ not in DOUBLE_ONLY
]


@pytest.mark.parametrize(("estimator", "check"), SINGLE)
def test_check_in_single_precision(estimator, check):
    check(estimator)
