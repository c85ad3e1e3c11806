"""Keras 2's estimators: a function builds the model, and its arguments are the hyper-parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any, Self

import numpy as np

from pynn.encoding import to_categorical
from pynn.models import Sequential
from pynn.wrappers.labels import checked_model, encode, not_fitted, tags


class _Built:
    """Settings by name; those that `fit`, `predict`, `evaluate` or the building function take."""

    kind = ""

    def __init__(self, build_fn: Callable[..., Any] | None = None, **sk_params: Any) -> None:
        if "model" in sk_params:
            if build_fn is not None:
                raise TypeError(f"{type(self).__name__}: build_fn= and model= mean the same; both were given")
            build_fn = sk_params.pop("model")
        self.build_fn, self.sk_params = build_fn, sk_params
        self._check(sk_params)

    def _builder(self) -> Callable[..., Any]:
        if self.build_fn is not None:
            return self.build_fn
        if not callable(self):
            raise TypeError(f"{type(self).__name__}: give build_fn, a function that returns a compiled model")
        found: Callable[..., Any] = self.__call__
        return found

    def _check(self, given: Iterable[str]) -> None:
        takers: list[Callable[..., Any]] = [self._builder(), Sequential.fit, Sequential.predict, Sequential.evaluate]
        for name in given:
            if name != "nb_epoch" and not any(_takes(taker, name) for taker in takers):
                raise ValueError(f"{name} is not a legal parameter of {type(self).__name__} or its build_fn")

    def _settings(self, function: Callable[..., Any], given: dict[str, Any]) -> dict[str, Any]:
        """Those of the settings that a function takes, and what was given to this call."""
        return {name: value for name, value in self.sk_params.items() if _takes(function, name)} | given

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """All settings by name; scikit-learn copies estimators by them."""
        return {**self.sk_params, "build_fn": self.build_fn}

    def set_params(self, **params: Any) -> Self:
        """Change settings by name."""
        if "build_fn" in params or "model" in params:
            self.build_fn = params.pop("build_fn", params.pop("model", None))
        self._check(params)
        self.sk_params.update(params)
        return self

    def fit(self, x: Any, y: Any, **kwargs: Any) -> Any:
        """Build a model and train it; returns its History.

        Parameters
        ----------
        x, y : array_like
        **kwargs
            Arguments of `Model.fit`, before those given to the constructor.
        """
        made = checked_model(self, self._builder()(**self._settings(self._builder(), {})))
        self.model = self.model_ = made
        self.n_features_in_ = np.shape(x)[-1]
        self.history_ = self.model.fit(np.asarray(x), self._target(y), **self._settings(Sequential.fit, kwargs))
        return self.history_

    def _target(self, y: Any) -> Any:
        return np.asarray(y)

    def _check_fitted(self) -> None:
        if not hasattr(self, "model"):
            raise not_fitted(self, "x")

    def _predicted(self, x: Any, given: dict[str, Any]) -> np.ndarray:
        self._check_fitted()
        found: np.ndarray = self.model.predict(np.asarray(x), **self._settings(Sequential.predict, given))
        return np.asarray(found)

    def __sklearn_tags__(self) -> Any:  # scikit-learn's name
        return tags(self.kind)

    @property
    def _estimator_type(self) -> str:
        return self.kind

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={value!r}" for name, value in self.sk_params.items())
        return f"{type(self).__name__}({settings})"


class KerasClassifier(_Built):
    """Keras 2's classifier for scikit-learn: `fit`, `predict`, `predict_proba`, `score` over a function that builds.

    Parameters
    ----------
    build_fn : callable
        Returns a compiled model; its arguments are hyper-parameters.  Also given as ``model=``.
    **sk_params
        Arguments of `build_fn`, and of `fit`, `predict` and `evaluate`, such as epochs and batch_size.

    Raises
    ------
    ValueError
        If none of these takes an argument.

    Notes
    -----
    Works in scikit-learn's `cross_val_score`, `GridSearchCV` and pipelines.  Today: `keras.wrappers.SKLearnClassifier`.

    Examples
    --------
    >>> def build(units=2):
    ...     model = Sequential([Dense(units, "relu"), Dense(1, "sigmoid")])
    ...     model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    ...     return model
    >>> classifier = KerasClassifier(build, units=4, epochs=2, verbose=0)
    >>> history = classifier.fit(np.eye(4), ["no", "yes", "no", "yes"])
    >>> classifier.predict(np.eye(4)).shape, classifier.predict_proba(np.eye(4)).shape
    ((4,), (4, 2))
    """

    __today__ = "keras.wrappers.SKLearnClassifier"
    kind = "classifier"

    def _target(self, y: Any) -> Any:
        self.classes_, numbers = encode(y)
        self.n_classes_ = len(self.classes_)
        return self._in_form(numbers)

    def _in_form(self, numbers: np.ndarray) -> Any:
        loss = getattr(self.model, "loss", None)
        named = loss if isinstance(loss, str) else getattr(loss, "name", getattr(loss, "__name__", ""))
        return to_categorical(numbers, self.n_classes_) if named == "categorical_crossentropy" else numbers

    def predict(self, x: Any, **kwargs: Any) -> np.ndarray:
        """The most probable class of each row, as it was labelled."""
        found = self._predicted(x, kwargs)
        numbers = found.argmax(-1) if found.shape[-1] > 1 else (found > 0.5).astype("int64").reshape(-1)
        chosen: np.ndarray = self.classes_[numbers]
        return chosen

    def predict_proba(self, x: Any, **kwargs: Any) -> np.ndarray:
        """The probability of each class, a column a class; two columns for one sigmoid."""
        found = self._predicted(x, kwargs)
        return found if found.shape[-1] > 1 else np.hstack([1 - found, found])

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """The share of rows whose class is predicted."""
        y = np.asarray(y)
        labels = y.argmax(-1) if y.ndim == 2 and y.shape[1] > 1 else y.reshape(-1)
        return float(np.mean(self.predict(x, **kwargs) == labels))


class KerasRegressor(_Built):
    """Keras 2's regressor for scikit-learn: `fit`, `predict`, `score` over a function that builds.

    Parameters
    ----------
    build_fn : callable
        Returns a compiled model; its arguments are hyper-parameters.  Also given as ``model=``.
    **sk_params
        Arguments of `build_fn`, and of `fit`, `predict` and `evaluate`.

    Notes
    -----
    `score` is minus the loss, as in Keras 2: greater is better.  Today: `keras.wrappers.SKLearnRegressor`.

    Examples
    --------
    >>> def build():
    ...     model = Sequential([Dense(1)])
    ...     model.compile("sgd", "mse")
    ...     return model
    >>> regressor = KerasRegressor(build, epochs=2, verbose=0)
    >>> history = regressor.fit(np.eye(4), np.arange(4.0))
    >>> regressor.predict(np.eye(4)).shape
    (4,)
    """

    __today__ = "keras.wrappers.SKLearnRegressor"
    kind = "regressor"

    def predict(self, x: Any, **kwargs: Any) -> np.ndarray:
        """The prediction of each row; one column is given as a vector."""
        found = self._predicted(x, kwargs)
        return found.reshape(-1) if found.ndim == 2 and found.shape[1] == 1 else found

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """Minus the loss."""
        self._check_fitted()
        loss = self.model.evaluate(np.asarray(x), np.asarray(y), **self._settings(Sequential.evaluate, kwargs))
        return -float(loss[0] if isinstance(loss, list) else loss)


def _takes(function: Callable[..., Any], name: str) -> bool:
    parameters = inspect.signature(function).parameters
    return name in parameters and parameters[name].kind not in (
        inspect.Parameter.VAR_KEYWORD,
        inspect.Parameter.VAR_POSITIONAL,
    )
