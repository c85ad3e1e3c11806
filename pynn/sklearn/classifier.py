"""The multilayer perceptron that tells classes apart."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import column_or_1d

from pynn.sklearn import checks
from pynn.sklearn.multilayer import Multilayer
from pynn.sklearn.stochastic import Data


class MLPClassifier(ClassifierMixin, Multilayer):
    """A multilayer perceptron that tells classes apart: scikit-learn's `MLPClassifier` over the compiled core.

    Parameters, defaults, attributes and numbers are scikit-learn's: the same `random_state` gives the same weights, to
    rounding.

    Parameters
    ----------
    hidden_layer_sizes : sequence of int or int, default (100,)
        Neurons of each hidden layer.
    activation : {"relu", "tanh", "logistic", "identity"}, or another that Keras has, default "relu"
        Of the hidden layers.
    solver : {"adam", "sgd", "lbfgs"}, default "adam"
        "lbfgs" takes all rows at once, which is often best for a few hundred of them.
    alpha : float, default 0.0001
        Strength of the penalty α/2 Σw² of all weights but biases; the loss has it divided by the rows of the batch.
    batch_size : int or "auto", default "auto"
        Rows for each update; "auto" is 200, or all if there are fewer.
    learning_rate : {"constant", "invscaling", "adaptive"}, default "constant"
        For "sgd": η; η / (t + 1)^`power_t` after t rows; or η until the loss stops falling, then a fifth of it, again
        and again.
    learning_rate_init : float, default 0.001
        η.
    power_t : float, default 0.5
    max_iter : int, default 200
        Most epochs.
    shuffle : bool, default True
        Take the rows in a new random order in each epoch.
    random_state : int, RandomState or None
        Where first weights, order of rows and rows held out come from.
    tol : float, default 1e-4
        Training ends when the loss has not fallen by this much for more than `n_iter_no_change` epochs.
    verbose : bool, default False
        Print the loss of each epoch.
    warm_start : bool, default False
        Let the next `fit` go on from the weights that this one found.
    momentum, nesterovs_momentum : float, bool, default 0.9 and True
        Of "sgd".
    early_stopping, validation_fraction : bool, float, default False and 0.1
        Hold this share of the rows out, stop when the score on them no longer grows by `tol`, and go back to the best.
    beta_1, beta_2, epsilon : float, default 0.9, 0.999 and 1e-8
        Of "adam".
    n_iter_no_change : int, default 10
    max_fun : int, default 15000
        Most evaluations of the loss by "lbfgs".
    model : callable, optional
        A function that builds a Sequential, not compiled, in place of the layers that the first two arguments
        describe; it is told ``n_features`` and ``n_outputs`` if it takes them.  The last layer is "softmax" for three
        classes or more, "sigmoid" for two (one output) and for several labels.  Its losses are Keras's.

    Attributes
    ----------
    classes_ : ndarray
        The classes, in the order of probabilities.
    coefs_, intercepts_ : list of ndarray
        Weights (i, o) and biases (o,) of each layer; with `model` it is `model_` that has them.
    loss_, best_loss_, loss_curve_ : float, float, list
        The loss with its penalty: of the last epoch, the least, of each epoch.
    validation_scores_, best_validation_score_ : list, float
        With `early_stopping`: accuracies on the rows held out.
    n_iter_, t_ : int
        Epochs of the last training; rows seen in all.
    n_features_in_, feature_names_in_, n_layers_, n_outputs_, out_activation_
        As in scikit-learn.

    Raises
    ------
    ValueError
        By `fit`, naming the setting, its value and what was expected.

    Notes
    -----
    It computes in the type of X, float32 or float64.  Rows' weights count in loss and gradient, divided by their sum
    over the batch.  Sparse rows are written out.  `ConvergenceWarning` says that `max_iter` ended the training.
    Sources: scikit-learn's user guide, section 1.17; Glorot & Bengio 2010; Kingma & Ba 2015; Liu & Nocedal 1989.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> classifier = MLPClassifier((20,), max_iter=400, learning_rate_init=0.01, random_state=0).fit(X, y)
    >>> classifier.score(X, y) > 0.95, len(classifier.loss_curve_) == classifier.n_iter_
    (True, True)
    """

    def __init__(
        self,
        hidden_layer_sizes: Any = (100,),
        activation: Any = "relu",
        *,
        solver: str = "adam",
        alpha: float = 0.0001,
        batch_size: Any = "auto",
        learning_rate: str = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: Any = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        model: Any = None,
    ) -> None:
        for name, value in list(locals().items()):
            if name not in ("self", "__class__"):
                setattr(self, name, value)

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train from new weights, or with `warm_start` from where training ended.

        Parameters
        ----------
        X : array_like or sparse matrix, shape (n, i)
        y : array_like, shape (n,) or (n, k)
            A class for each row: numbers or strings; or k columns of 0 and 1, any number of them true in a row.
        sample_weight : array_like, shape (n,), optional
            How many times each row counts, >= 0.

        Raises
        ------
        ValueError
            If a setting, X or y is not what it must be, or training diverged.
        """
        return self._fit(X, y, sample_weight, incremental=False)

    @available_if(Multilayer._is_stochastic)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> Self:
        """Train for one epoch over these rows, from where training ended.

        Parameters
        ----------
        X, y, sample_weight
            As for `fit`.
        classes : array_like, optional
            All classes that may come; the first call needs them.
        """
        if checks.classes(self, classes):
            self.classes_, self._several = np.unique(np.asarray(classes)), type_of_target(y).startswith("multilabel")
        return self._fit(X, y, sample_weight, incremental=True)

    def _targets(self, X: Any, y: Any, incremental: bool, first: bool) -> tuple[np.ndarray, np.ndarray, int]:
        X, y = self._checked(X, y, reset=first)
        found, places, several = _classes_in(y)
        if not hasattr(self, "classes_") or not (self.warm_start or incremental):
            self.classes_, self._several = found, several
        places = places if several else self._known(found, incremental)[places]
        return X, *self._as_numbers(places)

    def _known(self, found: np.ndarray, incremental: bool) -> np.ndarray:
        """The numbers of classes that were found in y."""
        known = self.classes_
        if np.array_equal(found, known):
            return np.arange(len(known))
        if self.warm_start and not incremental:
            raise ValueError(
                "warm_start can only be used where `y` has the same classes as in the previous call to fit. "
                f"Previously got {known}, `y` has {found}"
            )
        new = np.setdiff1d(found, known)
        if len(new):
            raise ValueError(f"`y` has classes not in `self.classes_`. `self.classes_` has {known}. 'y' has {new}.")
        return np.searchsorted(known, found)

    def _as_numbers(self, places: np.ndarray) -> tuple[np.ndarray, int]:
        """Targets for the plan, and how many numbers each row's has; 0: they are numbers of classes."""
        count = len(self.classes_)
        if self._several:
            outputs, self.out_activation_ = count, "logistic"
        else:
            outputs, self.out_activation_ = (count, "softmax") if count > 2 else (1, "logistic")
        self.n_outputs_ = outputs
        if self.out_activation_ == "softmax":
            return places.astype(np.int32).reshape(-1, 1), 0
        return np.asarray(places, np.float64).reshape(-1, outputs), outputs

    def _stratified(self) -> bool:
        return self.n_outputs_ == 1

    def _score(self, found: np.ndarray, held: Data) -> float:
        if self.out_activation_ == "softmax":
            right = found.argmax(axis=1) == held.t[:, 0]
        else:
            right = ((found > 0.5) == (held.t > 0.5)).all(axis=1)
        return float(np.average(right, weights=held.weights))

    def predict(self, X: Any) -> np.ndarray:
        """The most probable class of each row, as it was labelled; of several labels those above one half.

        Parameters
        ----------
        X : array_like or sparse matrix, shape (n, i)
        """
        found = self._forward(X)
        if self._several:
            return (found > 0.5).astype(np.int64)
        numbers = found.argmax(axis=1) if self.n_outputs_ > 1 else (found[:, 0] > 0.5).astype(np.int64)
        chosen: np.ndarray = self.classes_[np.minimum(numbers, len(self.classes_) - 1)]
        return chosen

    def predict_proba(self, X: Any) -> np.ndarray:
        """The probability of each class, a column a class in the order of `classes_`.

        Parameters
        ----------
        X : array_like or sparse matrix, shape (n, i)
        """
        found = self._forward(X)
        if self._several or self.n_outputs_ > 1:
            return found
        if len(self.classes_) == 1:
            return np.ones_like(found)
        return np.hstack([1 - found, found])

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """The logarithms of `predict_proba`.

        Parameters
        ----------
        X : array_like or sparse matrix, shape (n, i)
        """
        with np.errstate(divide="ignore"):
            found: np.ndarray = np.log(self.predict_proba(X))
        return found

    def __sklearn_tags__(self) -> Any:
        found = super().__sklearn_tags__()
        found.classifier_tags.multi_label = True
        return found


def _classes_in(y: Any) -> tuple[np.ndarray, np.ndarray, bool]:
    """The classes in y; for each row the number of its class, or which of them hold; and whether it is the latter."""
    if isinstance(y, np.ndarray) and y.ndim == 1 and y.dtype.kind in "biu":
        found, places = np.unique(y, return_inverse=True)
        if 2 * len(found) <= len(y):  # there is nothing more that scikit-learn could find, or warn of
            return found, places, False
    kind = type_of_target(y, input_name="y")
    if not kind.startswith(("binary", "multi")):
        check_classification_targets(y)  # says what is wrong
    if kind == "multiclass-multioutput":
        raise ValueError(
            "Multioutput target data is not supported: y has several columns of classes. A column for each class, "
            "of 0 and 1, is what several labels of a row look like (sklearn.preprocessing.MultiLabelBinarizer)."
        )
    if kind.startswith("multilabel"):
        dense: np.ndarray = y if isinstance(y, np.ndarray) else y.toarray()
        return np.arange(dense.shape[1]), dense != 0, True
    return *np.unique(column_or_1d(y, warn=True), return_inverse=True), False
