"""Probabilities: softmax and its kin, class numbers, cross-entropies."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config
from pynn.operation import composite, operation
from pynn.ops.arithmetic import clip, divide
from pynn.ops.core import convert_to_tensor
from pynn.ops.creation import named
from pynn.ops.dtypes import array, real
from pynn.ops.exponentials import log
from pynn.ops.reductions import axes_of
from pynn.ops.reductions import sum as total
from pynn.ops.selection import take_along_axis
from pynn.ops.shaping import expand_dims, squeeze


def _softmax_back(g: Any, y: Any, x: Any, axis: Any = -1) -> Any:
    return y * (g - np.sum(g * y, axis=axes_of(axis), keepdims=True))


@operation(_softmax_back, quiet=True)
def softmax(x: Any, axis: Any = -1) -> Any:
    """e^x / Σ e^x along an axis, or several.

    >>> softmax([0.0, 0.0])
    Tensor([0.5, 0.5], dtype=float32)
    """
    x, axis = real(x), axes_of(axis)
    parts = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return parts / np.sum(parts, axis=axis, keepdims=True)


def _log_softmax_back(g: Any, y: Any, x: Any, axis: Any = -1) -> Any:
    return g - np.exp(y) * np.sum(g, axis=axes_of(axis), keepdims=True)


@operation(_log_softmax_back, quiet=True)
def log_softmax(x: Any, axis: Any = -1) -> Any:
    """The logarithm of `softmax`: x - ln Σ e^x.

    >>> log_softmax([0.0, 0.0])
    Tensor([-0.6931472, -0.6931472], dtype=float32)
    """
    x, axis = real(x), axes_of(axis)
    moved = x - np.max(x, axis=axis, keepdims=True)
    return moved - np.log(np.sum(np.exp(moved), axis=axis, keepdims=True))


def _sparsemax_back(g: Any, y: Any, x: Any, axis: int = -1) -> Any:
    inside = np.greater(y, 0)
    share = np.sum(g * inside, axis=axis, keepdims=True) / np.sum(np.asarray(inside), axis=axis, keepdims=True)
    return inside * (g - share)


@operation(_sparsemax_back)
def sparsemax(x: Any, axis: int = -1) -> Any:
    """The nearest probabilities to x along an axis, many of which are 0.

    Source: Martins & Astudillo 2016, "From softmax to sparsemax", algorithm 1.

    >>> sparsemax([1.0, 0.0])
    Tensor([1., 0.], dtype=float32)
    """
    x = np.moveaxis(real(x), axis, -1)
    falling = -np.sort(-x, -1)
    sums = np.cumsum(falling, -1)
    k = np.arange(1, x.shape[-1] + 1, dtype=x.dtype)
    support = np.sum(1 + k * falling > sums, -1, keepdims=True)
    edge = (np.take_along_axis(sums, support - 1, -1) - 1) / support.astype(x.dtype)
    return np.moveaxis(np.maximum(x - edge, 0), -1, axis)


@operation()
def one_hot(x: Any, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False) -> Any:
    """A row with a 1 at its place for each class number; zeros for numbers out of range.

    >>> one_hot([0, 2], 3)
    Tensor([[1., 0., 0.],
            [0., 0., 1.]], dtype=float32)
    """
    _refuse_sparse("one_hot", sparse)
    numbers = array(x).astype("int64")
    made = (numbers[..., None] == np.arange(num_classes)).astype(named(dtype))
    return np.moveaxis(made, -1, axis)


@operation()
def multi_hot(
    inputs: Any, num_classes: int | None = None, axis: int = -1, dtype: Any = None, sparse: bool = False, **kwargs: Any
) -> Any:
    """A row for each set of class numbers, with a 1 at each of their places.

    >>> multi_hot([0, 2], 4)
    Tensor([1., 0., 1., 0.], dtype=float32)
    """
    _refuse_sparse("multi_hot", sparse)
    if kwargs or num_classes is None:
        raise ValueError(f"Argument `num_classes` must be specified, and nothing unknown. Received: {kwargs}")
    hot = one_hot.function(inputs, num_classes, -1, dtype)
    together = np.max(hot, axis=1 if hot.ndim > 2 else 0)
    return np.moveaxis(together, -1, axis) if together.ndim > 1 else together


def _refuse_sparse(name: str, sparse: bool) -> None:
    if sparse:
        raise ValueError(f"{name}: sparse tensors are not in pynn; leave sparse=False")


def _pair(target: Any, output: Any) -> tuple[Any, Any]:
    """Both as real tensors of one shape."""
    target, output = convert_to_tensor(target), convert_to_tensor(output)
    target = target if target.dtype.kind == "f" else target.astype(output.dtype)
    if target.shape != output.shape:
        raise ValueError(
            "Arguments `target` and `output` must have the same shape. Received: "
            f"target.shape={target.shape}, output.shape={output.shape}"
        )
    return target, output


def _clipped(output: Any) -> Any:
    least = config.epsilon()
    return clip(output, least, 1 - least)


@composite
def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """-(t·ln p + (1 - t)·ln(1 - p)) of each element.

    >>> float(binary_crossentropy(1.0, 1.0)) < 1e-6
    True
    """
    target, output = _pair(target, output)
    if from_logits:
        from pynn.ops.activations import log_sigmoid

        return -(target * log_sigmoid(output) + (1 - target) * log_sigmoid(-output))
    output = _clipped(output)
    return -(target * log(output) + (1 - target) * log(1 - output))


def _log_probabilities(output: Any, from_logits: bool, axis: int) -> Any:
    """Logarithms of probabilities; those given are divided by their sum and clipped."""
    if from_logits:
        return log_softmax(output, axis)
    return log(_clipped(divide(output, total(output, axis, True))))


@composite
def categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    """-Σ t·ln p along an axis, for probabilities t.

    >>> float(categorical_crossentropy([0.0, 1.0], [0.0, 1.0])) < 1e-6
    True
    """
    target, output = _pair(target, output)
    if output.ndim < 1:
        raise ValueError(f"Arguments `target` and `output` must be at least rank 1. Received: {output.shape}")
    return -total(target * _log_probabilities(output, from_logits, axis), axis)


@composite
def sparse_categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    """-ln p of the class whose number is the target; 0 for numbers out of range.

    >>> float(sparse_categorical_crossentropy(1, [0.0, 1.0])) < 1e-6
    True
    """
    target, output = np.asarray(target).astype("int64"), convert_to_tensor(output)
    if target.ndim == output.ndim and target.shape[-1:] == (1,):
        target = target[..., 0]
    if output.ndim < 1:
        raise ValueError(f"Argument `output` must be at least rank 1. Received: output.shape={output.shape}")
    if target.shape != tuple(np.delete(output.shape, axis)):
        raise ValueError(
            "Arguments `target` and `output` must have the same shape up until the last dimension: "
            f"target.shape={target.shape}, output.shape={output.shape}"
        )
    logs = _log_probabilities(output, from_logits, axis)
    there = (target >= 0) & (target < output.shape[axis])
    chosen = squeeze(take_along_axis(logs, expand_dims(np.where(there, target, 0), axis), axis), axis)
    return -(chosen * there.astype(chosen.dtype.name))


@operation(arrays=2)
def in_top_k(targets: Any, predictions: Any, k: int) -> Any:
    """Whether the score of the target is among the k largest of its row.

    >>> in_top_k([0, 1], [[0.9, 0.1], [0.8, 0.2]], 1)
    Tensor([ True, False])
    """
    targets, predictions = array(targets).astype("int64"), array(predictions)
    inside = (targets >= 0) & (targets < predictions.shape[-1])
    mine = np.take_along_axis(predictions, np.where(inside, targets, 0)[..., None], -1)
    finite = np.all(np.isfinite(mine), -1)
    return inside & finite & (np.sum(predictions > mine, -1) < k)


@composite
def top_k(x: Any, k: int, sorted: bool = True) -> Any:
    """The k largest elements along the last axis, falling, and where they stand.

    >>> top_k([1.0, 3.0, 2.0], 2)
    [Tensor([3., 2.], dtype=float32), Tensor([1, 2], dtype=int32)]
    """
    x = convert_to_tensor(x)
    order = np.argsort(-np.asarray(x).astype("float64"), axis=-1, kind="stable")[..., :k]
    return [take_along_axis(x, order, -1), convert_to_tensor(order.astype("int32"))]
