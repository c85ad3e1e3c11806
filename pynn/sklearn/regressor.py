"""The multilayer perceptron that predicts numbers."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import column_or_1d

from pynn.sklearn.checks import one_of
from pynn.sklearn.multilayer import RULES, Multilayer
from pynn.sklearn.stochastic import Data

_EITHER, _allows = one_of("squared_error", "poisson")
_LOSS = f"{_EITHER} (it is the first argument; sizes are hidden_layer_sizes=)", _allows


class MLPRegressor(RegressorMixin, Multilayer):
    """A multilayer perceptron that predicts numbers: scikit-learn's `MLPRegressor` over the compiled core.

    Parameters
    ----------
    loss : {"squared_error", "poisson"}, default "squared_error"
        Half the squared error; or half the Poisson deviance of counts y >= 0, whose outputs are e^z.
    hidden_layer_sizes, activation, solver, alpha, batch_size, learning_rate, learning_rate_init, power_t, max_iter, \
shuffle, random_state, tol, verbose, warm_start, momentum, nesterovs_momentum, early_stopping, validation_fraction, \
beta_1, beta_2, epsilon, n_iter_no_change, max_fun
        See `MLPClassifier`; the score on rows held out is R².
    model : callable, optional
        A function that builds a Sequential, not compiled; its last layer has one unit for each column of y.

    Raises
    ------
    ValueError
        By `fit`, naming the setting, its value and what was expected.

    Notes
    -----
    Attributes are those of `MLPClassifier` but for the classes.  As in scikit-learn, the loss that is reported is a
    mean over the columns of y, and what training descends is their sum.

    Examples
    --------
    >>> X = np.linspace(-1, 1, 50).reshape(-1, 1)
    >>> regressor = MLPRegressor(hidden_layer_sizes=(20,), solver="lbfgs", random_state=0).fit(X, X[:, 0] ** 2)
    >>> regressor.score(X, X[:, 0] ** 2) > 0.99
    True
    """

    _rules = RULES | {"loss": _LOSS}

    def __init__(
        self,
        loss: str = "squared_error",
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
        y : array_like, shape (n,) or (n, o)
            Numbers to predict; not below 0 if the loss is "poisson".
        sample_weight : array_like, shape (n,), optional
            How many times each row counts, >= 0.

        Raises
        ------
        ValueError
            If a setting, X or y is not what it must be, or training diverged.
        """
        return self._fit(X, y, sample_weight, incremental=False)

    @available_if(Multilayer._is_stochastic)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for one epoch over these rows, from where training ended.

        Parameters
        ----------
        X, y, sample_weight
            As for `fit`.
        """
        return self._fit(X, y, sample_weight, incremental=True)

    def _targets(self, X: Any, y: Any, incremental: bool, first: bool) -> tuple[np.ndarray, np.ndarray, int]:
        X, y = self._checked(X, y, y_numeric=True, reset=first)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        if self.loss == "poisson" and (y < 0).any():
            raise ValueError(f"{type(self).__name__}: loss='poisson' counts things: y must be >= 0, got {y.min()}")
        self.out_activation_ = "exp" if self.loss == "poisson" else "identity"
        target = np.asarray(y, np.float64).reshape(len(y), -1)
        if not first and target.shape[1] != self.n_outputs_:
            raise ValueError(f"y has {target.shape[1]} columns, but had {self.n_outputs_} when training began")
        self.n_outputs_ = target.shape[1]
        return X, target, self.n_outputs_

    def _stratified(self) -> bool:
        return False

    def _score(self, found: np.ndarray, held: Data) -> float:
        """R², averaged over the outputs; where the targets are all alike, 1 for predicting them and 0 else."""
        weights, target = held.weights, np.asarray(held.t, np.float64)
        rest = np.average((target - found) ** 2, axis=0, weights=weights)
        spread = np.average((target - np.average(target, axis=0, weights=weights)) ** 2, axis=0, weights=weights)
        share = np.divide(rest, spread, out=np.where(rest == 0, 0.0, 1.0), where=spread != 0)
        return float(np.mean(1 - share))

    def predict(self, X: Any) -> np.ndarray:
        """The number, or numbers, of each row.

        Parameters
        ----------
        X : array_like or sparse matrix, shape (n, i)
        """
        found = self._forward(X)
        return found[:, 0] if self.n_outputs_ == 1 else found

    def __sklearn_tags__(self) -> Any:
        found = super().__sklearn_tags__()
        found.target_tags.multi_output = True
        return found
