"""The model's side of the door: what fit, evaluate and predict are given, in the form that the model's plan reads."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn import data, targets
from pynn.models import matching
from pynn.models.lowering import stream_name
from pynn.models.works import inside
from pynn.structures import flatten, map_structure, pack_as

if TYPE_CHECKING:
    from pynn.data import Rows
    from pynn.models.compiled import Head
    from pynn.models.model import Model


def inputs(model: Model, x: Any) -> tuple[list[np.ndarray], Any]:
    """Inputs that fit the model, flat, and their structure; the model is built for them if it was not yet."""
    leaves, structure = matching.inputs(model, x)
    count = len(leaves)
    names = matching.input_names(model, count)
    found = [data.array(leaf, name) for leaf, name in zip(leaves, names, strict=True)]
    model.build_for(pack_as(structure, [(None, *a.shape[1:]) for a in found]))
    shapes = matching.input_shapes(model, found)
    layers = matching.first_layers(model, count)
    checked = [
        data.inputs(a, shape, model.real, layer, name)
        for a, shape, layer, name in zip(found, shapes, layers, names, strict=True)
    ]
    data.check_lengths(**dict(zip(names, checked, strict=True)))
    matching.check_values(model, checked)
    places = iter(range(count))
    return checked, map_structure(lambda leaf: next(places), structure)


def input_rows(model: Model, x: Any) -> Rows:
    """Inputs alone, as rows."""
    found, structure = inputs(model, x)
    return data.Rows({stream_name("x", i): a for i, a in enumerate(found)}, structure)


def rows(model: Model, x: Any, y: Any, sample_weight: Any = None, class_weight: Any = None) -> Rows:
    """Inputs, targets in every form that a loss or a metric takes, and weights.

    Raises
    ------
    ValueError
        If anything does not fit the model or each other.
    """
    compiled = model._require_compiled()
    found, structure = inputs(model, x)
    outputs, names = matching.output_shapes(model), model.output_names
    ys = [None if part is None else targets.check(part) for part in matching.targets(y, names, compiled.given_loss)]
    arrays = {stream_name("x", i): a for i, a in enumerate(found)}
    data.check_lengths(x=found[0], **{name if len(ys) > 1 else "y": part for name, part in zip(names, ys, strict=True)})
    resolved = compiled.resolve(names, outputs, ys, inside(model).metrics)
    if sample_weight is not None and class_weight is not None:
        raise ValueError("You cannot specify `class_weight` and `sample_weight` at the same time.")
    weights = _weights(model, ys, sample_weight, class_weight)
    for i, head in enumerate(resolved.heads):
        arrays |= _targets(model, (i, head), ys[i], outputs[i])
        if weights[i] is not None:
            arrays[stream_name("weights", i)] = _per_loss(weights[i], outputs[i])  # type: ignore[arg-type]
    return data.Rows(arrays, structure, ys, weights)


def _targets(model: Model, which: tuple[int, Head], y: Any, output: Sequence[int | None]) -> dict[str, np.ndarray]:
    """The targets of one output in every form that is asked for."""
    index, head = which
    askers: dict[str, Any] = {}
    for asker in head.everything():
        askers.setdefault(getattr(asker, "target", "raw"), asker)
    if not askers:
        return {}
    if y is None:
        y = targets.check(y)  # raises
    layer, found = matching.output_layer(model, index), {}
    shape = tuple(output)
    for kind, asker in askers.items():
        if kind == "values":
            found[kind] = targets.as_values(y, shape, model.real, asker.name, layer)
            _check_targets(head, found[kind])
        elif kind == "labels":
            found[kind] = targets.as_labels(y, shape, asker.name, layer, *_label_rule(head))
        elif any(part.loss is asker for part in head.losses):
            found[kind] = data.in_form(np.ascontiguousarray(y, model.real), model.real, "y")
    return {stream_name(kind, index): array for kind, array in found.items()}


def _check_targets(head: Head, values: np.ndarray) -> None:
    """Let the losses of an output refuse numbers outside their domains."""
    for part in head.losses:
        if part.loss.target == "values":
            part.loss.check_target(values)


def _label_rule(head: Head) -> tuple[Any, bool]:
    """The class number that the losses of an output pass over, and whether others must be classes of the output."""
    asked = [part.loss for part in head.losses if part.loss.target == "labels"]
    return (asked[0].ignored, asked[0].bounded) if asked else (None, True)


def _weights(
    model: Model, ys: Sequence[np.ndarray | None], sample_weight: Any, class_weight: Any
) -> list[np.ndarray | None]:
    if class_weight is not None:
        if len(ys) != 1 or ys[0] is None:
            raise ValueError(
                "`class_weight` is only supported for Models with a single output: pass sample_weight, one array for "
                "each output, instead."
            )
        units = matching.output_shapes(model)[0][-1]
        return [data.class_weights(class_weight, ys[0], model.real, units)]
    given = matching.weights(sample_weight, model.output_names)
    losses = [tuple(int(size or 0) for size in shape[1:-1]) for shape in matching.output_shapes(model)]
    return [
        None if part is None or y is None else targets.weights(part, (len(y), *inner), model.real)
        for part, y, inner in zip(given, ys, losses, strict=True)
    ]


def _per_loss(weights: np.ndarray, output: Sequence[int | None]) -> np.ndarray:
    """One weight for each loss: rows of sequences have several."""
    times = math.prod(int(size or 0) for size in output[1:-1])
    if weights.ndim > 1 and weights.size == len(weights) * times:
        return np.ascontiguousarray(weights.reshape(len(weights), times))
    return np.ascontiguousarray(np.repeat(weights, times).reshape(len(weights), times))


def validation_parts(validation_data: Any) -> tuple[Any, Any, Any]:
    """`validation_data` of fit as x, y and sample_weight; what gives batches is x alone.

    Raises
    ------
    ValueError
        If it is no tuple of two or three.
    """
    if not is_arrays(validation_data):
        return validation_data, None, None
    if not isinstance(validation_data, tuple | list) or len(validation_data) not in (1, 2, 3):
        raise ValueError(
            "validation_data must be a tuple (x_val, y_val) or (x_val, y_val, sample_weight), got "
            f"{type(validation_data).__name__}{_length(validation_data)}"
        )
    x, y, weights = (*validation_data, None, None)[:3]
    return x, y, weights


def _length(given: Any) -> str:
    return f" of length {len(given)}" if isinstance(given, tuple | list) else ""


def split_given(given: tuple[Any, Any, Any], share: Any) -> tuple[tuple[Any, Any, Any], tuple[Any, Any, Any]]:
    """What fit was given without its last rows, and the last rows.

    Parameters
    ----------
    given : tuple
        x, y, sample_weight: arrays, frames, or nested structures of them.
    share : float in (0, 1)
        Share of the rows that is set aside.
    """
    names = ("x", "y", "sample_weight")
    arrays = [
        map_structure(functools.partial(_rows_at_hand, name), _as_structure(part))
        for name, part in zip(names, given, strict=True)
    ]
    leaves = [leaf for part in arrays for leaf in flatten(part) if leaf is not None]
    data.check_lengths(**{f"array {i}" if i else "x": leaf for i, leaf in enumerate(leaves)})
    at = data.split_at(len(leaves[0]), share)
    return _taken(arrays, slice(at)), _taken(arrays, slice(at, None))


def _taken(parts: Sequence[Any], rows: slice) -> tuple[Any, Any, Any]:
    x, y, weights = (map_structure(lambda leaf: None if leaf is None else leaf[rows], part) for part in parts)
    return x, y, weights


def _as_structure(part: Any) -> Any:
    """Lists of numbers are one array, lists of arrays a structure."""
    if isinstance(part, list | tuple) and not all(hasattr(leaf, "shape") and np.ndim(leaf) for leaf in part):
        return np.asarray(part)
    return dict(part) if isinstance(part, Mapping) and not hasattr(part, "to_numpy") else part


def _rows_at_hand(name: str, leaf: Any) -> Any:
    if leaf is None or hasattr(leaf, "to_numpy"):
        return leaf
    found = np.asarray(leaf)
    return found if found.ndim else data.array(leaf, name)  # raises: no rows


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


def check_steps(steps: Any, name: str = "steps") -> int | None:
    """Return a number of batches, or None for all; raise ValueError unless it is a positive integer."""
    return None if steps is None else check_batch_size(steps, name)


def check_frequency(every: Any) -> Any:
    """Return `validation_freq`: a positive integer, or a collection of epochs, counted from 1."""
    if isinstance(every, list | tuple | set | range):
        return set(every)
    return check_batch_size(every, "validation_freq")


def is_arrays(x: Any) -> bool:
    """Whether x holds all rows: arrays, frames, lists or dictionaries of them; not an iterator over batches."""
    if isinstance(x, Mapping | list | tuple) or hasattr(x, "__array__") or hasattr(x, "to_numpy"):
        return True
    return x is None or np.isscalar(x) or not (hasattr(x, "__iter__") or hasattr(x, "__getitem__"))
