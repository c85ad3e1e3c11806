"""Models as estimators of scikit-learn."""

from pynn.wrappers.build import KerasClassifier, KerasRegressor
from pynn.wrappers.sklearn import SKLearnClassifier, SKLearnRegressor, SKLearnTransformer

__all__ = ["KerasClassifier", "KerasRegressor", "SKLearnClassifier", "SKLearnRegressor", "SKLearnTransformer"]
