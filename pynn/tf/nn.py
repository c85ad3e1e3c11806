"""`tf.nn`: activations and the cross-entropies of logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import keras
from pynn.tf.math import in_top_k, l2_normalize, sigmoid, softplus, softsign, tanh, top_k

ops: Any = keras.ops

Name = str | None


def relu(features: Any, name: Name = None) -> Any:
    """max(x, 0)."""
    return ops.relu(features)


def relu6(features: Any, name: Name = None) -> Any:
    """min(max(x, 0), 6)."""
    return ops.relu6(features)


def elu(features: Any, name: Name = None) -> Any:
    """x where x > 0, e^x - 1 elsewhere."""
    return ops.elu(features)


def selu(features: Any, name: Name = None) -> Any:
    """The scaled elu that keeps mean 0 and variance 1."""
    return ops.selu(features)


def gelu(features: Any, approximate: bool = False, name: Name = None) -> Any:
    """x Φ(x), exactly unless `approximate`."""
    return ops.gelu(features, approximate=approximate)


def leaky_relu(features: Any, alpha: float = 0.2, name: Name = None) -> Any:
    """x where x > 0, alpha x elsewhere."""
    return ops.leaky_relu(features, negative_slope=alpha)


def silu(features: Any, beta: float = 1.0) -> Any:
    """x · sigmoid(beta x)."""
    return ops.multiply(features, ops.sigmoid(ops.multiply(features, beta)))


swish = silu


def softmax(logits: Any, axis: int | None = None, name: Name = None) -> Any:
    """e^x / Σ e^x along an axis, the last one if none is given."""
    return ops.softmax(logits, axis=-1 if axis is None else axis)


def log_softmax(logits: Any, axis: int | None = None, name: Name = None) -> Any:
    """The logarithm of `softmax`."""
    return ops.log_softmax(logits, axis=-1 if axis is None else axis)


def softmax_cross_entropy_with_logits(labels: Any, logits: Any, axis: int = -1, name: Name = None) -> Any:
    """-Σ labels · log softmax(logits) along an axis: one number a row."""
    return ops.negative(ops.sum(ops.multiply(labels, ops.log_softmax(logits, axis=axis)), axis=axis))


def sparse_softmax_cross_entropy_with_logits(labels: Any, logits: Any, name: Name = None) -> Any:
    """-log softmax(logits) at the class that `labels` numbers: one number a row."""
    classes = np.shape(logits)[-1]
    given = np.asarray(labels)
    if given.size and not (given.min() >= 0 and given.max() < classes):
        raise ValueError(f"sparse_softmax_cross_entropy_with_logits: labels must be in [0, {classes})")
    return softmax_cross_entropy_with_logits(ops.one_hot(labels, classes), logits)


def sigmoid_cross_entropy_with_logits(labels: Any = None, logits: Any = None, name: Name = None) -> Any:
    """max(x, 0) - x z + log(1 + e^-|x|) for labels z and logits x, element by element."""
    x, z = ops.convert_to_tensor(logits), ops.cast(labels, np.asarray(logits).dtype.name)
    return ops.add(ops.subtract(ops.relu(x), ops.multiply(x, z)), ops.log1p(ops.exp(ops.negative(ops.abs(x)))))


def weighted_cross_entropy_with_logits(labels: Any, logits: Any, pos_weight: Any, name: Name = None) -> Any:
    """`sigmoid_cross_entropy_with_logits` whose positive part counts `pos_weight` times."""
    q = ops.add(1.0, ops.multiply(ops.subtract(pos_weight, 1.0), labels))
    soft = ops.add(ops.log1p(ops.exp(ops.negative(ops.abs(logits)))), ops.relu(ops.negative(logits)))
    return ops.add(ops.multiply(ops.subtract(1.0, labels), logits), ops.multiply(q, soft))


def bias_add(value: Any, bias: Any, data_format: str | None = None, name: Name = None) -> Any:
    """Add a bias to the last axis."""
    if data_format not in (None, "NHWC", "N...C"):
        raise ValueError(f"bias_add: data_format={data_format!r} is not available; the bias belongs to the last axis")
    return ops.add(value, bias)


def dropout(x: Any, rate: float, noise_shape: Any = None, seed: int | None = None, name: Name = None) -> Any:
    """Set a share `rate` of the elements to 0 and scale the others by 1 / (1 - rate)."""
    return keras.random.dropout(x, rate, noise_shape, seed)


def l2_loss(t: Any, name: Name = None) -> Any:
    """½ Σ x²."""
    return ops.multiply(ops.sum(ops.square(t)), 0.5)


def moments(x: Any, axes: Any, shift: Any = None, keepdims: bool = False, name: Name = None) -> Any:
    """Mean and variance along axes."""
    return ops.moments(x, axes=axes, keepdims=keepdims)


def embedding_lookup(params: Any, ids: Any, max_norm: None = None, name: Name = None) -> Any:
    """The rows of a table by their numbers."""
    if max_norm is not None:
        raise ValueError("embedding_lookup: max_norm is not available; leave it at None")
    return ops.take(params, ids, axis=0)


def batch_normalization(
    x: Any, mean: Any, variance: Any, offset: Any, scale: Any, variance_epsilon: float, name: Name = None
) -> Any:
    """scale (x - mean) / √(variance + epsilon) + offset."""
    factor = ops.rsqrt(ops.add(variance, variance_epsilon))
    factor = factor if scale is None else ops.multiply(factor, scale)
    y = ops.multiply(ops.subtract(x, mean), factor)
    return y if offset is None else ops.add(y, offset)


__all__ = [
    "batch_normalization",
    "bias_add",
    "dropout",
    "elu",
    "embedding_lookup",
    "gelu",
    "in_top_k",
    "l2_loss",
    "l2_normalize",
    "leaky_relu",
    "log_softmax",
    "moments",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "sigmoid_cross_entropy_with_logits",
    "silu",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softplus",
    "softsign",
    "sparse_softmax_cross_entropy_with_logits",
    "swish",
    "tanh",
    "top_k",
    "weighted_cross_entropy_with_logits",
]
