"""`tf.linalg`: products, inverses and norms of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import keras
from pynn.tf.arrays import eye
from pynn.tf.math import _axes, l2_normalize

ops: Any = keras.ops

Name = str | None


def _turned(x: Any) -> Any:
    return ops.swapaxes(x, -1, -2)


def matmul(
    a: Any, b: Any, transpose_a: bool = False, transpose_b: bool = False, name: Name = None, **kwargs: Any
) -> Any:
    """The product of matrices along the last two axes."""
    if kwargs:
        raise TypeError(f"matmul: {sorted(kwargs)} are not available")
    return ops.matmul(_turned(a) if transpose_a else a, _turned(b) if transpose_b else b)


def matvec(a: Any, b: Any, transpose_a: bool = False, name: Name = None) -> Any:
    """The product of a matrix and a vector."""
    return ops.squeeze(matmul(a, ops.expand_dims(b, -1), transpose_a), -1)


def matrix_transpose(a: Any, name: Name = None, conjugate: bool = False) -> Any:
    """The last two axes swapped."""
    return ops.conjugate(_turned(a)) if conjugate else _turned(a)


def tensordot(a: Any, b: Any, axes: Any, name: Name = None) -> Any:
    """Σ of products over pairs of axes."""
    return ops.tensordot(a, b, axes=axes)


def einsum(equation: str, *inputs: Any, **kwargs: Any) -> Any:
    """Σ of products after Einstein's notation, such as ``"ij,jk->ik"``."""
    kwargs.pop("name", None)
    return ops.einsum(equation, *inputs, **kwargs)


def inv(input: Any, adjoint: bool = False, name: Name = None) -> Any:
    """The inverse of a square matrix."""
    return ops.inv(_turned(input) if adjoint else input)


def det(input: Any, name: Name = None) -> Any:
    """The determinant of a square matrix."""
    return ops.det(input)


def solve(matrix: Any, rhs: Any, adjoint: bool = False, name: Name = None) -> Any:
    """x with matrix · x = rhs."""
    return ops.solve(_turned(matrix) if adjoint else matrix, rhs)


def norm(tensor: Any, ord: Any = "euclidean", axis: Any = None, keepdims: bool = False, name: Name = None) -> Any:
    """The length: the root of the sum of squares, unless `ord` names another."""
    if ord in ("euclidean", 2) and not (ord == 2 and isinstance(axis, tuple | list)):
        return ops.sqrt(ops.sum(ops.square(tensor), axis=_axes(axis), keepdims=bool(keepdims)))
    return ops.norm(
        tensor if axis is not None else ops.ravel(tensor), ord=ord, axis=_axes(axis), keepdims=bool(keepdims)
    )


def trace(x: Any, name: Name = None) -> Any:
    """The sum of the diagonal."""
    return ops.trace(x, axis1=-2, axis2=-1)


def diag(diagonal: Any, name: Name = "diag") -> Any:
    """A matrix with these elements on its diagonal."""
    return ops.diag(diagonal)


def diag_part(input: Any, name: Name = "diag_part") -> Any:
    """The diagonal of a matrix."""
    return ops.diagonal(input, axis1=-2, axis2=-1)


def global_norm(t_list: Any, name: Name = None) -> Any:
    """The length of all tensors of a list taken as one."""
    total = ops.convert_to_tensor(np.float32(0))
    for tensor in t_list:
        total = total if tensor is None else ops.add(total, ops.sum(ops.square(tensor)))
    return ops.sqrt(total)


def clip_by_global_norm(t_list: Any, clip_norm: Any, use_norm: Any = None, name: Name = None) -> Any:
    """All tensors scaled by one factor so that together they are not longer than `clip_norm`; and the length before."""
    length = global_norm(t_list) if use_norm is None else use_norm
    factor = ops.divide(clip_norm, ops.maximum(length, clip_norm))
    return [None if t is None else ops.multiply(t, factor) for t in t_list], length


__all__ = [
    "clip_by_global_norm",
    "det",
    "diag",
    "diag_part",
    "einsum",
    "eye",
    "global_norm",
    "inv",
    "l2_normalize",
    "matmul",
    "matrix_transpose",
    "matvec",
    "norm",
    "solve",
    "tensordot",
    "trace",
]
