"""Formulas and losses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pynn.older_backend.names import today
from pynn.ops import everything

_op = everything.__getitem__


def _along_last(name: str, axis: int) -> Callable[..., Any]:
    def reduce(x: Any, axis: int | None = axis) -> Any:
        return _op(name)(x, axis=axis)

    reduce.__name__, reduce.__doc__ = name, f"As `keras.ops.{name}`, along axis {axis} if none is given."
    return today(f"keras.ops.{name}(x, axis={axis})")(reduce)


argmax, argmin = _along_last("argmax", -1), _along_last("argmin", -1)
cumsum, cumprod = _along_last("cumsum", 0), _along_last("cumprod", 0)


@today("keras.ops.clip(x, x_min, x_max)")
def clip(x: Any, min_value: Any, max_value: Any) -> Any:
    """The elements limited to [min_value, max_value]; None is no limit."""
    low, high = -np.inf if min_value is None else min_value, np.inf if max_value is None else max_value
    return _op("clip")(x, low, high)


@today("keras.ops.dot")
def dot(x: Any, y: Any) -> Any:
    """Σ over the last axis of x and the last but one of y."""
    return _op("dot")(x, y)


@today("keras.ops.power")
def pow(x: Any, a: Any) -> Any:
    """xᵃ."""
    return _op("power")(x, a)


@today("x / keras.ops.norm(x, axis=axis, keepdims=True), or keras.ops.normalize")
def l2_normalize(x: Any, axis: Any = None) -> Any:
    """x/√(Σ x²), where the sum is at least 1e-12."""
    square_sum = _op("sum")(_op("square")(x), axis=axis, keepdims=True)
    return x * _op("rsqrt")(_op("maximum")(square_sum, 1e-12))


@today("x + bias")
def bias_add(x: Any, bias: Any, data_format: str | None = None) -> Any:
    """x + bias."""
    return _op("add")(x, bias)


@today("keras.ops.where, or keras.ops.cond for functions")
def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """One value where the condition holds, the other elsewhere; functions are called."""
    if callable(then_expression) and np.ndim(condition) == 0:
        return _op("cond")(condition, then_expression, else_expression)
    one, other = (part() if callable(part) else part for part in (then_expression, else_expression))
    for _ in range(np.ndim(one) - np.ndim(condition)):
        condition = _op("expand_dims")(condition, -1)
    return _op("where")(condition, one, other)


@today("keras.activations.relu(x, negative_slope, max_value, threshold)")
def relu(x: Any, alpha: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Any:
    """The rectifier with its three arguments."""
    if alpha == 0 and max_value is None and threshold == 0:
        return _op("relu")(x)
    above = _op("minimum")(x, np.inf if max_value is None else max_value)
    return _op("where")(x >= threshold, above, alpha * (x - threshold))


@today("keras.ops.clip(0.2 * x + 0.5, 0, 1); keras.ops.hard_sigmoid is x/6 + 0.5, cut")
def hard_sigmoid(x: Any) -> Any:
    """0.2 · x + 0.5, cut to [0, 1]: Keras 2's form."""
    return _op("clip")(0.2 * _op("convert_to_tensor")(x) + 0.5, 0.0, 1.0)


@today("keras.ops.binary_crossentropy")
def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """Of each element."""
    return _op("binary_crossentropy")(target, output, from_logits=from_logits)


@today("keras.ops.categorical_crossentropy")
def categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    """Of each row."""
    return _op("categorical_crossentropy")(target, output, from_logits=from_logits, axis=axis)


@today("keras.ops.sparse_categorical_crossentropy")
def sparse_categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    """Of each row, where the target is the number of the class."""
    return _op("sparse_categorical_crossentropy")(target, output, from_logits=from_logits, axis=axis)


@today("keras.ops.in_top_k(targets, predictions, k)")
def in_top_k(predictions: Any, targets: Any, k: int) -> Any:
    """Whether the class is among the k with the largest predictions."""
    return _op("in_top_k")(targets, predictions, k)


@today("keras.ops.batch_normalization(x, mean, variance, axis, offset=beta, scale=gamma)")
def batch_normalization(
    x: Any, mean: Any, var: Any, beta: Any, gamma: Any, axis: int = -1, epsilon: float = 1e-3
) -> Any:
    """gamma · (x − mean)/√(var + epsilon) + beta."""
    return _op("batch_normalization")(x, mean, var, axis, offset=beta, scale=gamma, epsilon=epsilon)
