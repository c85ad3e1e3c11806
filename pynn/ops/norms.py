"""Lengths and distances."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config
from pynn.operation import composite
from pynn.ops.arithmetic import absolute, maximum
from pynn.ops.core import convert_to_tensor
from pynn.ops.dtypes import real
from pynn.ops.exponentials import power, sqrt, square
from pynn.ops.factors import svd
from pynn.ops.reductions import max as largest
from pynn.ops.reductions import min as smallest
from pynn.ops.reductions import sum as total


def as_real(x: Any) -> Any:
    """A tensor of real numbers."""
    x = convert_to_tensor(x)
    return x if np.dtype(x.dtype).kind == "f" else convert_to_tensor(real(np.asarray(x)))


def _vector_norm(x: Any, order: Any, axis: Any, keepdims: bool) -> Any:
    if order in (None, 2, "euclidean"):
        return sqrt(total(square(x), axis, keepdims))
    if isinstance(order, str):
        raise ValueError(f"Invalid `ord` argument for vector norm. Received: ord={order}")
    if order == np.inf:
        return largest(absolute(x), axis, keepdims)
    if order == -np.inf:
        return smallest(absolute(x), axis, keepdims)
    if order == 0:
        return total((x != 0).astype(x.dtype), axis, keepdims)
    if order == 1:
        return total(absolute(x), axis, keepdims)
    return power(total(power(absolute(x), order), axis, keepdims), 1 / order)


def _matrix_norm(x: Any, order: Any, axis: tuple[int, int], keepdims: bool) -> Any:
    if order in (None, "fro"):
        return sqrt(total(square(x), axis, keepdims))
    rows, columns = (i % np.ndim(x) for i in axis)
    if order in (1, -1, np.inf, -np.inf):
        along, other = (rows, columns) if abs(order) == 1 else (columns, rows)
        sums = total(absolute(x), along, True)
        found = (largest if order > 0 else smallest)(sums, other, True)
        return found if keepdims else found.squeeze((rows, columns))
    if order not in (2, -2, "nuc"):
        raise ValueError(f"Invalid `ord` argument for matrix norm. Received: ord={order}")
    from pynn.ops.shaping import expand_dims, moveaxis

    values = svd(moveaxis(x, (rows, columns), (-2, -1)), compute_uv=False)
    found = total(values, -1) if order == "nuc" else (largest if order == 2 else smallest)(values, -1)
    return expand_dims(found, sorted((rows, columns))) if keepdims else found


@composite
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """The length of vectors (one axis) or matrices (two): (Σ |x|^ord)^(1/ord), or "fro", "nuc", ±∞ as in NumPy.

    >>> float(norm([3.0, 4.0]))
    5.0
    """
    x = as_real(x)
    if axis is None:
        if ord is None:
            return sqrt(total(square(x), None, keepdims))
        axis = tuple(range(x.ndim))
    axes = (axis,) if isinstance(axis, int) else tuple(axis)
    if len(axes) == 1:
        return _vector_norm(x, ord, axes[0], keepdims)
    if len(axes) == 2:
        return _matrix_norm(x, ord, (axes[0], axes[1]), keepdims)
    raise ValueError(f"Invalid axis values. Received: axis={axis} with ord={ord}: one axis or two are expected")


@composite
def normalize(x: Any, axis: Any = -1, order: Any = 2, epsilon: float | None = None) -> Any:
    """x divided by its length along an axis, which counts as `epsilon` at least.

    >>> normalize([3.0, 4.0])
    Tensor([0.6, 0.8], dtype=float32)
    """
    if not isinstance(order, int) or order < 1:
        raise ValueError(f"Argument `order` must be an int >= 1. Received: order={order}")
    x = as_real(x)
    least = config.epsilon() if epsilon is None else epsilon
    if order == 2:
        squares = total(square(x), axis, True)
        return x / sqrt(maximum(squares, least * least))
    return x / maximum(norm(x, order, axis, True), least)


@composite
def cdist(x: Any, y: Any) -> Any:
    """The distance of each row of x from each row of y.

    >>> cdist([[0.0, 0.0]], [[3.0, 4.0]])
    Tensor([[5.]], dtype=float32)
    """
    from pynn.ops.shaping import expand_dims

    return sqrt(total(square(expand_dims(x, -2) - expand_dims(y, -3)), -1))
