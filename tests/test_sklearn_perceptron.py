"""pynn.sklearn.Perceptron beside scikit-learn's: the same weights from the same random_state."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="about pynn.sklearn")

from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Perceptron as Theirs

from pynn.sklearn import Perceptron

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
RANDOM = np.random.default_rng(1)
X = RANDOM.normal(size=(120, 6))
Y = np.array(["a", "b", "c"])[(X @ RANDOM.normal(size=(6, 3)) + 0.3 * RANDOM.normal(size=(120, 3))).argmax(axis=1)]
WEIGHTS = RANDOM.integers(0, 3, 120) * 0.5
SETTINGS = {
    "plain": {},
    "in order": {"shuffle": False},
    "another seed": {"random_state": 5},
    "l2": {"penalty": "l2", "alpha": 1e-3},
    "l1": {"penalty": "l1", "alpha": 1e-3},
    "elasticnet": {"penalty": "elasticnet", "l1_ratio": 0.5},
    "held out": {"early_stopping": True, "validation_fraction": 0.2},
    "so many epochs": {"tol": None, "max_iter": 8},
    "few epochs": {"max_iter": 3},
    "no intercept": {"fit_intercept": False, "eta0": 0.3},
    "classes": {"class_weight": {"a": 2.0}},
    "balanced": {"class_weight": "balanced"},
}


def close(mine, real, rtol=1e-9):
    assert (mine.n_iter_, mine.t_) == (real.n_iter_, real.t_)
    for name in ("coef_", "intercept_"):
        a, b = getattr(mine, name), getattr(real, name)
        assert (a.dtype, a.shape) == (b.dtype, b.shape)
        np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol)
    np.testing.assert_array_equal(mine.predict(X), real.predict(X))


def test_signature():
    mine, real = (inspect.signature(kind).parameters for kind in (Perceptron, Theirs))
    assert [(n, p.default) for n, p in mine.items()] == [(n, p.default) for n, p in real.items()]


@pytest.mark.parametrize("real", [np.float32, np.float64])
@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", SETTINGS)
def test_same_weights(name, classes, real):
    if name == "classes" and classes == 2:
        pytest.skip("there is no such class")
    y = Y if classes == 3 else Y == "b"
    models = [kind(**SETTINGS[name]).fit(X.astype(real), y) for kind in (Perceptron, Theirs)]
    close(*models, 1e-9 if real is np.float64 else 1e-4)


def test_weights_of_rows_and_first_weights():
    given = {"coef_init": np.ones((3, 6)), "intercept_init": np.zeros(3), "sample_weight": WEIGHTS}
    close(*[kind().fit(X, Y, **given) for kind in (Perceptron, Theirs)])


def test_partial_fit_and_warm_start():
    models = [kind(warm_start=True, max_iter=4, tol=None) for kind in (Perceptron, Theirs)]
    for model in models:
        for part in range(3):
            model.partial_fit(X[part::3], Y[part::3], classes=["a", "b", "c"])
    np.testing.assert_allclose(models[0].coef_, models[1].coef_)
    close(*[model.fit(X, Y) for model in models])


def test_what_is_said(capsys):
    with pytest.warns(ConvergenceWarning, match="Maximum number of iteration reached before convergence"):
        Perceptron(max_iter=2).fit(X, Y)
    Perceptron(verbose=1, max_iter=2, tol=None).fit(X, Y == "a")
    assert capsys.readouterr().out.startswith("-- Epoch 1, neuron 0: Norm: ")
    with pytest.raises(ValueError, match=r"The 'eta0' parameter of Perceptron must be a float in the range \(0, inf\)"):
        Perceptron(eta0=0.0).fit(X, Y)
    with pytest.raises(ValueError, match="under-/overflow occurred at epoch #1"):
        Perceptron(tol=None, max_iter=1, eta0=1.7e308).fit(X, Y)
