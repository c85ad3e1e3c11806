"""The perceptron: neurons with a step for their activation, which learn from mistakes alone."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from pynn.sklearn import checks, distinct, orders
from pynn.sklearn.checks import FLAG, VERBOSE, either, one_of, real, whole
from pynn.sklearn.online import Neurons, Problem

_RULES = {
    "penalty": one_of("l2", "l1", "elasticnet", None),
    "alpha": real(0),
    "l1_ratio": real(0, 1, "[]"),
    "fit_intercept": FLAG,
    "max_iter": whole(1),
    "tol": either(real(0), one_of(None)),
    "shuffle": FLAG,
    "verbose": VERBOSE,
    "eta0": real(0, ends="()"),
    "early_stopping": FLAG,
    "validation_fraction": real(0, 1, "()"),
    "n_iter_no_change": whole(1),
    "warm_start": FLAG,
}


class Perceptron(ClassifierMixin, BaseEstimator):
    """Rosenblatt's perceptron: scikit-learn's `linear_model.Perceptron` over the compiled core.

    A neuron answers 1 where w·x + b > 0 and -1 elsewhere.  For each row that it gets wrong, w += η t x and b += η t,
    where t is the right answer.  Of more than two classes each has a neuron that tells it from the others.

    Parameters
    ----------
    penalty : {"l2", "l1", "elasticnet"}, optional
        Let the weights shrink.
    alpha, l1_ratio : float, default 0.0001 and 0.15
        How strong the penalty is, and which share of "elasticnet" is "l1".
    fit_intercept : bool, default True
        Whether there is b.
    max_iter : int, default 1000
        Most epochs.
    tol : float or None, default 1e-3
        A neuron ends when its mean loss max(0, -t (w·x + b)) has not fallen by this for `n_iter_no_change` epochs.
    shuffle : bool, default True
        Take the rows in a new order in each epoch; with False in theirs, each for itself.
    verbose : int, default 0
        Print a line an epoch.
    eta0 : float, default 1
        η, which without a penalty sets the length of w only.
    n_jobs : optional
        Without effect: the core shares neurons among its workers.
    random_state : int, RandomState or None, default 0
    early_stopping, validation_fraction : bool, float, default False and 0.1
        Hold rows out, and end when the share of right answers on them no longer grows by `tol`.
    n_iter_no_change : int, default 5
    class_weight : dict or "balanced", optional
        What rows of each class count.
    warm_start : bool, default False
        Let the next `fit` go on from the weights that this one found.

    Attributes
    ----------
    classes_ : ndarray
    coef_, intercept_ : ndarray, shapes (neurons, i) and (neurons,)
        One neuron for two classes.
    n_iter_, t_ : int, float
        Epochs of the last neuron to end; rows seen, equal ones once an epoch, and 1.
    n_features_in_, feature_names_in_
        As in scikit-learn.

    Raises
    ------
    ValueError
        By `fit`, naming the setting, its value and what was expected.

    Notes
    -----
    A row of weight k is k copies of it: `fit` puts equal rows of one class together, with the sum of their weights,
    and leaves out rows of weight 0; a step on a row of weight k is k times as long.  Where that leaves other weights
    than 1, rows start in an order of their own, so that nothing depends on the order in which they came.  In other
    tables, with ``shuffle=False`` and in `partial_fit` rows are taken as they come, and the same `random_state` gives
    scikit-learn's weights.
    Sources: Rosenblatt 1958, "The perceptron"; Novikoff 1962 for when it ends: if a line divides the classes.

    Examples
    --------
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1]  # and
    >>> neuron = Perceptron(tol=None, max_iter=20).fit(X, y)
    >>> neuron.predict(X).tolist(), neuron.coef_.shape
    ([0, 0, 0, 1], (1, 2))
    """

    coef_: np.ndarray
    intercept_: np.ndarray
    n_iter_: int

    def __init__(
        self,
        *,
        penalty: str | None = None,
        alpha: float = 0.0001,
        l1_ratio: float = 0.15,
        fit_intercept: bool = True,
        max_iter: int = 1000,
        tol: float | None = 1e-3,
        shuffle: bool = True,
        verbose: Any = 0,
        eta0: float = 1.0,
        n_jobs: int | None = None,
        random_state: Any = 0,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 5,
        class_weight: Any = None,
        warm_start: bool = False,
    ) -> None:
        for name, value in list(locals().items()):
            if name not in ("self", "__class__"):
                setattr(self, name, value)

    def fit(
        self, X: Any, y: Any, coef_init: Any = None, intercept_init: Any = None, sample_weight: Any = None
    ) -> Self:  # fmt: skip
        """Train until every neuron has ended.

        Parameters
        ----------
        X : array_like or sparse matrix, shape (n, i)
        y : array_like, shape (n,)
            A class for each row: numbers or strings.
        coef_init, intercept_init : array_like, optional
            First weights, in the shapes of `coef_` and `intercept_`; zeros if not given.
        sample_weight : array_like, shape (n,), optional
            How many times each row counts, >= 0.
        """
        checks.settings(self, _RULES)
        X, y = self._checked(X, y, True)
        if self.warm_start and hasattr(self, "coef_"):
            coef_init = self.coef_ if coef_init is None else coef_init
            intercept_init = self.intercept_ if intercept_init is None else intercept_init
        weights = checks.weights(sample_weight, X)
        self.classes_, places = np.unique(y, return_inverse=True)
        self.t_ = 1.0
        self._allocate(X, coef_init, intercept_init)
        weights = np.ones(len(X)) if weights is None else weights
        if self.shuffle:
            X, places, weights = distinct.rows(X, places, weights)
        self._train(X, places, weights, self.max_iter)
        if self.tol is not None and self.n_iter_ == self.max_iter:
            warnings.warn(
                f"Maximum number of iteration reached before convergence: {self.max_iter} epochs. Consider increasing "
                "max_iter to improve the fit; where no line divides the classes, it never ends by itself.",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train for one epoch over these rows, from where training ended: each is a step, equal ones too.

        Parameters
        ----------
        X, y, sample_weight
            As for `fit`.
        classes : array_like, optional
            All classes that may come; the first call needs them.
        """
        checks.settings(self, _RULES)
        if self.early_stopping:
            raise ValueError("early_stopping should be False with partial_fit")
        if isinstance(self.class_weight, str):
            raise ValueError(f"class_weight {self.class_weight!r} is not supported for partial_fit: give a dictionary")
        first = checks.classes(self, classes)
        X, y = self._checked(X, y, first)
        if first:
            self.classes_, self.t_ = np.unique(np.asarray(classes)), 1.0
            self._allocate(X, None, None)
        places = np.searchsorted(self.classes_, y).clip(max=len(self.classes_) - 1)
        if not np.array_equal(self.classes_[places], y):
            new = np.setdiff1d(y, self.classes_)
            raise ValueError(
                f"`y` has classes not in `self.classes_`. `self.classes_` has {self.classes_}. 'y' has {new}."
            )
        weights = checks.weights(sample_weight, X)
        self._train(X, places, np.ones(len(X)) if weights is None else weights, 1)
        return self

    def _checked(self, X: Any, y: Any, first: bool) -> tuple[np.ndarray, np.ndarray]:
        X, y = validate_data(
            self, X, y, accept_sparse="csr", dtype=(np.float64, np.float32), order="C", reset=first
        )  # fmt: skip
        check_classification_targets(y)
        return X if isinstance(X, np.ndarray) else np.ascontiguousarray(X.toarray()), y

    def _allocate(self, X: np.ndarray, coef: Any, intercept: Any) -> None:
        count = len(self.classes_)
        if count < 2:
            raise ValueError(f"The number of classes has to be greater than one; got {count} class")
        neurons = count if count > 2 else 1
        shapes = {"coef_": (neurons, X.shape[1]), "intercept_": (neurons,)}
        for (name, shape), given in zip(shapes.items(), (coef, intercept), strict=True):
            value = np.zeros(shape, X.dtype) if given is None else np.array(given, X.dtype).reshape(-1)
            if value.size != np.prod(shape):
                raise ValueError(f"{type(self).__name__}: provided {name} does not match dataset: expected {shape}")
            setattr(self, name, value.reshape(shape))

    def _train(self, X: np.ndarray, places: np.ndarray, weights: np.ndarray, epochs: int) -> None:
        balance = self._balance(places, weights)
        positive = [1] if len(self.classes_) == 2 else range(len(self.classes_))
        t = np.where(places == np.array(positive)[:, None], 1.0, -1.0)
        others = [balance[0]] if len(self.classes_) == 2 else np.ones(len(t))
        a = np.where(t > 0, balance[list(positive)][:, None], np.array(others)[:, None]) * weights
        held, found = orders.draw(self, places, weights, len(t))
        problem = Problem(X, t.astype(X.dtype), a.astype(X.dtype), held, found)
        w, b = np.array(self.coef_, X.dtype), np.array(self.intercept_, np.float64)

        def score(neuron: int) -> float:
            said = np.where(X[held] @ w[neuron] + b[neuron] > 0, 1.0, -1.0)
            return float(np.average(said == t[neuron, held], weights=weights[held]))

        neurons = Neurons(self, problem, w, b, score if self.early_stopping else None)
        neurons.run(epochs)
        self.coef_, self.intercept_ = w, b.astype(X.dtype) if len(t) > 1 else b
        self.n_iter_ = int(neurons.epochs.max())
        self.t_ += self.n_iter_ * len(X)

    def _balance(self, places: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """What rows of each class count."""
        count = len(self.classes_)
        if self.class_weight is None:
            return np.ones(count)
        if isinstance(self.class_weight, str) and self.class_weight == "balanced":
            rows = np.bincount(places, weights if self.shuffle else None, count)
            found: np.ndarray = np.divide(rows.sum(), count * rows, out=np.ones(count), where=rows > 0)
        else:
            found = compute_class_weight(self.class_weight, classes=self.classes_, y=self.classes_[places])
        return found

    def decision_function(self, X: Any) -> np.ndarray:
        """w·x + b of each neuron; for two classes of the one there is.

        Parameters
        ----------
        X : array_like or sparse matrix, shape (n, i)
        """
        check_is_fitted(self, "coef_")
        X = validate_data(self, X, accept_sparse="csr", reset=False)
        found: np.ndarray = np.asarray(X @ self.coef_.T) + self.intercept_
        return found[:, 0] if found.shape[1] == 1 else found

    def predict(self, X: Any) -> np.ndarray:
        """The class of each row: that of the neuron whose w·x + b is greatest.

        Parameters
        ----------
        X : array_like or sparse matrix, shape (n, i)
        """
        found = self.decision_function(X)
        chosen: np.ndarray = self.classes_[(found > 0).astype(int) if found.ndim == 1 else found.argmax(axis=1)]
        return chosen

    def __sklearn_tags__(self) -> Any:
        found = super().__sklearn_tags__()
        found.input_tags.sparse = True
        return found
