"""The model's side of the door: what fit, evaluate and predict are given, in the form that the model's plan reads."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn import data, targets

if TYPE_CHECKING:
    from pynn.data import Rows
    from pynn.models.training import Trainer


def inputs(model: Trainer, x: Any) -> np.ndarray:
    """Inputs that fit the model, which is built for them if it was not built yet."""
    found = data.array(x, "x")
    model.build_for(found)
    return data.inputs(found, model.input_shape, model.real, model.chain()[0].name)


def rows(model: Trainer, x: Any, y: Any, sample_weight: Any = None, class_weight: Any = None) -> Rows:
    """Inputs, targets in every form that the loss or a metric takes, and weights.

    Raises
    ------
    ValueError
        If anything does not fit the model or each other.
    """
    compiled = model._require_compiled()
    assert compiled.loss is not None
    found, y = inputs(model, x), targets.check(y)
    data.check_lengths(x=found, y=y)
    shape, layer, loss = model.output_shape, model.chain()[-1].name, compiled.loss.name
    wanted = {compiled.loss.target, *(metric.target for metric in compiled.metrics(shape, y))}
    values = targets.as_values(y, shape, model.real, loss, layer) if "values" in wanted else None
    if values is not None and compiled.loss.target == "values":
        compiled.loss.check_target(values)
    rule = (compiled.loss.ignored, compiled.loss.bounded)
    labels = targets.as_labels(y, shape, loss, layer, *rule) if "labels" in wanted else None
    return data.Rows(found, values, labels, _weights(model, y, sample_weight, class_weight))


def _weights(model: Trainer, y: np.ndarray, sample_weight: Any, class_weight: Any) -> np.ndarray | None:
    if sample_weight is not None and class_weight is not None:
        raise ValueError("You cannot `class_weight` and `sample_weight` at the same time.")
    if class_weight is not None:
        found = data.class_weights(class_weight, y, model.real)
    elif sample_weight is not None:
        found = data.weights(sample_weight, len(y), model.real)
    else:
        return None
    # One weight for each loss: rows of sequences have several.
    times = math.prod(int(size or 0) for size in model.output_shape[1:-1])
    return np.ascontiguousarray(np.repeat(found, times).reshape(len(y), times))


def validation_rows(model: Trainer, validation_data: Any) -> Rows:
    """`validation_data` of fit.

    Raises
    ------
    ValueError
        If it is no tuple of two or three arrays that fit.
    """
    if not isinstance(validation_data, tuple | list) or len(validation_data) not in (2, 3):
        raise ValueError(
            "validation_data must be a tuple (x_val, y_val) or (x_val, y_val, sample_weight), got "
            f"{type(validation_data).__name__}{_length(validation_data)}"
        )
    weights = validation_data[2] if len(validation_data) == 3 else None
    return rows(model, validation_data[0], validation_data[1], weights)


def _length(given: Any) -> str:
    return f" of length {len(given)}" if isinstance(given, tuple | list) else ""


def training_rows(
    model: Trainer, given: tuple[Any, Any, Any, Any], validation_split: Any, validation_data: Any
) -> tuple[Rows, Rows | None]:
    """Rows to train on and rows to validate on.

    Parameters
    ----------
    model : Trainer
    given : tuple
        x, y, sample_weight, class_weight.
    validation_split, validation_data : see `Trainer.fit`
    """
    found = rows(model, *given)
    if validation_data is not None:
        return found, validation_rows(model, validation_data)
    return split(found, validation_split, keep_weights=given[3] is None)


def split(all_rows: Rows, validation_split: Any, keep_weights: bool) -> tuple[Rows, Rows | None]:
    """Rows for training, and the last ones for validation if a share is set aside.

    Parameters
    ----------
    all_rows : Rows
    validation_split : float in [0, 1)
    keep_weights : bool
        Whether weights hold in validation too: sample weights do, class weights do not.
    """
    if not validation_split:
        return all_rows, None
    at = data.split_at(all_rows.n, validation_split)
    held = all_rows.take(slice(at, None))
    return all_rows.take(slice(at)), held if keep_weights else held._replace(weights=None)


def check_batch_size(batch_size: Any, name: str = "batch_size") -> int:
    """Return the batch size, 32 for None; raise ValueError unless it is a positive integer."""
    if batch_size is None:
        return 32
    if not isinstance(batch_size, int | np.integer) or isinstance(batch_size, bool) or batch_size < 1:
        raise ValueError(f"{name} must be a positive integer, got {batch_size!r}")
    return int(batch_size)


def check_counts(**counts: Any) -> None:
    """Raise ValueError unless each is an integer >= 0."""
    for name, count in counts.items():
        if not isinstance(count, int | np.integer) or isinstance(count, bool) or count < 0:
            raise ValueError(f"{name} must be an integer >= 0, got {count!r}")


def check_options(**options: Any) -> None:
    """Raise ValueError for options that are not available."""
    for name, value in options.items():
        if value is not None:
            raise ValueError(f"{name}={value!r} is not available; leave it at None")
