"""What models could do in Keras 1 and 2: each call still runs, and says once what it is called today."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn import legacy

if TYPE_CHECKING:
    from pynn.callbacks import History
    from pynn.models.model import Model


class OlderCalls:
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

    @legacy.spellings(nb_epoch="epochs")
    def fit_generator(
        self,
        generator: Any,
        steps_per_epoch: int | None = None,
        epochs: int = 1,
        verbose: Any = 1,
        callbacks: Any = None,
        validation_data: Any = None,
        validation_steps: int | None = None,
        validation_freq: int = 1,
        class_weight: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        shuffle: bool = True,
        initial_epoch: int = 0,
    ) -> History:
        """Train as `fit` does with a generator, whose arguments these are.

        Parameters
        ----------
        generator : iterator of batches, PyDataset
        steps_per_epoch, epochs, verbose, callbacks, validation_data, validation_steps, validation_freq
            As for `fit`.
        class_weight, shuffle, initial_epoch
            As for `fit`.
        max_queue_size, workers, use_multiprocessing
            How Keras 2 read batches ahead; here one is read when it is needed.

        Examples
        --------
        >>> import warnings
        >>> model = Sequential([keras.Input((2,)), Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> batches = iter([(np.ones((4, 2)), np.ones((4, 1)))] * 3)
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     history = model.fit_generator(batches, steps_per_epoch=3, verbose=0)
        >>> len(history.history["loss"])
        1
        """
        model: Model = self  # type: ignore[assignment]
        legacy.warn("model.fit_generator(generator)", "model.fit(generator)")
        return model.fit(
            generator,
            steps_per_epoch=steps_per_epoch,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            validation_data=validation_data,
            validation_steps=validation_steps,
            validation_freq=validation_freq,
            class_weight=class_weight,
            shuffle=shuffle,
            initial_epoch=initial_epoch,
        )

    def evaluate_generator(
        self,
        generator: Any,
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: Any = 0,
    ) -> Any:
        """Evaluate as `evaluate` does with a generator.

        Parameters
        ----------
        generator : iterator of batches, PyDataset
        steps, callbacks, verbose
            As for `evaluate`.
        max_queue_size, workers, use_multiprocessing
            How Keras 2 read batches ahead; here one is read when it is needed.

        Examples
        --------
        >>> import warnings
        >>> model = Sequential([keras.Input((2,)), Dense(1, kernel_initializer="zeros")])
        >>> model.compile("sgd", "mse")
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     model.evaluate_generator(iter([(np.ones((4, 2)), np.ones((4, 1)))]), steps=1)
        1.0
        """
        model: Model = self  # type: ignore[assignment]
        legacy.warn("model.evaluate_generator(generator)", "model.evaluate(generator)")
        return model.evaluate(generator, steps=steps, callbacks=callbacks, verbose=verbose)

    def predict_generator(
        self,
        generator: Any,
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: Any = 0,
    ) -> Any:
        """Predict as `predict` does with a generator.

        Parameters
        ----------
        generator : iterator of batches, PyDataset
        steps, callbacks, verbose
            As for `predict`.
        max_queue_size, workers, use_multiprocessing
            How Keras 2 read batches ahead; here one is read when it is needed.

        Examples
        --------
        >>> import warnings
        >>> model = Sequential([keras.Input((2,)), Dense(1)])
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     model.predict_generator(iter([np.ones((4, 2))]), steps=1).shape
        (4, 1)
        """
        model: Model = self  # type: ignore[assignment]
        legacy.warn("model.predict_generator(generator)", "model.predict(generator)")
        if isinstance(generator, Iterator):
            generator = (batch if isinstance(batch, tuple) else (batch,) for batch in generator)
        return model.predict(generator, steps=steps, callbacks=callbacks, verbose=verbose)

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
