"""Normalization: means and variances, and what layers do with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config
from pynn.operation import composite
from pynn.ops.core import convert_to_tensor
from pynn.ops.exponentials import rsqrt, square
from pynn.ops.norms import as_real
from pynn.ops.reductions import mean as mean_of
from pynn.ops.reductions import var
from pynn.ops.shaping import reshape


@composite
def moments(x: Any, axes: Any, keepdims: bool = False, synchronized: bool = False) -> Any:
    """The mean and the variance over some axes.

    >>> [float(part) for part in moments([1.0, 3.0], [0])]
    [2.0, 1.0]
    """
    if synchronized:
        raise ValueError("moments: there is one process, so that synchronized=True has no meaning in pynn")
    x = as_real(x)
    return mean_of(x, axes, keepdims), var(x, axes, keepdims)


def _along(value: Any, x: Any, axis: int) -> Any:
    """A vector of one axis, in a shape that broadcasts against x."""
    return reshape(value, [-1 if i == axis % x.ndim else 1 for i in range(x.ndim)])


@composite
def batch_normalization(
    x: Any, mean: Any, variance: Any, axis: int, offset: Any = None, scale: Any = None, epsilon: float = 1e-3
) -> Any:
    """scale·(x - mean) / √(variance + epsilon) + offset, with vectors along one axis.

    Source: Ioffe & Szegedy 2015, "Batch normalization", algorithm 1.

    >>> batch_normalization([[2.0]], [1.0], [1.0], -1, epsilon=0.0)
    Tensor([[1.]], dtype=float32)
    """
    x = as_real(x)
    size = x.shape[axis]
    for name, value in (("mean", mean), ("variance", variance), ("offset", offset), ("scale", scale)):
        if value is not None and np.shape(value) != (size,):
            raise ValueError(
                f"`{name}` must be a vector of length {size}, the size of axis {axis} of x. Received: {np.shape(value)}"
            )
    factor = rsqrt(_along(variance, x, axis) + epsilon)
    factor = factor if scale is None else factor * _along(scale, x, axis)
    y = (x - _along(mean, x, axis)) * factor
    return y if offset is None else y + _along(offset, x, axis)


def _axes(axis: Any) -> tuple[int, ...]:
    return (axis,) if isinstance(axis, int) else tuple(axis)


def _spread(value: Any, x: Any, axes: tuple[int, ...]) -> Any:
    """Weights of the normalized axes, in a shape that broadcasts against x."""
    places = {i % x.ndim for i in axes}
    return reshape(value, [n if i in places else 1 for i, n in enumerate(x.shape)])


@composite
def layer_normalization(
    x: Any, gamma: Any = None, beta: Any = None, axis: Any = -1, epsilon: float | None = None, **kwargs: Any
) -> Any:
    """gamma·(x - mean) / √(variance + epsilon) + beta, with mean and variance along some axes.

    Source: Ba, Kiros & Hinton 2016, "Layer normalization", equation 4.

    >>> layer_normalization([1.0, 3.0], epsilon=0.0)
    Tensor([-1.,  1.], dtype=float32)
    """
    if kwargs:
        raise ValueError(
            f"layer_normalization: unknown arguments {sorted(kwargs)}; rms_normalization is a function now"
        )
    x, axes = as_real(x), _axes(axis)
    mean, variance = moments(x, axes, keepdims=True)
    y = (x - mean) * rsqrt(variance + (config.epsilon() if epsilon is None else epsilon))
    y = y if gamma is None else y * _spread(gamma, x, axes)
    return y if beta is None else y + _spread(beta, x, axes)


@composite
def rms_normalization(x: Any, scale: Any = None, axis: Any = -1, epsilon: float | None = None) -> Any:
    """scale·x / √(mean of x² + epsilon).

    Source: Zhang & Sennrich 2019, "Root mean square layer normalization", equation 4.

    >>> rms_normalization([3.0, 3.0], epsilon=0.0)
    Tensor([1., 1.], dtype=float32)
    """
    x, axes = convert_to_tensor(as_real(x)), _axes(axis)
    y = x * rsqrt(mean_of(square(x), axes, True) + (config.epsilon() if epsilon is None else epsilon))
    return y if scale is None else y * _spread(scale, x, axes)
