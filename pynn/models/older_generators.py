"""Training, testing and predicting with generators, which were calls of their own in Keras 1 and 2."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn import legacy
from pynn.structures import flatten

if TYPE_CHECKING:
    from pynn.models.model import Model

_READING = {"max_q_size": "max_queue_size", "nb_worker": "workers", "pickle_safe": "use_multiprocessing"}


class OlderGenerators:
    """The part of a model that takes generators as older programs give them."""

    fit: Any

    @legacy.spellings(nb_epoch="epochs", **_READING)
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
        *,
        samples_per_epoch: int | None = None,
        nb_val_samples: int | None = None,
    ) -> Any:
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
        samples_per_epoch, nb_val_samples : int, optional
            Keras 1's rows of an epoch, in the place of batches.

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
        legacy.warn("model.fit_generator(generator)", "model.fit(generator)")
        if samples_per_epoch is not None:
            legacy.warn("fit_generator(samples_per_epoch=…)", "fit(steps_per_epoch=…), which counts batches")
            generator, steps_per_epoch = _counted(generator, samples_per_epoch)
        if nb_val_samples is not None:
            legacy.warn("fit_generator(nb_val_samples=…)", "fit(validation_steps=…), which counts batches")
            validation_data, validation_steps = _counted(validation_data, nb_val_samples)
        return self.fit(
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

    @legacy.spellings(**_READING)
    def evaluate_generator(
        self,
        generator: Any,
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: Any = 0,
        *,
        val_samples: int | None = None,
    ) -> Any:
        """Evaluate as `evaluate` does with a generator.

        Parameters
        ----------
        generator : iterator of batches, PyDataset
        steps, callbacks, verbose
            As for `evaluate`.
        max_queue_size, workers, use_multiprocessing
            How Keras 2 read batches ahead; here one is read when it is needed.
        val_samples : int, optional
            Keras 1's rows, in the place of batches.

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
        if val_samples is not None:
            legacy.warn("evaluate_generator(val_samples=…)", "evaluate(steps=…), which counts batches")
            generator, steps = _counted(generator, val_samples)
        return model.evaluate(generator, steps=steps, callbacks=callbacks, verbose=verbose)

    @legacy.spellings(**_READING)
    def predict_generator(
        self,
        generator: Any,
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: Any = 0,
        *,
        val_samples: int | None = None,
    ) -> Any:
        """Predict as `predict` does with a generator.

        Parameters
        ----------
        generator : iterator of batches, PyDataset
        steps, callbacks, verbose
            As for `predict`.
        max_queue_size, workers, use_multiprocessing
            How Keras 2 read batches ahead; here one is read when it is needed.
        val_samples : int, optional
            Keras 1's rows, in the place of batches.

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
        if val_samples is not None:
            legacy.warn("predict_generator(val_samples=…)", "predict(steps=…), which counts batches")
            generator, steps = _counted(generator, val_samples)
        if isinstance(generator, Iterator):
            generator = (batch if isinstance(batch, tuple) else (batch,) for batch in generator)
        return model.predict(generator, steps=steps, callbacks=callbacks, verbose=verbose)


def _counted(batches: Any, rows: int) -> tuple[Any, int | None]:
    """What gives batches, and how many of them hold so many rows; all are taken to be as long as the first."""
    if isinstance(batches, tuple | list):
        return batches, None
    if isinstance(batches, Iterator):
        first = next(batches)
        batches = itertools.chain([first], batches)
    else:
        first = batches[0]
    return batches, -(-int(rows) // len(np.asarray(flatten(first)[0])))
