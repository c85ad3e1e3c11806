"""Keras 3's estimators for scikit-learn."""

from __future__ import annotations

import inspect
from typing import Any, Self

import numpy as np

from pynn.encoding import to_categorical
from pynn.models import Model
from pynn.wrappers.labels import checked_model, encode, not_fitted, r2, tags


class _Wrapped:
    """A model, or a function of (X, y) that makes one, with settings that scikit-learn can read and change."""

    kind = ""

    def __init__(self, model: Any, warm_start: bool = False, model_kwargs: Any = None, fit_kwargs: Any = None) -> None:
        self.model, self.warm_start = model, warm_start
        self.model_kwargs, self.fit_kwargs = model_kwargs, fit_kwargs

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The constructor's arguments by name."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self, **params: Any) -> Self:
        """Change the constructor's arguments by name."""
        for name, value in params.items():
            if name not in self.get_params():
                raise ValueError(f"Invalid parameter {name!r} for estimator {type(self).__name__}")
            setattr(self, name, value)
        return self

    def fit(self, X: Any, y: Any = None, **kwargs: Any) -> Self:
        """Train a copy of the model, or one that the function makes.

        Parameters
        ----------
        X, y : array_like
        **kwargs
            Arguments of `Model.fit`, before those of `fit_kwargs`.
        """
        X = np.asarray(X)
        target = self._target(y)
        if not (self.warm_start and hasattr(self, "model_")):
            self.model_ = self._made(X, target)
        self.n_features_in_ = X.shape[-1]
        self.history_ = self.model_.fit(X, target, **(self.fit_kwargs or {}) | kwargs)
        return self

    def _made(self, X: np.ndarray, y: Any) -> Any:
        if isinstance(self.model, Model):
            from pynn.models import clone_model  # type: ignore[attr-defined, unused-ignore]

            made = clone_model(self.model)
            made.compile_from_config(self.model.get_compile_config())  # type: ignore[attr-defined, unused-ignore]
        else:
            made = checked_model(self, self.model(X, y, **(self.model_kwargs or {})))
        if not getattr(made, "compiled", True):
            raise RuntimeError(f"{type(self).__name__} needs a compiled model: call model.compile() first.")
        return made

    def _target(self, y: Any) -> Any:
        return None if y is None else np.asarray(y)

    def _predicted(self, X: Any) -> np.ndarray:
        if not hasattr(self, "model_"):
            raise not_fitted(self, "X")
        return np.asarray(self.model_.predict(np.asarray(X), verbose=0))

    @property
    def epoch_(self) -> Any:
        """The epochs of the last training."""
        return getattr(self.history_, "epoch", None)

    def __sklearn_tags__(self) -> Any:  # scikit-learn's name
        return tags(self.kind)

    @property
    def _estimator_type(self) -> str:
        return self.kind


class SKLearnClassifier(_Wrapped):
    """A classifier for scikit-learn over a model.

    Parameters
    ----------
    model : Model or callable
        A compiled model, which is copied, or a function ``(X, y, **model_kwargs)`` that returns one.  Its targets are
        one-hot rows.
    warm_start : bool, default False
        Go on with the trained model at the next `fit`.
    model_kwargs, fit_kwargs : dict, optional

    Examples
    --------
    >>> def build(X, y):
    ...     model = Sequential([Dense(y.shape[1], "softmax")])
    ...     model.compile("sgd", "categorical_crossentropy")
    ...     return model
    >>> classifier = SKLearnClassifier(build, fit_kwargs={"verbose": 0})
    >>> classifier.fit(np.eye(3), ["a", "b", "a"]).predict(np.eye(3)).shape
    (3,)
    """

    kind = "classifier"

    def _target(self, y: Any) -> Any:
        self.classes_, numbers = encode(y)
        return to_categorical(numbers, len(self.classes_))

    def predict(self, X: Any) -> np.ndarray:
        """The most probable class of each row, as it was labelled."""
        numbers = self._predicted(X).argmax(-1)
        chosen: np.ndarray = self.classes_[numbers]
        return chosen

    def decision_function(self, X: Any) -> np.ndarray:
        """What the model gives for each row: a column a class."""
        return self._predicted(X)

    def score(self, X: Any, y: Any) -> float:
        """The share of rows whose class is predicted."""
        return float(np.mean(self.predict(X) == np.asarray(y).reshape(-1)))


class SKLearnRegressor(_Wrapped):
    """A regressor for scikit-learn over a model.

    Parameters
    ----------
    model : Model or callable
        A compiled model, which is copied, or a function ``(X, y, **model_kwargs)`` that returns one.
    warm_start : bool, default False
        Go on with the trained model at the next `fit`.
    model_kwargs, fit_kwargs : dict, optional

    Examples
    --------
    >>> def build(X, y):
    ...     model = Sequential([Dense(1)])
    ...     model.compile("sgd", "mse")
    ...     return model
    >>> SKLearnRegressor(build, fit_kwargs={"verbose": 0}).fit(np.eye(3), np.arange(3.0)).predict(np.eye(3)).shape
    (3,)
    """

    kind = "regressor"

    def _target(self, y: Any) -> Any:
        y = np.asarray(y)
        self._as_vector = y.ndim == 1
        return y.reshape(len(y), -1)

    def predict(self, X: Any) -> np.ndarray:
        """The prediction of each row, in the shape of the targets."""
        found = self._predicted(X)
        return found.reshape(-1) if self._as_vector else found

    def score(self, X: Any, y: Any) -> float:
        """R², the share of the variance that is predicted."""
        return r2(y, self.predict(X))


class SKLearnTransformer(_Wrapped):
    """A step of a scikit-learn pipeline that gives what a model predicts.

    Parameters
    ----------
    model : Model or callable
        A compiled model, which is copied, or a function ``(X, y, **model_kwargs)`` that returns one.
    warm_start : bool, default False
        Go on with the trained model at the next `fit`.
    model_kwargs, fit_kwargs : dict, optional

    Examples
    --------
    >>> def build(X, y):
    ...     model = Sequential([Dense(2)])
    ...     model.compile("sgd", "mse")
    ...     return model
    >>> SKLearnTransformer(build, fit_kwargs={"verbose": 0}).fit(np.eye(3), np.eye(3)[:, :2]).transform(np.eye(3)).shape
    (3, 2)
    """

    kind = "transformer"

    def transform(self, X: Any) -> np.ndarray:
        """What the model gives for each row."""
        return self._predicted(X)

    def fit_transform(self, X: Any, y: Any = None, **kwargs: Any) -> np.ndarray:
        """`fit`, then `transform` of the same rows."""
        return self.fit(X, y, **kwargs).transform(X)
