"""Activations, element by element; `keras.activations` has them with what a layer may ask for besides."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pynn.operation import composite, operation
from pynn.ops.arithmetic import absolute, clip, maximum, minimum
from pynn.ops.core import convert_to_tensor
from pynn.ops.dtypes import array, real
from pynn.ops.errors import erfc
from pynn.ops.exponentials import sqrt, square
from pynn.ops.joining import split
from pynn.ops.selection import where
from pynn.ops.trigonometry import tanh


def _real(x: Any) -> Any:
    """A tensor of real numbers."""
    x = convert_to_tensor(x)
    return x if x.dtype.kind == "f" else convert_to_tensor(real(np.asarray(x)))


@operation(lambda g, y, x: g * np.greater(y, 0))
def relu(x: Any) -> Any:
    """max(x, 0); its slope at 0 is 0.

    >>> relu([-1.0, 2.0])
    Tensor([0., 2.], dtype=float32)
    """
    x = array(x)
    return np.maximum(x.astype("int32") if x.dtype.kind == "b" else x, 0)


@operation(lambda g, y, x: g * np.logical_and(np.greater(x, 0), np.less(x, 6)))
def relu6(x: Any) -> Any:
    """min(max(x, 0), 6).

    >>> relu6([-1.0, 8.0])
    Tensor([0., 6.], dtype=float32)
    """
    return np.minimum(np.maximum(real(x), 0), 6)


@operation(lambda g, y, x, negative_slope=0.2: np.where(np.greater_equal(x, 0), g, g * negative_slope))
def leaky_relu(x: Any, negative_slope: float = 0.2) -> Any:
    """x where x >= 0, negative_slope·x elsewhere.

    >>> leaky_relu([-1.0, 2.0])
    Tensor([-0.2,  2. ], dtype=float32)
    """
    x = real(x)
    return np.where(x >= 0, x, x.dtype.type(negative_slope) * x)


@operation(lambda g, y, x: g * y * (1 - y), quiet=True)
def sigmoid(x: Any) -> Any:
    """1 / (1 + e^-x).

    >>> float(sigmoid(0.0))
    0.5
    """
    x = real(x)
    return 1 / (1 + np.exp(-x))


@operation(lambda g, y, x: g * np.exp(x - y), quiet=True)
def softplus(x: Any) -> Any:
    """ln(1 + e^x), a smooth `relu`.

    >>> float(softplus(0.0)) == float(np.float32(np.log(2)))
    True
    """
    x = real(x)
    return np.logaddexp(x, x.dtype.type(0))


@composite
def log_sigmoid(x: Any) -> Any:
    """The logarithm of `sigmoid`: -ln(1 + e^-x).

    >>> float(log_sigmoid(0.0)) == -float(np.float32(np.log(2)))
    True
    """
    return -softplus(-_real(x))


@operation(lambda g, y, x: g / np.square(1 + np.abs(x)))
def softsign(x: Any) -> Any:
    """x / (1 + |x|).

    >>> float(softsign(1.0))
    0.5
    """
    x = real(x)
    return x / (1 + np.abs(x))


def _silu_slope(g: Any, y: Any, x: Any) -> Any:
    s = 1 / (1 + np.exp(-x))
    return g * s * (1 + x * (1 - s))


@operation(_silu_slope, quiet=True)
def silu(x: Any) -> Any:
    """x / (1 + e^-x), also called swish.

    >>> float(silu(0.0))
    0.0
    """
    x = real(x)
    return x / (1 + np.exp(-x))


@operation(lambda g, y, x, alpha=1.0: np.where(np.greater(x, 0), g, g * alpha * np.exp(np.minimum(x, 0))))
def elu(x: Any, alpha: float = 1.0) -> Any:
    """x where x > 0, alpha·(e^x - 1) elsewhere.

    >>> elu([-50.0, 3.0])
    Tensor([-1.,  3.], dtype=float32)
    """
    x = real(x)
    return np.where(x > 0, x, x.dtype.type(alpha) * np.expm1(np.minimum(x, 0)))


# Klambauer et al. 2017, "Self-normalizing neural networks", equation 14.
_ALPHA, _SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946


@composite
def selu(x: Any) -> Any:
    """`elu` scaled so that mean 0 and variance 1 stay.

    >>> float(selu(0.0))
    0.0
    """
    return _SCALE * elu(x, _ALPHA)


@composite
def celu(x: Any, alpha: float = 1.0) -> Any:
    """max(x, 0) + min(alpha·(e^(x/alpha) - 1), 0).

    >>> float(celu(2.0))
    2.0
    """
    x = _real(x)
    return alpha * elu(x / alpha) if alpha > 0 else maximum(x, 0) + minimum(alpha * elu(minimum(x, 0) / alpha), 0)


@composite
def gelu(x: Any, approximate: bool = True) -> Any:
    """x·Φ(x), with the normal distribution Φ; or x/2·(1 + tanh(√(2/π)·(x + 0.044715 x³))).

    >>> float(gelu(0.0))
    0.0
    """
    x = _real(x)
    if approximate:
        return 0.5 * x * (1 + tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))
    return 0.5 * x * erfc(x * -math.sqrt(0.5))


@composite
def hard_sigmoid(x: Any) -> Any:
    """relu6(x + 3) / 6.

    >>> float(hard_sigmoid(0.0))
    0.5
    """
    return relu6(_real(x) + 3) / 6


@composite
def hard_silu(x: Any) -> Any:
    """x·hard_sigmoid(x), also called hard swish.

    >>> float(hard_silu(3.0))
    3.0
    """
    x = _real(x)
    return x * hard_sigmoid(x)


@composite
def hard_tanh(x: Any) -> Any:
    """x, limited to [-1, 1].

    >>> float(hard_tanh(3.0))
    1.0
    """
    x = _real(x)
    return where(x > 1, 1.0, where(x < -1, -1.0, x))


@composite
def hard_shrink(x: Any, threshold: float = 0.5) -> Any:
    """x where |x| > threshold, 0 elsewhere.

    >>> hard_shrink([0.2, 1.0])
    Tensor([0., 1.], dtype=float32)
    """
    x = _real(x)
    return where(absolute(x) > threshold, x, 0.0)


@composite
def soft_shrink(x: Any, threshold: float = 0.5) -> Any:
    """x moved towards 0 by the threshold, and 0 within it.

    >>> soft_shrink([0.2, 1.0])
    Tensor([0. , 0.5], dtype=float32)
    """
    x = _real(x)
    return where(x > threshold, x - threshold, where(x < -threshold, x + threshold, 0.0))


@composite
def tanh_shrink(x: Any) -> Any:
    """x - tanh(x).

    >>> float(tanh_shrink(0.0))
    0.0
    """
    x = _real(x)
    return x - tanh(x)


@composite
def squareplus(x: Any, b: float = 4) -> Any:
    """(x + √(x² + b)) / 2.

    >>> float(squareplus(0.0))
    1.0
    """
    x = _real(x)
    return (x + sqrt(square(x) + b)) / 2


@composite
def sparse_plus(x: Any) -> Any:
    """0 up to -1, (x + 1)² / 4 up to 1, x from there on.

    >>> float(sparse_plus(1.0))
    1.0
    """
    x = _real(x)
    return where(x <= -1, 0.0, where(x < 1, square(x + 1) / 4, x))


@composite
def sparse_sigmoid(x: Any) -> Any:
    """0 up to -1, (x + 1) / 2 up to 1, 1 from there on.

    >>> float(sparse_sigmoid(0.0))
    0.5
    """
    x = _real(x)
    return clip(0.5 * (x + 1), 0.0, 1.0)


@composite
def threshold(x: Any, threshold: float, default_value: float) -> Any:
    """x where x > threshold, the default value elsewhere.

    >>> threshold([0.2, 1.0], 0.5, 9.0)
    Tensor([9., 1.], dtype=float32)
    """
    x = _real(x)
    return where(x > threshold, x, float(default_value))


@composite
def glu(x: Any, axis: int = -1) -> Any:
    """One half of x along an axis, gated by the sigmoid of the other.

    >>> glu([2.0, 0.0])
    Tensor([1.], dtype=float32)
    """
    x = _real(x)
    if x.shape[axis] % 2:
        raise ValueError(f"axis size must be divisible by 2. Received: x.shape={x.shape} with axis={axis}")
    first, second = split(x, 2, axis)
    return first * sigmoid(second)
