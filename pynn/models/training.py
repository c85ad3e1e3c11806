"""compile and fit."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pynn import legacy, limits, saving
from pynn.models import door, older
from pynn.models import epochs as epoch_loop
from pynn.models.compiled import Compiled
from pynn.models.evaluating import Evaluator
from pynn.models.feeds import Feed, feed_of, rows_of
from pynn.models.loops import listen

if TYPE_CHECKING:
    from pynn.callbacks import History
    from pynn.models.model import Model
    from pynn.optimizers import Optimizer


class Trainer(Evaluator):
    """The part of a model that trains it."""

    history: History
    _compile_arguments: dict[str, Any]
    _initial_epoch: int | None  # of the `fit` at work
    # Before `compile`, as in Keras.
    run_eagerly = False
    jit_compile: Any = True

    @legacy.dropped(
        class_mode="leave it out (the loss says it)",
        sample_weight_mode="leave it out (fit takes sample_weight of any shape that the loss has)",
    )
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
        optimizer : str, dict or Optimizer
        loss : str, class, function or Loss
            Or a list or dictionary of them, one for each output.
        loss_weights : float, list or dict, optional
            Weights of the outputs' losses in the sum.
        metrics, weighted_metrics : list of str, classes, functions or metrics, optional
            "accuracy" picks the binary, categorical or sparse form by the shapes of outputs and targets.  For several
            outputs a list of lists, or a dictionary.  Sample and class weights count in the second kind only.
        run_eagerly : bool, default False
            Walk the plan in Python with the NumPy definitions: slow, but a debugger can stop between two steps.
        steps_per_execution : int, default 1
            Batches between two calls of the batch hooks of callbacks.
        jit_compile, auto_scale_loss
            Accepted for Keras's sake, without effect.

        Raises
        ------
        ValueError
            If a name is unknown, or something does not fit the outputs.
        """
        steps_per_execution = door.check_batch_size(steps_per_execution, "steps_per_execution")
        self._compiled = Compiled(optimizer, loss, metrics, weighted_metrics, loss_weights)
        self._compile_arguments = {
            "optimizer": self._compiled.optimizer,
            "loss": loss,
            "loss_weights": loss_weights,
            "metrics": metrics,
            "weighted_metrics": weighted_metrics,
            "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution,
            "jit_compile": jit_compile,
        }
        if jit_compile == "auto":
            self._compile_arguments["jit_compile"] = not run_eagerly
        self.steps_per_execution, self.run_eagerly = steps_per_execution, run_eagerly
        self.jit_compile = self._compile_arguments["jit_compile"]
        self._works.clear()
        self.stop_training = False

    def get_compile_config(self) -> dict[str, Any]:
        """What `compile` was given, as a configuration; empty if it was not called."""
        return saving.serialize_keras_object(self._compile_arguments) if self._compiled is not None else {}

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile as `get_compile_config` says."""
        if not config:
            return
        if not type(self).compile.__module__.startswith("pynn."):
            warnings.warn(
                "`compile()` was not called as part of model loading because the model's `compile()` method is custom: "
                "override `get_compile_config()` and `compile_from_config(config)` too, or call `compile()` yourself.",
                stacklevel=2,
            )
            return
        self.compile(**saving.deserialize_keras_object(config))
        model: Model = self  # type: ignore[assignment]
        if model.optimizer is not None and model.built:
            model.optimizer.build(model.trainable_weights)

    @property
    def compiled(self) -> bool:
        """Whether `compile` was called."""
        return self._compiled is not None

    @property
    def optimizer(self) -> Optimizer | None:
        """The optimizer given to `compile`."""
        return self._compiled.optimizer if self._compiled else None

    @optimizer.setter
    def optimizer(self, value: Any) -> None:
        if self._compiled is None:
            self.compile(optimizer=value)
        else:
            self._compiled.optimizer = value
            self._works.clear()

    @property
    def loss(self) -> Any:
        """The loss given to `compile`."""
        return self._compiled.given_loss if self._compiled else None

    @older.shows_accuracy
    @older.reads_ahead
    @legacy.spellings(nb_epoch="epochs", X="x")
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
            Inputs; images of type uint8 are converted batch by batch.  A list or dictionary of arrays for models with
            several inputs.  Or what gives whole batches: a generator, a `PyDataset`, an iterable of batches.
        y : array_like, shape (n, k) or (n,)
            Targets, in the form that the loss takes; a list or dictionary for several outputs.
        batch_size : int, default 32
            Rows for each update of the weights.
        epochs : int, default 1
            Number of the last epoch: passes over the data, counted from `initial_epoch`.
        verbose : {"auto", 0, 1, 2}
            1: progress bar; 2: a line an epoch; 0: silent.
        callbacks : list of Callback, optional
        validation_split : float in [0, 1), default 0
            This share of the rows, the last ones, is not trained on but evaluated after each epoch.
        validation_data : tuple (x, y) or (x, y, sample_weight), or what gives batches, optional
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
        steps_per_epoch, validation_steps : int, optional
            Batches of an epoch, for data that does not say how many it has, or fewer.
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
        model: Model = self  # type: ignore[assignment]
        self._require_compiled()
        door.check_counts(epochs=epochs, initial_epoch=initial_epoch)
        every, epochs = door.check_frequency(validation_freq), _limited(epochs)
        with self._metrics_of_fit(metrics) as compiled:
            given = (x, y, sample_weight, class_weight)
            feed, held = self._feeds(given, (batch_size, shuffle, steps_per_epoch), (validation_split, validation_data))
            size = validation_batch_size or batch_size
            validation = None if held is None else self._validation(held, size, validation_steps)
            listeners = listen(model, callbacks, verbose, epochs, feed.steps, add_history=True)
            compiled.start(rows_of(feed) if shuffle else 0)
            plan = epoch_loop.Epochs(range(initial_epoch, epochs), every)
            _how_to_run(compiled.optimizer)(model, feed, validation, plan, listeners)
        return self.history

    def _feeds(
        self, given: tuple[Any, Any, Any, Any], how: tuple[Any, Any, Any], validation: tuple[Any, Any]
    ) -> tuple[Feed, Any]:
        """What to train on, and what to validate on: a feed, or data as the user gave it."""
        model: Model = self  # type: ignore[assignment]
        batch, shuffle, steps = how
        split, data = validation
        if steps is not None:
            steps = door.check_batch_size(steps, "steps_per_epoch")
        if data is None and split:
            return self._split(given, how, split)
        return feed_of(model, given, batch, bool(shuffle), steps), data

    def _split(self, given: tuple[Any, Any, Any, Any], how: tuple[Any, Any, Any], split: float) -> tuple[Feed, Any]:
        model: Model = self  # type: ignore[assignment]
        x, y, sample_weight, class_weight = given
        batch, shuffle, steps = how
        if not door.is_arrays(x):
            raise ValueError(
                "Argument `validation_split` is only supported for tensors or NumPy arrays; "
                f"x is a {type(x).__name__}. Pass validation_data instead."
            )
        (x, y, sample_weight), held = door.split_given((x, y, sample_weight), split)
        return feed_of(model, (x, y, sample_weight, class_weight), batch, bool(shuffle), steps), held

    def _validation(self, data: Any, batch: int | None, steps: int | None) -> Feed:
        model: Model = self  # type: ignore[assignment]
        x, y, weights = door.validation_parts(data)
        try:
            return feed_of(model, (x, y, weights, None), batch, False, steps)
        except ValueError as error:
            raise ValueError(f"validation_data: {error}") from error

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


def _how_to_run(optimizer: Optimizer | None) -> Callable[..., None]:
    """The loop over epochs; with an optimizer of several processes that of `sharing`."""
    if optimizer is None or optimizer.exchange is None or not optimizer.exchange.is_needed:
        return epoch_loop.run_epochs
    from pynn.models import sharing

    return sharing.run_epochs


def _limited(epochs: int) -> int:
    """Epochs under `keras.config.set_max_epochs`."""
    most = limits.max_epochs()
    if most is None or most >= epochs:
        return epochs
    warnings.warn(f"Limiting epochs to {most}, as keras.config.set_max_epochs says", stacklevel=3)
    return most
