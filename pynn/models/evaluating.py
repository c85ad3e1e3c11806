"""evaluate, predict, and one batch at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pynn import recording
from pynn.layers import added, composite, eager
from pynn.layers.context import context
from pynn.models import door, mapped, matching, older, sources, stepping, straight
from pynn.models.compiled import Compiled
from pynn.models.custom import Customizable
from pynn.models.feeds import batch_for_steps, feed_of, limited
from pynn.models.loops import blank_outputs, by_stream, listen, predict_epoch, walk
from pynn.models.works import MOST_AT_ONCE, Work, work_for
from pynn.structures import flatten, pack_as
from pynn.tensor import as_tensor

if TYPE_CHECKING:
    from pynn.data import Rows
    from pynn.models.model import Model

# Rows that predict computes at a time, whatever batch size it was given, where that changes nothing: enough for a
# product to read its weights once for many rows, few enough for the hidden layers to stay in the cache.
_TILE = 128


class Evaluator(Customizable):
    """The part of a model that applies it."""

    _compiled: Compiled | None
    _works: dict[Any, Work]

    @older.shows_accuracy
    @older.reads_ahead
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
        x, y, batch_size, verbose, sample_weight, callbacks
            As for `fit`.
        steps : int, optional
            Batches to evaluate, if not all.
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
        model: Model = self  # type: ignore[assignment]
        self._require_compiled()
        if kwargs:
            raise ValueError(f"Arguments not recognized: {kwargs}")
        feed = feed_of(model, (x, y, sample_weight, None), batch_size, False, door.check_steps(steps))
        self._require_compiled().start(0)
        logs = feed.test(listen(model, callbacks, verbose, 1, feed.steps))
        if model.optimizer is not None and not model.optimizer.built:  # as in Keras: summary counts it from now on
            model.optimizer.build(model.trainable_weights)
        if return_dict:
            return dict(sorted(logs.items()))
        return self._in_order(logs)

    def _in_order(self, logs: dict[str, Any]) -> Any:
        resolved = self._require_compiled().latest
        values = resolved.in_order(logs) if resolved is not None else list(logs.values())
        return values if len(values) > 1 else values[0]

    @older.reads_ahead
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
        steps : int, optional
            Batches to predict, if not all.

        Returns
        -------
        ndarray, shape (n, …, k)
            For several outputs a list or dictionary of them.

        Raises
        ------
        ValueError
            If x does not fit the model.
        """
        model: Model = self  # type: ignore[assignment]
        batch_size, steps = limited(x, batch_size, door.check_steps(steps))
        if steps is None and door.is_arrays(x) and not stepping.has_own(model, "predict_step"):
            found: np.ndarray = self._predict_rows(x, door.check_batch_size(batch_size), verbose, callbacks)
            return found
        return self._predict_batches(x, batch_size, (verbose, callbacks), steps)

    def _predict_rows(self, x: Any, batch: int, verbose: Any, callbacks: Any) -> Any:
        model: Model = self  # type: ignore[assignment]
        found = straight.predict(model, x, batch) if not verbose and callbacks is None else None
        if found is not None:
            return found
        if mapped.needs_portions(x) and callbacks is None:
            return self._predict_portions(x, batch, verbose)
        rows = door.input_rows(model, x)
        out = blank_outputs(model, rows.n)
        listeners = listen(model, callbacks, verbose, 1, -(-rows.n // batch))
        work = _work_to_predict(model, rows, batch, listeners.wants_predict_batches)
        predict_epoch(work, batch, rows, out, listeners, self._packed)
        straight.keep(model, "predict", x, rows, work)
        return self._packed(out)

    def _predict_portions(self, x: Any, batch: int, verbose: Any) -> Any:
        model: Model = self  # type: ignore[assignment]
        listeners = listen(model, None, verbose, 1, -(-mapped.rows_of(x) // batch))

        def one(part: Any) -> list[np.ndarray]:
            rows = door.input_rows(model, part)
            out = blank_outputs(model, rows.n)
            for _ in walk(_work_to_predict(model, rows, batch, False), rows.arrays | by_stream(out), rows.n, 0):
                pass
            return out

        listeners.on_predict_begin()
        found = mapped.predict(x, batch, one, listeners.on_slice)
        listeners.on_predict_end()
        return self._packed(found)

    def _predict_batches(self, x: Any, batch_size: Any, how: tuple[Any, Any], steps: int | None) -> np.ndarray:
        model: Model = self  # type: ignore[assignment]
        if door.is_arrays(x):
            batches: sources.Batches = sources.ArrayBatches((x,), batch_for_steps(x, batch_size, steps), False)
        else:
            batches = sources.batches_of(x, False)
        listeners = listen(model, how[1], how[0], 1, steps or batches.count)
        found: list[Any] = []
        listeners.on_predict_begin()
        for index, batch in enumerate(batches):
            if steps is not None and index >= steps:
                break
            listeners.on_predict_batch_begin(index)
            found.append(stepping.predict_any(model, batch))
            listeners.on_predict_batch_end(index, {"outputs": found[-1]})
        listeners.on_predict_end()
        joined: np.ndarray = stepping.joined(found)
        return joined

    def _packed(self, flat: list[np.ndarray]) -> Any:
        """Outputs in the structure in which the model returns them."""
        model: Model = self  # type: ignore[assignment]
        return pack_as(matching.output_structure(model), matching.typed(model, flat))

    def _call_arrays(self, x: Any, training: bool | None) -> Any:
        """The outputs for arrays; a tape that records follows the whole model as one call."""
        model: Model = self  # type: ignore[assignment]
        if recording.state.stack or composite.may_add(model):
            added.begin(model)
            structure = pack_as(*reversed(matching.inputs(model, x)))
            model.build_for(matching.shapes_of(structure))
            if len(recording.state.stack) > 1 and model._network is not None:  # layer by layer: see layers.twice
                with context(bool(training)):
                    return model._network.call(flatten(structure), {})
            found = eager.apply(model, structure, bool(training))
            return pack_as(found, matching.typed(model, flatten(found)))
        rows = door.input_rows(model, x)
        out = blank_outputs(model, rows.n)
        batch = min(1 << (rows.n - 1).bit_length(), MOST_AT_ONCE)
        kind = straight.kind_of(training)
        work = work_for(model, kind, rows, batch, False)
        for _ in walk(work, rows.arrays | by_stream(out), rows.n, 0):
            pass
        straight.keep(model, kind, x, rows, work)
        return self._packed([as_tensor(part) for part in out])

    def train_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, class_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """Train on one batch; returns its loss and metrics.

        Parameters
        ----------
        x, y, sample_weight, class_weight
            As for `fit`.
        return_dict : bool, default False
            Return ``{name: value}``.
        """
        model: Model = self  # type: ignore[assignment]
        self._require_compiled()
        model.reset_metrics()
        logs = _how_to_train(model)(model, (x, y, sample_weight), class_weight)
        self._require_compiled().start(0)
        return dict(sorted(logs.items())) if return_dict else self._in_order(logs)

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False) -> Any:
        """Evaluate one batch; returns its loss and metrics.

        Parameters
        ----------
        x, y, sample_weight, return_dict
            As for `train_on_batch`.
        """
        model: Model = self  # type: ignore[assignment]
        self._require_compiled()
        model.reset_metrics()
        logs = stepping.test(model, (x, y, sample_weight))
        self._require_compiled().start(0)
        return dict(sorted(logs.items())) if return_dict else self._in_order(logs)

    def predict_on_batch(self, x: Any) -> Any:
        """The outputs for one batch.

        Parameters
        ----------
        x
            As for `fit`.
        """
        model: Model = self  # type: ignore[assignment]
        found = straight.predict(model, x, None)
        return self._packed(stepping.predict(model, x)) if found is None else found

    def reset_metrics(self) -> None:
        """Start new means of loss and metrics."""
        done = self._compiled.reset() if self._compiled is not None else []
        for metric in self.metrics:
            if not any(metric is other for other in done):
                metric.reset_state()

    def _require_compiled(self) -> Compiled:
        if self._compiled is None:
            raise ValueError(
                "You must call `compile()` before using the model: "
                "model.compile(optimizer='adam', loss='categorical_crossentropy')"
            )
        return self._compiled


def _how_to_train(model: Model) -> Any:
    """What trains on one batch; with an optimizer of several processes that of `sharing`."""
    exchange = None if model.optimizer is None else model.optimizer.exchange
    if exchange is None or not exchange.is_needed:
        return stepping.train
    from pynn.models import sharing

    return sharing.train


def _work_to_predict(model: Model, rows: Rows, batch: int, every_batch: bool) -> Work:
    """The work that predicts: with the user's batches if somebody wants to see them, or if rows of a batch meet."""
    work = work_for(model, "predict", rows, min(1 << (rows.n - 1).bit_length(), _TILE), False)
    return work_for(model, "predict", rows, batch, False) if every_batch or not work.rows_stay_apart else work
