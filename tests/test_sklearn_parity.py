"""pynn.sklearn beside scikit-learn's own networks: the same trainings from the same random_state."""

from __future__ import annotations

import inspect
import warnings

import numpy as np
import pytest

sklearn = pytest.importorskip("sklearn", reason="about pynn.sklearn")

from sklearn import neural_network as theirs  # noqa: E402
from sklearn.exceptions import ConvergenceWarning  # noqa: E402

from pynn import sklearn as ours  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(90, 5))
Y = (X @ RANDOM.normal(size=(5, 3))).argmax(axis=1)
LABELS = np.array(["no", "perhaps", "yes"])[Y]
SEVERAL = (X @ RANDOM.normal(size=(5, 3)) > 0).astype(int)
NUMBERS = X @ RANDOM.normal(size=5) + np.sin(X[:, 0])
WEIGHTS = RANDOM.integers(0, 4, 90) * 0.5 + 0.5
SHORT = {"hidden_layer_sizes": (7,), "max_iter": 12, "random_state": 3, "batch_size": 20}

CLASSIFIERS = {
    "adam": {},
    "whole": {"batch_size": 90},
    "even": {"batch_size": 30, "max_iter": 40},
    "in order": {"shuffle": False},
    "no penalty": {"alpha": 0.0},
    "strong penalty": {"alpha": 1.0},
    "deep": {"hidden_layer_sizes": (6, 5, 4)},
    "none hidden": {"hidden_layer_sizes": ()},
    "one number": {"hidden_layer_sizes": 6},
    "tanh": {"activation": "tanh"},
    "logistic": {"activation": "logistic"},
    "identity": {"activation": "identity"},
    "momentum": {"solver": "sgd"},
    "plain": {"solver": "sgd", "momentum": 0.0},
    "not Nesterov's": {"solver": "sgd", "nesterovs_momentum": False},
    "invscaling": {"solver": "sgd", "learning_rate": "invscaling", "learning_rate_init": 0.1, "batch_size": 30},
    "adaptive": {"solver": "sgd", "learning_rate": "adaptive", "tol": 0.05, "n_iter_no_change": 2, "max_iter": 60},
    "stops": {"tol": 0.05, "n_iter_no_change": 3, "batch_size": 90, "max_iter": 100},
    "never stops": {"tol": 0.05, "n_iter_no_change": np.inf, "batch_size": 90, "max_iter": 70},
    "held out": {"early_stopping": True, "validation_fraction": 0.3, "n_iter_no_change": 2},
    "lbfgs": {"solver": "lbfgs", "max_iter": 15},
}


def close(mine, real, rtol=1e-9):
    """Everything that a training leaves behind."""
    for name in ("n_iter_", "n_layers_", "n_outputs_", "n_features_in_", "out_activation_", "t_"):
        assert getattr(mine, name) == getattr(real, name), name
    for name in ("loss_", "loss_curve_", "validation_scores_", "best_loss_", "best_validation_score_"):
        if getattr(real, name, None) is None:
            assert getattr(mine, name, None) is None
        else:
            np.testing.assert_allclose(getattr(mine, name), getattr(real, name), rtol=rtol, err_msg=name)
    for a, b in zip(mine.coefs_ + mine.intercepts_, real.coefs_ + real.intercepts_, strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol)


def pair(kind, y, x=X, weights=None, **settings):
    """Both trained."""
    given = {} if weights is None else {"sample_weight": weights}
    return [getattr(module, kind)(**SHORT | settings).fit(x, y, **given) for module in (ours, theirs)]


@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor"])
def test_signatures(kind):
    mine, real = (inspect.signature(getattr(module, kind)).parameters for module in (ours, theirs))
    assert {name: (p.default, p.kind) for name, p in mine.items() if name != "model"} == {
        name: (p.default, p.kind) for name, p in real.items()
    }
    for name in ("fit", "partial_fit", "predict"):
        a, b = (inspect.signature(getattr(getattr(module, kind)(), name)) for module in (ours, theirs))
        assert list(a.parameters) == list(b.parameters), name


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_classifier(name):
    mine, real = pair("MLPClassifier", LABELS, **CLASSIFIERS[name])
    close(mine, real, 1e-5 if name == "lbfgs" else 1e-9)
    np.testing.assert_array_equal(mine.predict(X), real.predict(X))
    np.testing.assert_allclose(mine.predict_proba(X), real.predict_proba(X), atol=1e-5 if name == "lbfgs" else 1e-9)
    np.testing.assert_allclose(mine.predict_log_proba(X), np.log(mine.predict_proba(X)))
    assert list(mine.classes_) == list(real.classes_)


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["alike", "weighted"])
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@pytest.mark.parametrize("y", [Y, Y == 1, SEVERAL], ids=["several classes", "two classes", "several labels"])
def test_targets_and_weights(y, solver, weights):
    close(*pair("MLPClassifier", y, weights=weights, solver=solver), 1e-6)


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["alike", "weighted"])
@pytest.mark.parametrize("settings", [{}, {"loss": "poisson"}, {"solver": "lbfgs"}, {"early_stopping": True}])
@pytest.mark.parametrize("columns", [1, 2])
def test_regressor(settings, weights, columns):
    y = np.abs(NUMBERS) if columns == 1 else np.c_[np.abs(NUMBERS), X[:, 1] ** 2]
    close(*pair("MLPRegressor", y, weights=weights, **settings), 1e-6)


def test_single_precision():
    mine, real = pair("MLPClassifier", Y, X.astype(np.float32))
    close(mine, real, 1e-4)
    for kind in (np.float32, np.float64):
        found, expected = (model.predict_proba(X.astype(kind)) for model in (mine, real))
        assert found.dtype == expected.dtype == kind
        np.testing.assert_allclose(found, expected, atol=1e-4)
    mine, real = pair("MLPRegressor", NUMBERS)
    assert mine.predict(X.astype(np.float32)).dtype == real.predict(X.astype(np.float32)).dtype == np.float64


def test_extreme_probabilities():
    """What is clipped in the loss is not in the gradient."""
    close(*pair("MLPClassifier", Y, X * 1e4), 1e-7)


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_partial_fit_and_warm_start(solver):
    models = [module.MLPClassifier(**SHORT | {"solver": solver, "warm_start": True}) for module in (ours, theirs)]
    for model in models:
        for part in range(3):
            model.partial_fit(X[part::3], Y[part::3], classes=[0, 1, 2])
        model.fit(X, Y)
        model.partial_fit(X[:35], Y[:35])
    close(*models)


def test_convergence_warning_and_none():
    with pytest.warns(ConvergenceWarning, match=r"Maximum iterations \(3\) reached and the optimization hasn't conv"):
        ours.MLPClassifier(max_iter=3).fit(X, Y)
    with pytest.warns(ConvergenceWarning, match=r"lbfgs failed to converge after 2 iteration.*max_iter=2"):
        ours.MLPClassifier(max_iter=2, solver="lbfgs").fit(X, Y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours.MLPClassifier(tol=10.0, n_iter_no_change=2).fit(X, Y)


def test_what_is_printed(capsys):
    settings = SHORT | {"verbose": True, "tol": 0.5, "n_iter_no_change": 2, "solver": "sgd"}
    settings |= {"learning_rate": "adaptive", "early_stopping": True}
    printed = []
    for module in (ours, theirs):
        module.MLPClassifier(**settings).fit(X, Y)
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
