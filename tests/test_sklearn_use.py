"""pynn.sklearn in scikit-learn's own tools, with a user's models, and what it says to wrong settings."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="about pynn.sklearn")

from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import pynn
from pynn import keras
from pynn.sklearn import MLPClassifier, MLPRegressor, Perceptron

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
X, Y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)
QUICK = {"hidden_layer_sizes": (8,), "max_iter": 60, "learning_rate_init": 0.02, "random_state": 0}


@pytest.mark.parametrize("search", ["grid", "random"])
def test_searches_in_two_processes(search):
    steps = make_pipeline(StandardScaler(), MLPClassifier(**QUICK))
    choice = {"mlpclassifier__alpha": [1e-4, 1.0], "mlpclassifier__hidden_layer_sizes": [(3,), (8,)]}
    if search == "grid":
        found = GridSearchCV(steps, choice, cv=3, n_jobs=2).fit(X, Y)
    else:
        found = RandomizedSearchCV(steps, choice, n_iter=3, cv=3, n_jobs=2, random_state=0).fit(X, Y)
    assert found.best_score_ > 0.9
    alone = clone(steps).set_params(**found.best_params_).fit(X, Y)
    np.testing.assert_array_equal(found.predict_proba(X), alone.predict_proba(X))


@pytest.mark.parametrize("estimator", [MLPClassifier(**QUICK), Perceptron()])
def test_cross_validation_and_calibration(estimator):
    assert cross_val_score(estimator, X, Y, cv=3).mean() > 0.7
    assert CalibratedClassifierCV(estimator, cv=2).fit(X, Y).predict_proba(X).shape == (150, 3)


@pytest.mark.parametrize(
    "estimator",
    [MLPClassifier(**QUICK), MLPRegressor(**QUICK), Perceptron(), MLPClassifier(**QUICK, solver="sgd")],
)
def test_pickle_and_clone(estimator):
    estimator.fit(X, Y)
    again = pickle.loads(pickle.dumps(estimator))
    np.testing.assert_array_equal(again.predict(X), estimator.predict(X))
    for model in (again, estimator):  # training goes on alike
        model.partial_fit(X, Y)
    np.testing.assert_array_equal(again.predict(X), estimator.predict(X))
    assert not hasattr(clone(estimator), "n_features_in_")


def test_decision_boundary():
    matplotlib = pytest.importorskip("matplotlib", reason="about a picture")
    matplotlib.use("agg")
    from sklearn.inspection import DecisionBoundaryDisplay

    for estimator in (MLPClassifier(**QUICK), Perceptron()):
        display = DecisionBoundaryDisplay.from_estimator(
            estimator.fit(X[:, :2], Y), X[:, :2], response_method="predict"
        )
        assert display.response.shape == (100, 100)


def test_frames_and_sparse_rows():
    pandas = pytest.importorskip("pandas", reason="about frames")
    from scipy.sparse import csr_array

    frame = pandas.DataFrame(X, columns=list("abcd"))
    model = MLPClassifier(**QUICK).fit(frame, pandas.Series(Y))
    assert list(model.feature_names_in_) == list("abcd")
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame[["b", "a", "c", "d"]])
    sparse = MLPClassifier(**QUICK).fit(csr_array(X), Y)
    np.testing.assert_array_equal(sparse.predict_proba(csr_array(X)), model.predict_proba(frame))


def build(n_features, n_outputs):
    last = keras.layers.Dense(n_outputs, "softmax" if n_outputs > 1 else "sigmoid")
    hidden = [keras.layers.Dense(12, "gelu"), keras.layers.BatchNormalization(), keras.layers.Dropout(0.1)]
    return keras.Sequential([keras.Input((n_features,)), *hidden, last])


def linear(n_outputs):
    return keras.Sequential([keras.layers.Dense(6, "tanh"), keras.layers.Dense(n_outputs)])


@pytest.mark.parametrize("y", [Y, Y == 2], ids=["several", "two"])
@pytest.mark.parametrize("more", [{}, {"early_stopping": True}, {"solver": "sgd"}], ids=str)
def test_users_model(y, more):
    settings = QUICK | {"model": build, "batch_size": 32} | more
    model = MLPClassifier(**settings).fit(X, y)
    assert model.score(X, y) > (0.6 if more.get("early_stopping") else 0.9)  # of 14 rows held out
    assert len(model.loss_curve_) == model.n_iter_
    np.testing.assert_array_equal(MLPClassifier(**settings).fit(X, y).predict_proba(X), model.predict_proba(X))
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    if not more:
        assert again.partial_fit(X, y).loss_curve_[-1] < model.loss_curve_[0]


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_users_model_for_numbers(solver):
    model = MLPRegressor(**QUICK | {"model": linear, "solver": solver, "max_iter": 150}).fit(X[:, :3], X[:, 3])
    assert model.score(X[:, :3], X[:, 3]) > 0.85


def test_activation_of_keras():
    assert MLPClassifier(**QUICK | {"activation": "silu"}).fit(X, Y).score(X, Y) > 0.9


WRONG = [
    ({"solver": "rmsprop"}, "'solver' parameter of MLPClassifier must be 'adam', 'sgd' or 'lbfgs'. Got 'rmsprop'"),
    ({"alpha": -1.0}, r"'alpha' parameter of MLPClassifier must be a float in the range \[0, inf\)"),
    ({"hidden_layer_sizes": (5, 0)}, r"hidden_layer_sizes must be > 0.*\(5, 0\)"),
    ({"activation": "rellu"}, "'activation' parameter of MLPClassifier.*'rellu'"),
    ({"max_iter": 2.5}, "'max_iter' parameter of MLPClassifier must be an int"),
    ({"early_stopping": True, "validation_fraction": 0.001}, "validation set is too small"),
    ({"model": lambda: 3}, "model= must be a function that returns a Sequential, got int"),
    ({"model": lambda: linear(2)}, r"outputs of shape \(2,\), but y needs 3"),
    ({"model": lambda: linear(3)}, "the last layer must have activation='softmax'"),
]


@pytest.mark.parametrize(("settings", "said"), WRONG)
def test_what_is_said_to_wrong_settings(settings, said):
    with pytest.raises(ValueError, match=said):
        MLPClassifier(**QUICK | settings).fit(X, Y)


def test_what_is_said_to_compiled_models_and_lbfgs():
    def compiled():
        model = linear(3)
        model.compile("sgd", "mse")
        return model

    with pytest.raises(ValueError, match=r"returned a compiled model.*SKLearnClassifier"):
        MLPClassifier(model=compiled).fit(X, Y)
    with pytest.raises(AttributeError, match="partial_fit"):
        MLPClassifier(solver="lbfgs").partial_fit(X, Y)
    with pytest.raises(ValueError, match=r"'loss' parameter.*sizes are hidden_layer_sizes=\)\. Got \(30,\)"):
        MLPRegressor((30,)).fit(X, Y)
    with pytest.raises(ValueError, match=r"non-finite parameter weights.*StandardScaler"):
        MLPRegressor(solver="sgd", learning_rate_init=10.0).fit(X * 100, Y)


def test_reference_backend_computes_the_same():
    expected = MLPClassifier(**QUICK).fit(X, Y).coefs_
    before = pynn.get_backend()
    try:
        pynn.set_backend("reference")
        found = MLPClassifier(**QUICK).fit(X, Y).coefs_
    finally:
        pynn.set_backend(before)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)


def test_imported_when_asked_for():
    code = "import pynn, sys; pynn.sklearn; print('sklearn' in sys.modules); sys.modules['sklearn'] = None\n"
    code += "sys.modules['sklearn.base'] = None\ntry:\n    pynn.sklearn.Perceptron\n"
    code += "except ImportError as error:\n    print(error)"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=300, check=True)
    assert done.stdout.startswith("False")
    assert 'pip install "pynn-kernels[sklearn]"' in done.stdout
