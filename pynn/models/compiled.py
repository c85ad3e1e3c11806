"""What `compile` keeps: optimizer, losses and metrics for each output, and how they are named in logs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from pynn import losses, optimizers, trials
from pynn import metrics as metric_module
from pynn.losses import Loss
from pynn.metrics import Metric
from pynn.models import settings
from pynn.optimizers import Optimizer
from pynn.permutations import permutation

Shape = tuple[int | None, ...]


def plain(value: Any) -> Any:
    """A value of a log: a Python number if it is one number."""
    array = np.asarray(value)
    return array.item() if array.ndim == 0 else array


class Sums:
    """What has running sums as attributes: arrays that a pass adds to."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        """From a pickle; joblib's may map arrays from a file, where nothing can be written to."""
        for name, value in state.items():
            setattr(
                self, name, np.require(np.asarray(value), requirements="W") if isinstance(value, np.ndarray) else value
            )


class Tracker(Sums):
    """The running mean of one loss, added up by the core."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.total, self.count = np.zeros(1), np.zeros(1)

    def result(self) -> float:
        """The mean so far; 0 before any data."""
        return float(self.total[0] / self.count[0]) if self.count[0] else 0.0

    def reset_state(self) -> None:
        """Forget all data."""
        self.total[:] = self.count[:] = 0


class WeightedLoss:
    """One loss of one output, its weight in the sum, and its running mean."""

    def __init__(self, loss: Loss, weight: float | None, name: str) -> None:
        self.loss, self.weight, self.tracker = loss, weight, Tracker(f"{name}_loss")


class Head:
    """What was compiled for one output.

    Attributes
    ----------
    name : str
    losses : list of WeightedLoss
    metrics, weighted : list of Metric
        The first without, the others with sample weights.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.losses: list[WeightedLoss] = []
        self.metrics: list[Metric] = []
        self.weighted: list[Metric] = []

    def everything(self) -> Iterator[Any]:
        """Losses and metrics."""
        yield from (part.loss for part in self.losses)
        yield from self.metrics
        yield from self.weighted


class Resolved(Sums):
    """The losses and metrics for outputs and targets of known shapes.

    Attributes
    ----------
    heads : list of Head
        One for each output.
    others : list of Metric
        What is not compiled, but an attribute of the model or of a layer inside it: its own code updates it.
    penalties, rows : ndarray of float64, shape (1,)
        Running sum of the penalties times the rows of their batches, and of those rows.
    watched : ndarray of float64, shape (1,)
        Running sum of all losses, where there are several: infinite or NaN as soon as one of them is.
    """

    def __init__(self, heads: list[Head], others: Sequence[Metric] = ()) -> None:
        self.heads, self.others = heads, list(others)
        self.penalties, self.rows = np.zeros(1), np.zeros(1)
        self.watched = np.zeros(1)
        self._totals: list[np.ndarray] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"_totals": None}  # joblib's pickles make two arrays of one that is in two places

    @property
    def metrics(self) -> list[Metric]:
        """All metrics, weighted ones last."""
        plain = [metric for head in self.heads for metric in head.metrics]
        return plain + [metric for head in self.heads for metric in head.weighted]

    @property
    def trackers(self) -> list[Tracker]:
        """The running mean of each loss."""
        return [part.tracker for head in self.heads for part in head.losses]

    def reset(self) -> None:
        """Start a new mean of everything."""
        if self._totals is None:
            self.totals()
        for total in self._totals or [self.penalties, self.rows, self.watched]:
            trials.note(total)
            total.fill(0)
        if self._totals is None:
            for tracker in self.trackers:
                tracker.reset_state()
            for metric in (*self.metrics, *self.others):
                metric.reset_state()

    def totals(self) -> list[np.ndarray]:
        """Every running sum that a pass adds to."""
        if self._totals is not None:
            return self._totals
        found = [self.penalties, self.rows, self.watched]
        found += [array for tracker in self.trackers for array in (tracker.total, tracker.count)]
        found += [variable.live for metric in (*self.metrics, *self.others) for variable in metric.variables]
        # Others may make variables on the way, or have more to reset.
        if not self.others and all(
            metric.lowers and type(metric).reset_states is Metric.reset_states for metric in self.metrics
        ):
            self._totals = found
        return found

    def sums(self) -> list[np.ndarray] | None:
        """The same, if nothing but they has to be reset; None, if a metric has more."""
        self.totals()
        return self._totals

    def loss(self) -> float:
        """The mean loss so far: weighted losses and penalties."""
        parts = [part for head in self.heads for part in head.losses]
        total = sum(part.tracker.result() * (1.0 if part.weight is None else part.weight) for part in parts)
        return float(total + (self.penalties[0] / self.rows[0] if self.rows[0] else 0.0))

    def logs(self) -> dict[str, Any]:
        """Loss and metrics so far, by the names that history has."""
        found: dict[str, Any] = {"loss": self.loss()}
        if len(self.trackers) > 1:
            found |= {tracker.name: tracker.result() for tracker in self.trackers}
        for name, metric in self.named_metrics():
            found[name] = plain(metric.result())
        for metric in self.others:
            value = plain(metric.result())
            found |= value if isinstance(value, dict) else {metric.name: value}
        return found

    def named_metrics(self) -> list[tuple[str, Metric]]:
        """Every metric with its name in logs: the output in front if there are several, numbered if it is taken."""
        names: dict[str, int] = {}
        found: dict[str, Metric] = {}
        for weighted in (False, True):
            for head in self.heads:
                prefix = f"{head.name}_" if len(self.heads) > 1 else ""
                for metric in head.weighted if weighted else head.metrics:
                    name = prefix + metric.name
                    if weighted and name in names:
                        name = f"{prefix}weighted_{metric.name}"
                    count = names[name] = names.get(name, 0) + 1
                    found[name if count == 1 else f"{name}_{count - 1}"] = metric
        return list(found.items())

    def in_order(self, logs: dict[str, Any]) -> list[Any]:
        """The values of logs in the order of `evaluate`: the loss, metrics, the losses of outputs, then the rest."""
        first = ["loss", *(metric.name for metric in self.metrics)]
        first += [tracker.name for tracker in self.trackers] if len(self.trackers) > 1 else []
        first += [metric.name for metric in self.others if metric.name not in first]
        keys = [name for name in first if name in logs]
        return [logs[name] for name in (*keys, *sorted(set(logs) - set(keys)))]


class Compiled:
    """Settings for training and testing.  Parameters as for `Model.compile`."""

    def __init__(self, optimizer: Any, loss: Any, metrics: Any, weighted: Any = None, loss_weights: Any = None) -> None:
        self.optimizer: Optimizer = optimizers.get(optimizer)
        self.given_loss, self.loss_weights = loss, loss_weights
        self.given_metrics, self.given_weighted = settings.checked_metrics(metrics), settings.checked_metrics(weighted)
        self._started = False
        self._latest: Resolved | None = None
        self._resolved: dict[Any, Resolved] = {}
        # A name that is unknown is an error of compile; so metrics are made here, and losses.
        settings.check_losses(loss, loss_weights)
        self._made: dict[tuple[str, int], Any] = {}
        for given in settings.leaves(metrics) + settings.leaves(weighted):
            self._metric(given)
        for given in settings.leaves(loss):
            self._loss(given)

    def with_metrics(self, metrics: Any) -> Compiled:
        """The same with other metrics; the optimizer is shared."""
        made = Compiled(self.optimizer, self.given_loss, metrics, self.given_weighted, self.loss_weights)
        made._started = self._started
        return made

    def resolve(
        self,
        names: Sequence[str],
        outputs: Sequence[Shape],
        ys: Sequence[np.ndarray | None],
        others: Sequence[Metric] = (),
    ) -> Resolved:
        """Losses and metrics for outputs of these names and shapes, and these targets; the same at every call."""
        kinds = [None if y is None else settings.is_sparse(o, y) for o, y in zip(outputs, ys, strict=True)]
        others = [metric for metric in others if not any(metric is given for given, _ in self._made.values())]
        key = (tuple(names), tuple(outputs), tuple(kinds), tuple(map(id, others)))
        if key not in self._resolved:
            self._resolved[key] = Resolved(self._for(names, outputs, kinds), others)
        self._latest = self._resolved[key]
        return self._latest

    def _for(self, names: Sequence[str], outputs: Sequence[Shape], sparse: Sequence[bool | None]) -> list[Head]:
        heads = [Head(name) for name in names]
        chosen = settings.losses_of(self.given_loss, self.loss_weights, names)
        plain = settings.metrics_of(self.given_metrics, names, "metrics")
        weighted = settings.metrics_of(self.given_weighted, names, "weighted_metrics")
        for i, head in enumerate(heads):
            classes = int(outputs[i][-1] or 1) if len(outputs[i]) > 1 else 1
            for loss, weight in chosen[i]:
                head.losses.append(WeightedLoss(self._loss(loss, classes, bool(sparse[i])), weight, head.name))
            head.metrics = [self._metric(given, classes, bool(sparse[i])) for given in plain[i]]
            head.weighted = [self._metric(given, classes, bool(sparse[i])) for given in weighted[i]]
        return heads

    def _loss(self, given: Any, classes: int = 0, sparse: bool = False) -> Any:
        if given is None:
            return None
        if isinstance(given, str) and given.lower() in ("crossentropy", "ce"):
            one_hot = losses.sparse_categorical_crossentropy if sparse else losses.categorical_crossentropy
            return losses.resolve(losses.binary_crossentropy if classes == 1 else one_hot)
        key = "loss", id(given)
        if key not in self._made:
            self._made[key] = given, losses.resolve(given)
        return self._made[key][1]

    def _metric(self, given: Any, classes: int = 0, sparse: bool = False) -> Any:
        if isinstance(given, str) and given.lower() in ("accuracy", "acc"):
            return metric_module.accuracy(given, classes, sparse) if classes else None
        if isinstance(given, str) and given.lower() in ("crossentropy", "ce"):
            return metric_module.crossentropy(given, classes, sparse) if classes else None
        if isinstance(given, str):  # the same name for two outputs is two metrics
            return metric_module.resolve(given)
        key = "metric", id(given)
        if key not in self._made or not isinstance(given, Metric):
            self._made[key] = given, metric_module.resolve(given)
        return self._made[key][1]

    def start(self, shuffled_rows: int) -> None:
        """Before the first data after compiling: draw and drop one permutation if rows are shuffled.

        Keras takes a batch to trace the model, unless it evaluated or trained on a batch before; in fit that shuffles
        the rows once more.  Without this the same seed would not give the same order of rows.
        """
        if not self._started and shuffled_rows:
            permutation(shuffled_rows)
        self._started = True

    def reset(self) -> list[Metric]:
        """Start new means of loss and metrics; returns these metrics."""
        for resolved in self._resolved.values():
            resolved.reset()
        return [metric for resolved in self._resolved.values() for metric in resolved.metrics]

    @property
    def latest(self) -> Resolved | None:
        """What was in use last; None before the first data."""
        return self._latest
