"""scikit-learn's own checks of what an estimator must do, in both element types; none is expected to fail."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="about pynn.sklearn")

from sklearn.utils.estimator_checks import estimator_checks_generator, parametrize_with_checks

from pynn.sklearn import MLPClassifier, MLPRegressor

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
