"""From layers to a plan: what is emitted for predicting, testing and training, and in which order.

Steps come out as forward ‖ loss ‖ backward ‖ update.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from pynn import fusion
from pynn.layers import Layer
from pynn.losses import Loss
from pynn.metrics import RowMean
from pynn.optimizers import Optimizer
from pynn.plan import ALL_ROWS, Batch, Plan, Slot
from pynn.variables import Variable


class Source(NamedTuple):
    """An array of the data set, as the plan sees it: type and shape of a row."""

    dtype: np.dtype[Any]
    features: tuple[int, ...]


class Sources(NamedTuple):
    """The arrays of a data set that a plan reads, and whether in shuffled order."""

    x: Source
    values: Source | None = None
    labels: Source | None = None
    weights: Source | None = None
    shuffled: bool = False


class Task(NamedTuple):
    """What the model was compiled for."""

    loss: Loss | None = None
    metrics: Sequence[RowMean] = ()
    optimizer: Optimizer | None = None


def lower_predict(plan: Plan, layers: Sequence[Layer], sources: Sources) -> None:
    """Forward steps only; the predictions are written straight to the stream "y"."""
    y, _ = _forward(plan, layers, _read(plan, "x", sources.x, False))
    if y.root.kind == "stream":  # no layer computes anything: copy the rows
        y = plan.emit("affine", y.rows(), scalars=(1.0, 0.0), label="y").view(*y.shape)
    plan.keep(y)
    plan.into_stream(y, "y")
    plan.layout()
    fusion.fuse(plan)


def lower_test(plan: Plan, layers: Sequence[Layer], sources: Sources, task: Task, loss_sum: np.ndarray) -> int:
    """Forward, loss and metrics.

    Parameters
    ----------
    plan : Plan
    layers : list of Layer
    sources : Sources
    task : Task
    loss_sum : ndarray of float64, shape (1,)
        Where the weighted losses of all rows are added up.

    Returns
    -------
    int
        Losses for each row of the batch: more than 1 where outputs have more than two axes.
    """
    times, _, _ = _lower_to_loss(plan, layers, sources, task, loss_sum)
    plan.layout()
    fusion.fuse(plan)
    return times


def lower_train(
    plan: Plan,
    layers: Sequence[Layer],
    sources: Sources,
    task: Task,
    loss_sum: np.ndarray,
    variables: list[Variable],
) -> int:
    """Everything: forward, loss, metrics, backward, and the update of `variables`.  Otherwise as `lower_test`."""
    times, dy, backwards = _lower_to_loss(plan, layers, sources, task, loss_sum)
    plan.phase = "backward"
    for backward in reversed(backwards):
        dy = backward(dy)
    if task.optimizer is not None:
        task.optimizer.lower(plan, variables)
    plan.layout()
    fusion.fuse(plan)
    return times


def _forward(plan: Plan, layers: Sequence[Layer], x: Slot) -> tuple[Slot, list[Any]]:
    backwards = []
    for layer in layers:
        x, backward = layer.lower(plan, x)
        backwards.append(backward)
    return x, backwards


def _lower_to_loss(
    plan: Plan, layers: Sequence[Layer], sources: Sources, task: Task, loss_sum: np.ndarray
) -> tuple[int, Slot, list[Any]]:
    x = _read(plan, "x", sources.x, sources.shuffled)
    targets = {
        "values": _read(plan, "values", sources.values, sources.shuffled) if sources.values else None,
        "labels": _read(plan, "labels", sources.labels, sources.shuffled) if sources.labels else None,
    }
    weights = _read(plan, "weights", sources.weights, sources.shuffled) if sources.weights else None
    y, backwards = _forward(plan, layers, x)
    plan.phase = "loss"
    weights = plan.ones(y.rows().shape[0]) if weights is None else weights.view(y.rows().shape[0])
    assert task.loss is not None
    per_row, dy = task.loss.lower(plan, y, _target(targets, task.loss, y), weights)
    plan.emit("accumulate", per_row, plan.fixed("loss.total", loss_sum))
    plan.watched = loss_sum
    for metric in task.metrics:
        metric.lower(plan, y, _target(targets, metric, y))
    return _rows_of(y), dy, backwards


def _target(targets: dict[str, Slot | None], asker: Loss | RowMean, y: Slot) -> Slot:
    slot = targets[asker.target]
    assert slot is not None
    rows = y.rows()
    return slot.view(rows.shape[0]) if asker.target == "labels" else slot.view(*rows.shape)


def _rows_of(y: Slot) -> int:
    first = y.rows().shape[0]
    return first.times if isinstance(first, Batch) else first


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
