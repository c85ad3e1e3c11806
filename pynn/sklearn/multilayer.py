"""What classifier and regressor share: one training by the settings that scikit-learn gives them."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from pynn.backends import get_backend
from pynn.kernels.tables import default_isa
from pynn.sklearn import checks, quasi_newton, users_models
from pynn.sklearn.checks import FLAG, INFINITE, VERBOSE, either, one_of, real, whole
from pynn.sklearn.networks import Chain, Network
from pynn.sklearn.stochastic import Data, Descent, Progress
from pynn.sklearn.training import Task, Training

RULES = {
    "solver": one_of("adam", "sgd", "lbfgs"),
    "alpha": real(0),
    "batch_size": either(one_of("auto"), whole(1)),
    "learning_rate": one_of("constant", "invscaling", "adaptive"),
    "learning_rate_init": real(0, ends="()"),
    "power_t": real(0),
    "max_iter": whole(1),
    "shuffle": FLAG,
    "tol": real(0),
    "verbose": VERBOSE,
    "warm_start": FLAG,
    "momentum": real(0, 1, "[]"),
    "nesterovs_momentum": FLAG,
    "early_stopping": FLAG,
    "validation_fraction": real(0, 1),
    "beta_1": real(0, 1),
    "beta_2": real(0, 1),
    "epsilon": real(0, ends="()"),
    "n_iter_no_change": either(whole(1), INFINITE),
    "max_fun": whole(1),
    "model": ("None or a function that builds a Sequential", lambda v: v is None or callable(v)),
}
# Networks that wait for the next estimator of their form: a grid search fits hundreds.  Few and small ones.
_IDLE: dict[Any, list[Chain]] = {}
_MOST_IDLE, _MOST_WEIGHTS = 16, 1 << 20
_MOST_TRAININGS = 4


class Multilayer(BaseEstimator):
    """The part of an estimator that trains."""

    _rules = RULES
    n_outputs_: int
    out_activation_: str
    validation_scores_: list[float] | None
    _progress: Progress | None

    def _is_stochastic(self) -> bool:
        if self.solver == "lbfgs":
            raise AttributeError(
                f"partial_fit is only available for stochastic optimizers ('adam', 'sgd'). {self.solver} is not "
                "stochastic."
            )
        return True

    def _checked(self, X: Any, y: Any, **how: Any) -> Any:
        X, y = validate_data(
            self, X, y, accept_sparse=("csr", "csc"), dtype=(np.float64, np.float32), multi_output=True, **how
        )
        return self._rows(X), y

    def _rows(self, X: Any) -> np.ndarray:
        """Rows as the core reads them; sparse ones are written out."""
        dense: np.ndarray = X if isinstance(X, np.ndarray) else X.toarray()
        return np.ascontiguousarray(dense)

    def _fit(self, X: Any, y: Any, sample_weight: Any, incremental: bool) -> Self:
        checks.settings(self, self._rules)
        checks.activation(self)
        hidden = checks.hidden_sizes(self)
        first = not hasattr(self, "n_layers_") or not (self.warm_start or incremental)
        X, target, labels = self._targets(X, y, incremental, first)
        weights = checks.weights(sample_weight, X)
        random = check_random_state(self.random_state)
        if self.early_stopping and incremental:
            raise ValueError("partial_fit does not support early_stopping=True")
        if first:
            self._start(X, hidden, random)
        with self._network(X.dtype) as network:
            data = Data(X.astype(network.real, copy=False), target, weights)
            if target.dtype != np.int32:
                data = data._replace(t=np.ascontiguousarray(target, network.real))
            self._train(network, data, labels, random, incremental)
        return self

    def _start(self, X: np.ndarray, hidden: tuple[int, ...], random: Any) -> None:
        """First weights, and attributes that training carries on.

        Weights and biases are uniform in ±√(6 / (i + o)), in ±√(2 / (i + o)) before the logistic function (Glorot &
        Bengio 2010), drawn as scikit-learn draws them.
        """
        self.n_iter_ = self.t_ = 0
        self._no_improvement_count, self._progress = 0, None
        if self.model is None:
            sizes = (X.shape[1], *hidden, self.n_outputs_)
            self.n_layers_, self.coefs_, self.intercepts_ = len(sizes), [], []
            for i, o in pairwise(sizes):
                limit = np.sqrt((2.0 if self.activation == "logistic" else 6.0) / (i + o))
                self.coefs_.append(random.uniform(-limit, limit, (i, o)).astype(X.dtype, copy=False))
                self.intercepts_.append(random.uniform(-limit, limit, o).astype(X.dtype, copy=False))
        else:
            seed = int(random.randint(2**31 - 1))
            name = type(self).__name__
            self.model_ = users_models.build(self.model, X.shape[1], self.n_outputs_, seed, name)
            self.n_layers_ = len(self.model_.layers) + 1
        if self.solver != "lbfgs":
            self.loss_curve_: list[float] = []
            self.validation_scores_ = [] if self.early_stopping else None
            self.best_validation_score_ = -np.inf if self.early_stopping else None
            self.best_loss_ = None if self.early_stopping else np.inf

    @contextlib.contextmanager
    def _network(self, dtype: Any, kept: bool = False) -> Iterator[Any]:
        """The network with the estimator's weights, which are read back from it at the end; or are `kept`.

        It computes in the type of the rows it is for, or of kept weights, if they have more digits.
        """
        if hasattr(self, "model_"):
            yield users_models.UsersModel(self.model_, self.out_activation_)
            return
        sizes = (self.coefs_[0].shape[0], *(len(b) for b in self.intercepts_))
        kind = np.result_type(self.coefs_[0], dtype) if kept else np.dtype(dtype)
        key = (sizes, self.activation, self.out_activation_, kind, get_backend(), default_isa())
        waiting = _IDLE.pop(key, [])
        chain = waiting.pop() if waiting else Chain(*key[:4])
        if waiting:
            _IDLE[key] = waiting
        chain.set(self.coefs_, self.intercepts_)
        try:
            yield chain
        finally:
            if not kept:
                self.coefs_, self.intercepts_ = chain.get()
            if sum(v.size for v in chain.trained) <= _MOST_WEIGHTS:
                _IDLE.setdefault(key, []).append(chain)
                while len(_IDLE) > _MOST_IDLE:
                    _IDLE.pop(next(iter(_IDLE)), None)

    def _training(self, network: Any, data: Data, labels: int) -> Training:
        n, settings = len(data.x), {"sgd": (self.momentum, float(self.nesterovs_momentum)), "lbfgs": ()}
        batch = n if self.solver == "lbfgs" else min(200, n) if self.batch_size == "auto" else self.batch_size
        if batch > n:
            warnings.warn(
                f"Got `batch_size` less than 1 or larger than sample size ({batch} > {n}). It is going to be clipped.",
                stacklevel=5,
            )
        numbers = settings.get(self.solver, (self.beta_1, self.beta_2, self.epsilon))
        weighted = data.weights is not None
        task = Task(int(min(batch, n)), self.solver, numbers, self.alpha > 0, weighted, labels)
        made: dict[Any, Training] = getattr(network, "trainings", {})
        if task not in made:
            if len(made) >= _MOST_TRAININGS:
                made.pop(next(iter(made)))
            made[task] = Training(network, task, data.x.shape[1])
        return made[task]

    def _train(self, network: Network, data: Data, labels: int, random: Any, incremental: bool) -> None:
        if self.solver == "lbfgs":
            training = self._training(network, data, labels)
            quasi_newton.minimize(self, training, data)
        else:
            data, held = self._split(data, random) if self.early_stopping else (data, None)
            training = self._training(network, data, labels)
            if not incremental or self._progress is None:
                self._progress = Progress(float(self.learning_rate_init))
            descent = Descent(self, training, data, random)
            score = (lambda: self._score_held(network, held)) if held is not None else None
            descent.run(self._progress, 1 if incremental else self.max_iter, score)
            if not incremental and not descent.converged:
                warnings.warn(
                    f"Stochastic Optimizer: Maximum iterations ({self.max_iter}) reached and the optimization hasn't "
                    "converged yet. More epochs: max_iter.",
                    ConvergenceWarning,
                    stacklevel=4,
                )
        if not all(np.isfinite(variable.live).all() for variable in network.trained):
            raise ValueError(
                "Solver produced non-finite parameter weights. The input data may contain large values and need to be "
                "preprocessed: sklearn.preprocessing.StandardScaler brings all columns to the same size."
            )

    def _split(self, data: Data, random: Any) -> tuple[Data, Data]:
        """Hold rows out for early stopping, in proportion to the classes if there are two."""
        from sklearn.model_selection import train_test_split

        classes = data.t if self._stratified() else None
        arrays = [a for a in data if a is not None]
        parts = train_test_split(*arrays, random_state=random, test_size=self.validation_fraction, stratify=classes)
        fit, held = (Data(*parts[i::2], *([None] * (3 - len(arrays)))) for i in (0, 1))
        if len(held.x) < 2:
            raise ValueError(
                f"The validation set is too small: {len(held.x)} rows. Increase 'validation_fraction' or the size of "
                "your dataset."
            )
        return fit, held

    def _score_held(self, network: Any, held: Data) -> float:
        found = network.forward(held.x)
        return self._score(found, held) if np.isfinite(found).all() else np.nan

    def _forward(self, X: Any) -> np.ndarray:
        check_is_fitted(self, "n_layers_")
        X = validate_data(
            self, X, accept_sparse=("csr", "csc"), dtype=(np.float64, np.float32), reset=False
        )  # fmt: skip
        X = self._rows(X)
        with self._network(X.dtype, kept=True) as network:
            found: np.ndarray = network.forward(X.astype(network.real, copy=False))
        return found

    def __sklearn_tags__(self) -> Any:
        found = super().__sklearn_tags__()
        found.input_tags.sparse = True
        return found
