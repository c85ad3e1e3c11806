"""pynn.sklearn.Perceptron beside scikit-learn's: the same weights from the same random_state."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="about pynn.sklearn")

from scipy.sparse import csr_array
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Perceptron as Theirs

from pynn.sklearn import Perceptron, distinct

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
    close(*[kind(shuffle=False).fit(X, Y, **given) for kind in (Perceptron, Theirs)])
    first = [kind(class_weight={"a": 2.0}).partial_fit(X, Y, ["a", "b", "c"], WEIGHTS) for kind in (Perceptron, Theirs)]
    np.testing.assert_allclose(first[0].coef_, first[1].coef_)
    given.pop("sample_weight")
    close(*[kind().fit(X, Y, **given) for kind in (Perceptron, Theirs)])


COUNTS = RANDOM.integers(0, 4, 120)


def same(one, other):
    """To the bit."""
    assert (one.n_iter_, one.t_) == (other.n_iter_, other.t_)
    np.testing.assert_array_equal(one.coef_, other.coef_)
    np.testing.assert_array_equal(one.intercept_, other.intercept_)


@pytest.mark.parametrize("kind", [np.float32, np.float64, csr_array])
@pytest.mark.parametrize("y", [Y, Y == "b"], ids=["three", "two"])
@pytest.mark.parametrize("name", ["plain", "l1", "held out", "balanced", "another seed"])
def test_copies_are_weights(name, y, kind):
    def fit(rows, weights=None):
        return Perceptron(**SETTINGS[name]).fit(kind(X[rows]), y[rows], sample_weight=weights)

    everywhere, copies = np.arange(120), np.repeat(np.arange(120), COUNTS)
    weighted = fit(everywhere, COUNTS)
    same(fit(copies), weighted)
    mixed = RANDOM.permutation(120)
    same(fit(mixed, COUNTS[mixed]), weighted)
    same(fit(RANDOM.permutation(copies)), weighted)
    chosen = np.flatnonzero(COUNTS)  # a weight of 1 or two of 1/2 are the row
    same(fit(everywhere, COUNTS > 0), fit(chosen))
    same(fit(np.append(chosen, chosen), np.full(2 * len(chosen), 0.5)), fit(chosen))


@pytest.mark.parametrize("settings", [{"shuffle": False}, {"max_iter": 1, "tol": None}], ids=str)
def test_rows_as_they_come(settings):
    copies = np.repeat(np.arange(60), COUNTS[:60])
    models = [kind(**settings) for kind in (Perceptron, Theirs)]
    for model in models:
        if settings.get("shuffle", True):
            model.partial_fit(X[copies], Y[copies], classes=["a", "b", "c"])
        else:
            model.fit(X[copies], Y[copies])
    np.testing.assert_allclose(models[0].coef_, models[1].coef_)


@pytest.mark.parametrize("constant", [False, True], ids=["keys", "one key for all rows"])
@pytest.mark.parametrize("columns", [1, 100])
def test_rows_each_once(monkeypatch, constant, columns):
    if constant:
        monkeypatch.setattr(distinct, "keys", lambda x, y: np.zeros(len(x), np.uint64))
    x = np.zeros((50, columns), np.float32)
    x[:, -1] = np.arange(50) // 2
    x[::2] = np.where(x[::2] == 0, -0.0, x[::2])
    y, ones = np.arange(50) % 4 // 3, np.ones(50)  # of each second pair, rows have two classes
    found = distinct.rows(x, y, ones)
    assert sorted(found[2]) == [1.0] * 24 + [2.0] * 13
    for row, number, weight in zip(*found, strict=True):
        assert ((x == row).all(axis=1) & (y == number)).sum() == weight
    again = distinct.rows(x[::-1], y[::-1], ones)
    for a, b in zip(found, again, strict=True):
        np.testing.assert_array_equal(a, b)
    alone = (x[::2], y[::2], ones[::2])
    for a, b in zip(distinct.rows(*alone), alone, strict=True):
        np.testing.assert_array_equal(a, b)


def test_one_row_cannot_be_held_out():
    with pytest.raises(ValueError, match=r"Perceptron: early_stopping=True.*class 'a' has one row only"):
        Perceptron(early_stopping=True).fit([[0.0], [0.0], [1.0], [2.0]], list("aabb"))


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
