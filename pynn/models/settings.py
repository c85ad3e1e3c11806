"""The forms in which `compile` takes losses and metrics: one for all, a list, or a dictionary by output names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Pairs = list[tuple[Any, float | None]]


def leaves(given: Any) -> list[Any]:
    """Everything in a nested list or dictionary that is not None."""
    if isinstance(given, Mapping):
        if "class_name" in given:
            return [given]
        return [leaf for part in given.values() for leaf in leaves(part)]
    if isinstance(given, list | tuple):
        return [leaf for part in given for leaf in leaves(part)]
    return [] if given is None else [given]


def checked_metrics(given: Any) -> Any:
    """Metrics as a list or a dictionary: one string or object counts as a list of one.

    Raises
    ------
    ValueError
        If it is neither a metric nor a list or dictionary of them.
    """
    if given is None or isinstance(given, list | tuple | Mapping):
        return given
    if isinstance(given, set) or not (isinstance(given, str) or callable(given)):
        raise ValueError(f"Expected `metrics` argument to be a list, tuple, or dict. Received instead: metrics={given}")
    return [given]


def check_losses(loss: Any, loss_weights: Any) -> None:
    """Raise ValueError if `loss_weights` is no number, list or dictionary, or does not fit the losses."""
    if loss_weights is None:
        return
    if not isinstance(loss_weights, int | float | np.number | list | tuple | Mapping):
        raise ValueError(
            "Expected `loss_weights` argument to be a float (single output case) or a list, tuple, or dict (multiple "
            f"output case). Received instead: loss_weights={loss_weights} of type {type(loss_weights)}"
        )
    nested = isinstance(loss, list | tuple) or (isinstance(loss, Mapping) and "class_name" not in loss)
    count = len(loss) if nested else 1
    given = len(loss_weights) if isinstance(loss_weights, list | tuple | Mapping) else 1
    if count != given:
        raise ValueError(f"`loss_weights` must match the number of losses, got {count} losses and {given} weights.")


def is_sparse(output: Sequence[int | None], y: np.ndarray) -> bool:
    """Whether targets look like class numbers: one axis less than the outputs, or a last axis of 1 for several."""
    return y.ndim < len(output) or (y.shape[-1] == 1 and int(output[-1] or 0) > 1)


def losses_of(loss: Any, weights: Any, names: Sequence[str]) -> list[Pairs]:
    """For each output the losses and their weights.

    Raises
    ------
    ValueError
        If a key is no output, or a list has another length.
    """
    if isinstance(loss, Mapping) and "class_name" not in loss:
        _check_keys(loss, names, "loss")
        if isinstance(weights, list | tuple):
            weights = dict(zip((name for name in names if name in loss), weights, strict=True))
        of = weights if isinstance(weights, Mapping) else dict.fromkeys(loss, weights)
        _check_keys(of, names, "loss_weights")
        return [_pairs(loss.get(name), of.get(name)) for name in names]
    if isinstance(loss, list | tuple):
        given = list(_by_name(weights, names)) if isinstance(weights, Mapping) else weights
        given = given if isinstance(given, list | tuple) else [given] * len(loss)
        pairs = [_pairs(part, weight) for part, weight in zip(loss, given, strict=True)]
        if len(loss) != len(names):
            raise ValueError(
                f"`loss` has {len(loss)} entries, but the model has {len(names)} output(s): {list(names)}. Give one "
                "for each output, None where there is none; a sum of losses is a function of y and y_pred."
            )
        return pairs
    return [_pairs(loss, _of_all(weights, names)) for _ in names]


def _of_all(weights: Any, names: Sequence[str]) -> Any:
    """The weight that goes with one loss for all outputs: there can be only one, as in Keras."""
    if isinstance(weights, Mapping):
        if len(names) > 1:
            raise ValueError(
                f"`loss_weights`={dict(weights)} names an output, but one loss is given for all outputs {list(names)}: "
                "give `loss` as a dictionary or list, too."
            )
        weights = _by_name(weights, names)
    return weights[0] if isinstance(weights, list | tuple) else weights


def _by_name(weights: Mapping[str, Any], names: Sequence[str]) -> Sequence[Any]:
    _check_keys(weights, names, "loss_weights")
    return [weights.get(name) for name in names]


def _pairs(loss: Any, weight: Any) -> Pairs:
    if loss is None:
        return []
    if isinstance(loss, list | tuple):
        return [pair for part in loss for pair in _pairs(part, weight)]
    return [(loss, None if weight is None else float(weight))]


def metrics_of(given: Any, names: Sequence[str], argument: str) -> list[list[Any]]:
    """For each output its metrics.

    Raises
    ------
    ValueError
        If a key is no output, or a list has another length.
    """
    if not given:
        return [[] for _ in names]
    if isinstance(given, Mapping):
        _check_keys(given, names, argument)
        return [leaves(given.get(name)) for name in names]
    if len(names) == 1:
        return [leaves(given)]
    if len(given) != len(names):
        raise ValueError(
            f"For a model with multiple outputs, when providing the `{argument}` argument as a list, it should have as "
            f"many entries as the model has outputs. Received:\n{argument}={given}\nof length {len(given)} whereas the "
            f"model has {len(names)} outputs."
        )
    return [leaves(part) for part in given]


def _check_keys(given: Mapping[str, Any], names: Sequence[str], argument: str) -> None:
    for key in given:
        if key not in names:
            raise ValueError(
                f"In the dict argument `{argument}`, key '{key}' does not correspond to any model output. "
                f"The outputs are {list(names)}. Received:\n{argument}={given}"
            )
