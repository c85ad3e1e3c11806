"""Estimators for scikit-learn: alone, and within its cross-validation, searches and pipelines."""

from __future__ import annotations

import numpy as np
import pytest

pynn = pytest.importorskip("pynn", reason="about pynn's own estimators")

from pynn import keras  # noqa: E402
from pynn.wrappers import KerasClassifier, KerasRegressor  # noqa: E402

X = np.random.default_rng(3).normal(size=(60, 4)).astype("float32")
LABELS = np.where(X[:, 0] > 0.5, "high", np.where(X[:, 0] < -0.5, "low", "mid"))
BINARY = (X[:, 1] > 0).astype(int)
NUMBERS = X @ np.array([1.0, -2, 0, 0.5], "float32")


def classifier(hidden=8, outputs=3, learning_rate=0.1, loss="sparse_categorical_crossentropy"):
    last = keras.layers.Dense(outputs, "softmax" if outputs > 1 else "sigmoid")
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(hidden, "tanh"), last])
    model.compile(keras.optimizers.SGD(learning_rate), loss, metrics=["accuracy"])
    return model


def regressor(learning_rate=0.1):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(learning_rate), "mse")
    return model


@pytest.mark.parametrize("loss", ["sparse_categorical_crossentropy", "categorical_crossentropy"])
def test_labels_of_any_type(loss):
    made = KerasClassifier(classifier, loss=loss, epochs=60, batch_size=10, verbose=0)
    history = made.fit(X, LABELS)
    assert len(history.history["loss"]) == 60
    assert list(made.classes_) == ["high", "low", "mid"]
    assert set(made.predict(X)) <= set(LABELS)
    assert made.score(X, LABELS) == np.mean(made.predict(X) == LABELS) > 0.9
    np.testing.assert_allclose(made.predict_proba(X).sum(1), 1, rtol=1e-6)


def test_one_sigmoid():
    made = KerasClassifier(model=classifier, outputs=1, loss="binary_crossentropy", epochs=40, verbose=0)
    made.fit(X, BINARY)
    assert made.predict(X).shape == (60,)
    assert made.predict_proba(X).shape == (60, 2)
    assert made.score(X, BINARY) > 0.9


def test_regressor():
    made = KerasRegressor(build_fn=regressor, epochs=40, verbose=0)
    made.fit(X, NUMBERS)
    assert made.predict(X).shape == (60,)
    np.testing.assert_allclose(made.predict(X), NUMBERS, atol=0.05)
    np.testing.assert_allclose(made.score(X, NUMBERS), -np.mean((made.predict(X) - NUMBERS) ** 2), rtol=1e-4)


def test_settings():
    made = KerasClassifier(classifier, hidden=3, epochs=2)
    assert made.get_params() == {"hidden": 3, "epochs": 2, "build_fn": classifier}
    assert made.set_params(hidden=5).sk_params["hidden"] == 5
    with pytest.raises(ValueError, match="hiden is not a legal parameter"):
        KerasClassifier(classifier, hiden=3)
    with pytest.raises(ValueError, match="is not fitted yet"):
        made.predict(X)
    with pytest.raises(TypeError, match="give build_fn"):
        KerasClassifier()


def test_subclass_that_builds():
    class Mine(KerasRegressor):
        def __call__(self, learning_rate=0.1):
            return regressor(learning_rate)

    assert Mine(epochs=1, verbose=0, learning_rate=0.01).fit(X, NUMBERS).epoch == [0]


def test_found_where_keras_2_had_them():
    with pytest.warns(FutureWarning, match=r"KerasClassifier: an older.*Today: keras\.wrappers\.SKLearnClassifier"):
        assert keras.wrappers.scikit_learn.KerasClassifier is KerasClassifier


def test_within_scikit_learn():
    selection = pytest.importorskip("sklearn.model_selection", reason="scikit-learn is optional")
    from sklearn.base import clone, is_classifier, is_regressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    made = KerasClassifier(build_fn=classifier, epochs=30, batch_size=10, verbose=0)
    assert is_classifier(made)
    assert is_regressor(KerasRegressor(regressor))
    assert clone(made).get_params() == made.get_params()
    scores = selection.cross_val_score(make_pipeline(StandardScaler(), made), X, LABELS, cv=3)
    assert scores.mean() > 0.7
    search = selection.GridSearchCV(made, {"hidden": [2, 8], "learning_rate": [1e-6, 0.1]}, cv=2)
    assert search.fit(X, LABELS).best_params_["learning_rate"] == 0.1
    assert search.best_estimator_.predict(X).shape == (60,)


def test_todays_estimators_within_scikit_learn():
    selection = pytest.importorskip("sklearn.model_selection", reason="scikit-learn is optional")
    settings = {"epochs": 60, "batch_size": 10, "verbose": 0}
    made = keras.wrappers.SKLearnClassifier(
        lambda X, y, hidden=8: classifier(hidden, y.shape[1], loss="categorical_crossentropy"), fit_kwargs=settings
    )
    assert selection.cross_val_score(made, X, LABELS, cv=3).mean() > 0.7
    made = keras.wrappers.SKLearnRegressor(lambda X, y: regressor(), fit_kwargs=settings)
    assert selection.cross_val_score(made, X, NUMBERS, cv=3).mean() > 0.95
    with pytest.raises(ValueError, match="Invalid parameter 'models'"):
        made.set_params(models=3)
