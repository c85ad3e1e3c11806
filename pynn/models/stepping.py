"""One batch at a time: what train_on_batch and its kin do, and batches from generators."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from pynn import data
from pynn.layers import composite
from pynn.models import door, straight
from pynn.models.compiled import plain
from pynn.models.loops import blank_masks, blank_outputs, by_stream, feed_metrics, walk, with_mask
from pynn.models.lowering import stream_name
from pynn.models.works import work_for
from pynn.structures import flatten, map_structure, pack_as
from pynn.tape import GradientTape
from pynn.tensor import as_tensor

if TYPE_CHECKING:
    from pynn.data import Rows
    from pynn.models.model import Model

Logs = dict[str, Any]
Method = TypeVar("Method", bound=Callable[..., Any])


def default(method: Method) -> Method:
    """Mark a method of the training step as pynn's own."""
    method.is_default = True  # type: ignore[attr-defined]
    return method


def has_own(model: Model, name: str) -> bool:
    """Whether a user's class overrides a method of the training step."""
    return not getattr(getattr(type(model), name), "is_default", False)


def has_own_step(model: Model) -> bool:
    """Whether a user's class says itself what happens with a batch."""
    return has_own(model, "train_step") or has_own(model, "test_step") or has_own_parts(model)


def has_own_parts(model: Model) -> bool:
    """Whether a user's class overrides a method that the step calls."""
    return any(has_own(model, name) for name in ("compute_loss", "compute_metrics", "get_metrics_result"))


def unpack(batch: Any) -> tuple[Any, Any, Any]:
    """Inputs, targets and weights of a batch; None for what it does not have."""
    parts = batch if isinstance(batch, tuple) else (batch,)
    if len(parts) > 3:
        raise ValueError(f"A batch is (x,), (x, y) or (x, y, sample_weight); got a tuple of length {len(parts)}")
    x, y, weights = (*parts, None, None)[:3]
    return x, y, weights


def train(model: Model, batch: Any, class_weight: Any = None) -> Logs:
    """Train on one batch; returns loss and metrics so far."""
    return _step(model, "train", batch, class_weight)


def test(model: Model, batch: Any) -> Logs:
    """Evaluate one batch; returns loss and metrics so far."""
    return _step(model, "test", batch, None)


def _step(model: Model, kind: str, batch: Any, class_weight: Any) -> Logs:
    x, y, weights = unpack(batch)
    if has_own(model, f"{kind}_step") or has_own_parts(model):
        if class_weight is not None and y is not None:
            weights = data.class_weights(class_weight, np.asarray(y), model.real)
        parts = (x,) if y is None else (x, y) if weights is None else (x, y, weights)
        given = map_structure(lambda leaf: as_tensor(_for_model(leaf, model)), parts)
        logs = getattr(model, f"{kind}_step")(given)
        return {name: _number(value) for name, value in logs.items()}
    return run(model, kind, door.rows(model, x, y, weights, class_weight))


def taped(model: Model, kind: str, given: tuple[Any, Any, Any]) -> Logs:
    """A step with a `compute_loss` or `compute_metrics` of the user's: followed by a tape, in Python."""
    x, y, weights = given
    with GradientTape() as tape:
        predicted = model(x, training=kind == "train" and not composite.is_not_told(model))
        loss = model.compute_loss(x, y, predicted, weights, training=kind == "train")
    if kind == "train" and model.optimizer is not None:
        variables = model.trainable_weights
        model.optimizer.apply(tape.gradient(loss, variables), variables)
    model._loss_tracker.update_state(loss, sample_weight=len(flatten(x)[0]))
    return model.compute_metrics(x, y, predicted, weights)


def _for_model(leaf: Any, model: Model) -> Any:
    array = np.asarray(leaf)
    return array.astype(model.real) if array.dtype.kind == "f" else array


def _number(value: Any) -> Any:
    return plain(value.result() if hasattr(value, "result") else value)


def run(model: Model, kind: str, rows: Rows) -> Logs:
    """Run one batch in the form that plans read; returns loss and metrics so far."""
    work = work_for(model, kind, rows, capacity(rows.n), False)
    outputs = blank_outputs(model, rows.n) if any(name.startswith("y") for name in work.plan.streams) else []
    masks = blank_masks(work.plan, rows.n)
    for _ in walk(work, rows.arrays | by_stream(outputs) | masks, rows.n, 0):
        pass
    assert work.resolved is not None
    if outputs:
        for i, head in enumerate(work.resolved.heads):
            predicted = with_mask(outputs[i], masks.get(stream_name("mask", i)))
            feed_metrics(head, rows.targets[i], predicted, rows.weights[i])
    return work.resolved.logs()


def capacity(n: int) -> int:
    """A batch size that serves all sizes up to the next power of two, and is not passed over within one batch."""
    return 1 << max(n - 1, 0).bit_length()


def predict(model: Model, x: Any) -> list[np.ndarray]:
    """The outputs for one batch, flat."""
    rows = door.input_rows(model, x)
    out = blank_outputs(model, rows.n)
    work = work_for(model, "predict", rows, capacity(rows.n), False)
    for _ in walk(work, rows.arrays | by_stream(out), rows.n, 0):
        pass
    straight.keep(model, "predict", x, rows, work)
    return out


def predict_any(model: Model, batch: Any) -> Any:
    """The outputs for a batch in the model's structure, by `predict_step` if the user wrote one."""
    x = unpack(batch)[0]
    if has_own(model, "predict_step"):
        return model.predict_step((map_structure(as_tensor, map_structure(np.asarray, x)),))
    return model._packed(predict(model, x))


def joined(parts: list[Any]) -> Any:
    """Outputs of batches as one array, or one structure of arrays."""
    if not parts:
        raise ValueError("predict: the data set gave no batch")
    flat = [flatten(part) for part in parts]
    return pack_as(parts[0], [np.concatenate([np.asarray(a) for a in column]) for column in zip(*flat, strict=True)])
