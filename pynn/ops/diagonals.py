"""Diagonals of matrices, and matrices of diagonals."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.operation import composite, operation
from pynn.ops.dtypes import array


def _diagonal_back(g: Any, y: Any, x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """g on the diagonal of zeros."""
    rows, columns = np.shape(x)[axis1], np.shape(x)[axis2]
    mask = np.eye(rows, columns, offset)
    start = max(-offset, 0)
    spread = np.zeros((np.shape(g)[-1], rows))
    spread[np.arange(np.shape(g)[-1]), start + np.arange(np.shape(g)[-1])] = 1
    apart = np.expand_dims(np.matmul(g, spread), -1) * mask
    return np.moveaxis(apart, (-2, -1), (axis1, axis2))


@operation(_diagonal_back)
def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """A diagonal of each matrix that two axes make.

    >>> diagonal([[1.0, 2.0], [3.0, 4.0]])
    Tensor([1., 4.], dtype=float32)
    """
    return np.diagonal(array(x), offset, axis1, axis2).copy()


def _diag_back(g: Any, y: Any, x: Any, k: int = 0) -> Any:
    return np.diagonal(g, k) if np.ndim(x) == 1 else _diagonal_back(g, y, x, k)


@operation(_diag_back)
def diag(x: Any, k: int = 0) -> Any:
    """The matrix with x on its k-th diagonal; of a matrix, that diagonal.

    >>> diag([1.0, 2.0])
    Tensor([[1., 0.],
            [0., 2.]], dtype=float32)
    """
    return np.diag(array(x), k).copy()


@operation(lambda g, y, x, k=0: np.reshape(np.diagonal(g, k), np.shape(x)))
def diagflat(x: Any, k: int = 0) -> Any:
    """The matrix with all elements of x on its k-th diagonal.

    >>> diagflat([[1.0, 2.0]])
    Tensor([[1., 0.],
            [0., 2.]], dtype=float32)
    """
    return np.diagflat(array(x), k)


@composite
def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The sum along a diagonal.

    >>> float(trace([[1.0, 2.0], [3.0, 4.0]]))
    5.0
    """
    from pynn.ops.reductions import sum as total

    return total(diagonal(x, offset, axis1, axis2), -1)
