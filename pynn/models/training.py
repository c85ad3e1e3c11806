"""compile, fit, evaluate and predict."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn.data import Rows
from pynn.models import door
from pynn.models.compiled import Compiled
from pynn.models.loops import Validation, blank_outputs, listen, predict_epoch, run_epochs, test_epoch, walk
from pynn.models.works import Work, work_for

if TYPE_CHECKING:
    from pynn.callbacks import History
    from pynn.layers import Layer
    from pynn.metrics import RowMean
    from pynn.optimizers import Optimizer
    from pynn.variables import Variable

# Rows of a direct call that are computed at a time: a power of two, so that few plans serve all numbers of rows.
_MOST_AT_ONCE = 1024


class Trainer:
    """The part of a model that trains it."""

    name: str
    _compiled: Compiled | None
    _works: dict[Any, Work]
    _initial_epoch: int | None  # of the `fit` at work
    if TYPE_CHECKING:  # given by Model
        history: History
        input_shape: tuple[int | None, ...]
        output_shape: tuple[int | None, ...]

        def build_for(self, x: np.ndarray) -> None: ...
        def chain(self) -> list[Layer]: ...
        @property
        def trainable_weights(self) -> list[Variable]: ...
        @property
        def real(self) -> np.dtype[Any]: ...

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: Any = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Say how the model is trained.

        Parameters
        ----------
        optimizer : str, class or Optimizer
        loss : str, class, function or Loss
        metrics : list of str, classes or metrics, optional
            "accuracy" picks the binary, categorical or sparse form by the shapes of outputs and targets.
        run_eagerly : bool, default False
            Walk the plan in Python with the NumPy definitions: slow, but a debugger can stop between two steps.
        loss_weights, weighted_metrics : None
        steps_per_execution, jit_compile, auto_scale_loss
            Accepted for Keras's sake, without effect.

        Raises
        ------
        ValueError
            If a name is unknown.
        """
        for option, value in (("loss_weights", loss_weights), ("weighted_metrics", weighted_metrics)):
            if value is not None:
                raise ValueError(f"compile: {option}={value!r} is not available; leave it at None")
        self._compiled = Compiled(optimizer, loss, metrics, run_eagerly)
        self._works.clear()
        self.stop_training = False

    @property
    def compiled(self) -> bool:
        """Whether `compile` was called."""
        return self._compiled is not None

    @property
    def optimizer(self) -> Optimizer | None:
        return self._compiled.optimizer if self._compiled else None

    @property
    def loss(self) -> Any:
        return self._compiled.loss if self._compiled else None

    @property
    def metrics(self) -> list[RowMean]:
        """The metrics in use; known from the first data on."""
        return self._compiled.resolved if self._compiled else []

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int = 1,
        metrics: Any = None,
    ) -> History:
        """Train.

        Parameters
        ----------
        x : array_like, shape (n, …)
            Inputs; images of type uint8 are converted batch by batch.
        y : array_like, shape (n, k) or (n,)
            Targets, in the form that the loss takes.
        batch_size : int, default 32
            Rows for each update of the weights.
        epochs : int, default 1
            Number of the last epoch: passes over the data, counted from `initial_epoch`.
        verbose : {"auto", 0, 1, 2}
            1: progress bar; 2: a line an epoch; 0: silent.
        callbacks : list of Callback, optional
        validation_split : float in [0, 1), default 0
            This share of the rows, the last ones, is not trained on but evaluated after each epoch.
        validation_data : tuple (x, y) or (x, y, sample_weight), optional
            Evaluated after each epoch; goes before `validation_split`.
        shuffle : bool, default True
            Take the rows in a new random order in each epoch.
        class_weight : dict, optional
            ``{class: weight}`` of the loss; not applied to validation.
        sample_weight : array_like, shape (n,), optional
            Weight of each row's loss.
        initial_epoch : int, default 0
        validation_batch_size : int, optional
            `batch_size` if not given.
        validation_freq : int, default 1
            Evaluate after each so-many-th epoch.
        steps_per_epoch, validation_steps : None
        metrics : optional
            As in `compile`, for this call.  (Keras takes metrics in `compile` only.)

        Returns
        -------
        History
            ``.history``: lists by name, a value an epoch.

        Raises
        ------
        ValueError
            If the model is not compiled, or an argument does not fit; nothing has changed then.
        """
        self._require_compiled()
        door.check_options(steps_per_epoch=steps_per_epoch, validation_steps=validation_steps)
        door.check_counts(epochs=epochs, initial_epoch=initial_epoch)
        batch = door.check_batch_size(batch_size)
        size = door.check_batch_size(validation_batch_size or batch)
        every = door.check_batch_size(validation_freq, "validation_freq")
        with self._metrics_of_fit(metrics) as compiled:
            given = (x, y, sample_weight, class_weight)
            train, held = door.training_rows(self, given, validation_split, validation_data)
            work = work_for(self, "train", train, batch, bool(shuffle))
            validation = Validation(work_for(self, "test", held, size, False), held, every) if held else None
            listeners = listen(self, callbacks, verbose, epochs, math.ceil(train.n / batch), add_history=True)
            compiled.start(train.n if shuffle else 0)
            run_epochs(self, work, train, validation, range(initial_epoch, epochs), listeners)
        return self.history

    @contextlib.contextmanager
    def _metrics_of_fit(self, metrics: Any) -> Iterator[Compiled]:
        """Other metrics than `compile` was given, and plans with them, for one call."""
        compiled, works = self._require_compiled(), dict(self._works)
        if metrics is not None:
            self._compiled = compiled.with_metrics(metrics)
        try:
            yield self._require_compiled()
        finally:
            if self._compiled is not compiled:
                self._compiled, self._works = compiled, works

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Loss and metrics over a data set, without training.

        Parameters
        ----------
        x, y, batch_size, verbose, sample_weight, callbacks, steps
            As for `fit`.
        return_dict : bool, default False
            Return ``{name: value}``.

        Returns
        -------
        float, list of float or dict
            The loss alone if there are no metrics.

        Raises
        ------
        ValueError
            If the model is not compiled, or an argument does not fit.
        """
        self._require_compiled()
        if kwargs:
            raise ValueError(f"Arguments not recognized: {kwargs}")
        door.check_options(steps=steps)
        batch = door.check_batch_size(batch_size)
        rows = door.rows(self, x, y, sample_weight)
        listeners = listen(self, callbacks, verbose, 1, math.ceil(rows.n / batch))
        logs = test_epoch(self, work_for(self, "test", rows, batch, False), rows, listeners)
        if return_dict:
            return dict(sorted(logs.items()))
        return list(logs.values()) if len(logs) > 1 else logs["loss"]

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> np.ndarray:
        """The outputs for each row of x.

        Parameters
        ----------
        x, batch_size, verbose, callbacks
            As for `fit`.
        steps : None

        Returns
        -------
        ndarray, shape (n, …, k)

        Raises
        ------
        ValueError
            If x does not fit the model.
        """
        door.check_options(steps=steps)
        batch = door.check_batch_size(batch_size)
        rows = Rows(door.inputs(self, x))
        out = blank_outputs(self, rows.n)
        listeners = listen(self, callbacks, verbose, 1, math.ceil(rows.n / batch))
        predict_epoch(work_for(self, "predict", rows, batch, False), rows.x, out, listeners)
        return out

    def __call__(self, x: Any, training: bool = False) -> np.ndarray:
        """The outputs for an array of rows, at once.

        Parameters
        ----------
        x : array_like, shape (n, …)
        training : bool, default False
            Whether layers such as Dropout behave as in training.
        """
        rows = Rows(door.inputs(self, x))
        out = blank_outputs(self, rows.n)
        batch = min(1 << (rows.n - 1).bit_length(), _MOST_AT_ONCE)
        work = work_for(self, "forward" if training else "predict", rows, batch, False)
        for _ in walk(work, {"x": rows.x, "y": out}, rows.n, False):
            pass
        return out

    def _require_compiled(self) -> Compiled:
        if self._compiled is None:
            raise ValueError(
                "You must call `compile()` before using the model: "
                "model.compile(optimizer='adam', loss='categorical_crossentropy')"
            )
        if self._compiled.loss is None:
            raise ValueError(
                "No loss to compute. Provide a `loss` argument in `compile()`: 'mean_squared_error' for numbers, "
                "'categorical_crossentropy' for one-hot classes, 'sparse_categorical_crossentropy' for class numbers."
            )
        return self._compiled
