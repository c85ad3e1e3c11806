"""From a model to a plan: what is emitted for predicting, testing and training, and in which order.

Steps come out as forward ‖ loss ‖ backward ‖ update.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pynn import fusion
from pynn.layers import axes, composite
from pynn.layers.penalties import lower_weights
from pynn.losses import Loss
from pynn.losses import reduction as reductions
from pynn.models.compiled import Head, Resolved, WeightedLoss
from pynn.optimizers import Optimizer
from pynn.plan import ALL_ROWS, Batch, Plan, Slot
from pynn.structures import flatten, pack_as

if TYPE_CHECKING:
    from pynn.models.model import Model


class Source(NamedTuple):
    """An array of the data set, as the plan sees it: type and shape of a row."""

    dtype: np.dtype[Any]
    features: tuple[int, ...]


class Sources(NamedTuple):
    """The arrays of a data set that a plan reads, by the names of their streams, and whether in shuffled order."""

    arrays: tuple[tuple[str, Source], ...]
    structure: Any  # of the inputs
    shuffled: bool = False

    def get(self, name: str) -> Source | None:
        """The array of a stream, if there is one."""
        return dict(self.arrays).get(name)


class Task(NamedTuple):
    """What the model was compiled for."""

    resolved: Resolved | None = None
    optimizer: Optimizer | None = None


def stream_name(kind: str, index: int) -> str:
    """Name of the stream of the index-th input or output: "x", "x.1", …"""
    return kind if index == 0 else f"{kind}.{index}"


def lower_predict(plan: Plan, model: Model, sources: Sources) -> None:
    """Forward steps only; the predictions are written straight to the streams "y", "y.1", …"""
    ys, _ = _forward(plan, model, sources)
    _write_outputs(plan, ys)
    plan.layout()
    fusion.fuse(plan)


def _write_outputs(plan: Plan, ys: list[Slot]) -> None:
    written: set[int] = set()
    for index, y in enumerate(ys):
        if y.root.kind != "arena" or id(y.root) in written:  # no layer computes it, or it is an output twice: copy
            y = plan.emit("affine", y.rows(), scalars=(1.0, 0.0), label="y").view(*y.shape)
        written.add(id(y.root))
        plan.keep(y)
        plan.into_stream(y, stream_name("y", index))


def _write_masks(plan: Plan, ys: list[Slot]) -> None:
    """What outputs' masks are, for metrics that run in Python; see `_lower_metrics`."""
    for index, y in enumerate(ys):
        if y.mask is not None and not plan.training:
            mask = plan.emit("affine", y.mask.rows(), scalars=(1.0, 0.0), label="mask").view(*y.mask.shape)
            plan.keep(mask)
            plan.into_stream(mask, stream_name("mask", index))


def lower_test(plan: Plan, model: Model, sources: Sources, task: Task) -> None:
    """Forward, losses, metrics and penalties.

    Parameters
    ----------
    plan : Plan
    model : Model
    sources : Sources
    task : Task
    """
    _lower_to_loss(plan, model, sources, task)
    lower_weights(plan, model.trainable_weights, training=False)
    _count_rows(plan, task)
    plan.layout()
    fusion.fuse(plan)


def lower_train(plan: Plan, model: Model, sources: Sources, task: Task) -> None:
    """Everything: forward, losses, metrics, backward, penalties and update.  Otherwise as `lower_test`."""
    dys, backward = _lower_to_loss(plan, model, sources, task)
    plan.phase = "backward"
    backward(dys)
    variables = model.trainable_weights
    if task.optimizer is not None and task.optimizer.exchange is not None:
        assert task.resolved is not None
        losses = [part.loss for head in task.resolved.heads for part in head.losses]
        task.optimizer.exchange.lower(plan, variables, [loss.reduction for loss in losses])
    lower_weights(plan, variables, training=True)
    _count_rows(plan, task)
    if task.optimizer is not None:
        task.optimizer.lower(plan, variables)
    plan.layout()
    fusion.fuse(plan)


def _forward(plan: Plan, model: Model, sources: Sources) -> tuple[list[Slot], Any]:
    xs = []
    for index in range(len(flatten(sources.structure))):
        name = stream_name("x", index)
        source = sources.get(name)
        assert source is not None
        xs.append(_read(plan, name, source, sources.shuffled))
    with plan.as_training(False if composite.is_not_told(model) else None):
        y, backward = model.lower_call(plan, [pack_as(sources.structure, xs)], {})
    return flatten(y), lambda dys: backward(pack_as(y, dys))


def _lower_to_loss(plan: Plan, model: Model, sources: Sources, task: Task) -> tuple[list[Slot | None], Any]:
    resolved = task.resolved
    assert resolved is not None
    plan.penalties = plan.fixed("penalties", resolved.penalties)
    ys, backward = _forward(plan, model, sources)
    plan.phase = "loss"
    plan.watched = resolved.trackers[0].total if len(resolved.trackers) == 1 else resolved.watched
    dys = [_lower_head(plan, (index, head), ys[index], sources) for index, head in enumerate(resolved.heads)]
    if any(not metric.lowers for metric in resolved.metrics):
        _write_masks(plan, ys)
        _write_outputs(plan, ys)
    return dys, backward


class _Targets:
    """The targets of one output in the forms that losses and metrics take, each read once."""

    def __init__(self, plan: Plan, index: int, sources: Sources) -> None:
        self._plan, self._index, self._sources = plan, index, sources
        self._slots: dict[str, Slot | None] = {}

    def get(self, kind: str) -> Slot | None:
        """The slot of a stream of this output, if there is such data."""
        if kind not in self._slots:
            name = stream_name(kind, self._index)
            source = self._sources.get(name)
            self._slots[kind] = _read(self._plan, name, source, self._sources.shuffled) if source else None
        return self._slots[kind]

    def of(self, asker: Any, y: Slot) -> Slot:
        """The form that a loss or metric takes, in the rows of y."""
        slot = self.get(asker.target)
        if slot is None:
            raise ValueError(f"{asker.name} needs targets for output {self._index}")
        rows = y.rows()
        if asker.target == "labels":
            return slot.view(rows.shape[0])
        return slot.view(*rows.shape) if asker.target == "values" else slot


def _lower_head(plan: Plan, which: tuple[int, Head], y: Slot, sources: Sources) -> Slot | None:
    """Losses and metrics of one output; returns the gradient of the loss with respect to it."""
    index, head = which
    targets = _Targets(plan, index, sources)
    rows = y.rows().shape[0]
    weights = targets.get("weights")
    weights = plan.ones(rows) if weights is None else weights.view(rows)
    gradient: Slot | None = None
    for part in head.losses:
        counted = _unmasked(plan, part.loss, y, weights)
        dy = _lower_loss(plan, part, y, (targets.of(part.loss, y), counted))
        gradient = dy if gradient is None else plan.sum(gradient, dy)
    _lower_metrics(plan, head, y, targets, weights)
    return gradient


def _unmasked(plan: Plan, loss: Loss, y: Slot, weights: Slot) -> Slot:
    """Weights that leave out what the mask of an output hides; a mean is then one over what it shows."""
    if y.mask is None:
        return weights
    if getattr(loss, "ignored", None) is not None:
        raise ValueError(f"Loss '{loss.name}': ignore_class={loss.ignored} cannot be used on an output with a mask")
    scalars = (float(reductions.is_mean(loss.reduction)),)
    mask = _mask_of_rows(y, weights)
    return plan.emit("weights_of_positive", mask, weights, scalars=scalars, label="weights")  # type: ignore[no-any-return]


def _mask_of_rows(y: Slot, weights: Slot) -> Slot:
    """The mask of an output, one number for each loss."""
    assert y.mask is not None
    rows = y.mask.rows()
    if axes.times(rows.shape[0], rows.features[0]) != weights.shape[0]:
        raise ValueError(
            f"An output of shape {y.shape} has a mask of shape {y.mask.shape}, which does not say which of its losses "
            "count. A layer of your own that changes the shape must change the mask in `compute_mask`."
        )
    return y.mask.view(*weights.shape)


def _lower_metrics(plan: Plan, head: Head, y: Slot, targets: _Targets, weights: Slot) -> None:
    """The metrics of one output.  As in Keras on JAX, masks count for those that are means, and not in training."""
    mask = weighed = None
    if y.mask is not None and not plan.training:
        mask = _mask_of_rows(y, weights)
        weighed = plan.emit("weigh", mask, weights, label="weights")
    for metrics, own, masked in ((head.metrics, None, mask), (head.weighted, weights, weighed)):
        for metric in metrics:
            if metric.lowers:
                given = masked if masked is not None and metric.heeds_masks else own
                metric.lower(plan, y, targets.of(metric, y), *([] if given is None else [given]))  # type: ignore[attr-defined]


def _lower_loss(plan: Plan, part: WeightedLoss, y: Slot, given: tuple[Slot, Slot]) -> Slot:
    loss: Loss = part.loss
    per_row, dy = loss.lower(plan, y, *given)
    total, count = (plan.fixed(part.tracker.name, array) for array in (part.tracker.total, part.tracker.count))
    plan.emit("accumulate_mean", per_row, total, count)
    if plan.watched is not None and plan.watched is not part.tracker.total:
        plan.emit("accumulate", per_row, plan.fixed("watched", plan.watched))
    if part.weight is None or part.weight == 1:
        return dy
    scaled: Slot = plan.emit("affine", dy.rows(), scalars=(part.weight, 0.0), label="dy")
    return scaled.view(*dy.shape)


def _count_rows(plan: Plan, task: Task) -> None:
    """Count the rows that penalties stand for, if there are any."""
    assert task.resolved is not None
    assert plan.penalties is not None
    penalized = any(plan.penalties is slot for step in plan.steps for slot in step.writes())
    if not penalized and not task.resolved.trackers:
        raise ValueError(
            "No loss to compute. Provide a `loss` argument in `compile()`: 'mean_squared_error' for numbers, "
            "'categorical_crossentropy' for one-hot classes, 'sparse_categorical_crossentropy' for class numbers."
        )
    if penalized:
        nothing = plan.fixed("nothing", np.zeros(1))
        plan.emit("accumulate_mean", plan.ones(Batch()), nothing, plan.fixed("rows", task.resolved.rows))


def _read(plan: Plan, name: str, source: Source, shuffled: bool) -> Slot:
    """Emit what brings the rows of one array to the batch: gathered, converted, or read in place."""
    width = int(np.prod(source.features, dtype=np.int64))
    if shuffled:
        data = plan.stream(name, (ALL_ROWS, width), source.dtype)
        order = plan.streams.get("order") or plan.stream("order", (Batch(),), np.int64)
        slot: Slot = plan.emit(f"gather_{_SUFFIX[source.dtype.name]}", data, order, label=f"{name}.rows")
    else:
        slot = plan.stream(name, (Batch(), width), source.dtype)
        if source.dtype != plan.dtype and source.dtype != np.int32:
            slot = plan.emit(f"convert_{_SUFFIX[source.dtype.name]}", slot, label=f"{name}.rows")
    return slot.view(Batch(), *source.features)


_SUFFIX = {"uint8": "u8", "float32": "f32", "float64": "f64", "int32": "labels"}
