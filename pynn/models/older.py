"""What models could do in Keras 1 and 2: each call still runs, and says once what it is called today."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from pynn import legacy
from pynn.models.older_generators import OlderGenerators

if TYPE_CHECKING:
    from pynn.models.model import Model

Function = TypeVar("Function", bound=Callable[..., Any])


# Keras 2 read batches ahead.
reads_ahead = legacy.dropped(
    workers="leave it out (batches are read when they are needed)",
    use_multiprocessing="leave it out (batches are read when they are needed)",
    max_queue_size="leave it out (batches are read when they are needed)",
)


def shows_accuracy(function: Function) -> Function:
    """Decorate `fit` or `evaluate` so that ``show_accuracy=True`` adds a metric for this call, as in Keras 1."""

    @functools.wraps(function)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if "show_accuracy" not in kwargs:
            return function(self, *args, **kwargs)
        legacy.warn(f"{function.__name__}(show_accuracy=…)", 'compile(metrics=["accuracy"])')
        if not kwargs.pop("show_accuracy"):
            return function(self, *args, **kwargs)
        with self._metrics_of_fit([*(self._require_compiled().given_metrics or []), "accuracy"]):
            return function(self, *args, **kwargs)

    return call  # type: ignore[return-value]


class OlderCalls(OlderGenerators):
    """The part of a model that answers calls of older programs."""

    def predict_classes(self, x: Any, batch_size: int | None = 32, verbose: Any = 0) -> np.ndarray:
        """Class numbers: the largest of several outputs, or whether a single one is above 1/2.

        Parameters
        ----------
        x : array_like, shape (n, …)
        batch_size : int, default 32
        verbose : {"auto", 0, 1, 2}

        Returns
        -------
        ndarray of int, shape (n,), or (n, 1) for a single output

        Examples
        --------
        >>> import warnings
        >>> model = Sequential([keras.Input((2,)), Dense(3, activation="softmax")])
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     model.predict_classes(np.ones((4, 2))).shape
        (4,)
        """
        model: Model = self  # type: ignore[assignment]
        legacy.warn(
            "model.predict_classes(x)",
            'np.argmax(model.predict(x), axis=-1), or (model.predict(x) > 0.5).astype("int32") for a single output',
        )
        found = np.asarray(model.predict(x, batch_size=batch_size, verbose=verbose))
        return found.argmax(axis=-1) if found.shape[-1] > 1 else (found > 0.5).astype("int32")

    def predict_proba(self, x: Any, batch_size: int | None = 32, verbose: Any = 0) -> Any:
        """What `predict` returns.

        Parameters
        ----------
        x : array_like, shape (n, …)
        batch_size : int, default 32
        verbose : {"auto", 0, 1, 2}

        Examples
        --------
        >>> import warnings
        >>> model = Sequential([keras.Input((2,)), Dense(3, activation="softmax")])
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     model.predict_proba(np.ones((4, 2))).shape
        (4, 3)
        """
        model: Model = self  # type: ignore[assignment]
        legacy.warn("model.predict_proba(x)", "model.predict(x)")
        return model.predict(x, batch_size=batch_size, verbose=verbose)

    def reset_states(self) -> None:
        """Nothing to do: what recurrent layers remember between batches, dense ones do not have.

        Examples
        --------
        >>> import warnings
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     Sequential([Dense(1)]).reset_states()
        """
        legacy.warn("model.reset_states()", "nothing (recurrent layers alone have states)")

    @property
    def compiled_loss(self) -> CompiledLoss:
        """What a training step of Keras 2 calls for its loss."""
        legacy.warn("model.compiled_loss(y, y_pred)", "model.compute_loss(y=y, y_pred=y_pred)")
        return CompiledLoss(self)

    @property
    def compiled_metrics(self) -> CompiledMetrics:
        """What a training step of Keras 2 updates."""
        legacy.warn(
            "model.compiled_metrics.update_state(y, y_pred)",
            "metric.update_state(y, y_pred) for each of model.metrics but the loss, or model.compute_metrics",
        )
        return CompiledMetrics(self)


class CompiledLoss:
    """The losses given to `compile`, as one function of a batch."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None, regularization_losses: Any = None) -> Any:
        loss = self._model.loss_without_penalties(y_true, y_pred, sample_weight)
        for penalty in regularization_losses or ():
            loss = loss + penalty
        self._model._loss_tracker.update_state(np.asarray(loss))
        return loss


class CompiledMetrics:
    """The metrics given to `compile`."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into account."""
        self._model.compute_metrics(None, y_true, y_pred, sample_weight)
