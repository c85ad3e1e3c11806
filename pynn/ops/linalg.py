"""Linear algebra on stacks of matrices.

Gradients: Giles 2008, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.operation import composite, operation
from pynn.ops.dtypes import array, promoted, real


def _t(x: Any) -> Any:
    return np.swapaxes(x, -1, -2)


def _square(name: str, x: Any) -> Any:
    x = real(x)
    if x.ndim < 2:
        raise ValueError(f"Expected input to have rank >= 2. Received input with shape {x.shape}. ({name})")
    if x.shape[-1] != x.shape[-2]:
        raise ValueError(
            f"Expected a square matrix. Received non-square input with shape {x.shape}. ({name} needs (…, n, n))"
        )
    return x


@operation(lambda g, y, x: -np.matmul(_t(y), np.matmul(g, _t(y))), quiet=True)
def inv(x: Any) -> Any:
    """The inverse of square matrices.

    >>> inv([[2.0]])
    Tensor([[0.5]], dtype=float32)
    """
    x = _square("inv", x)
    try:
        return np.linalg.inv(x)
    except np.linalg.LinAlgError:
        return np.full_like(x, np.nan)


@operation(lambda g, y, x: np.expand_dims(g * y, (-1, -2)) * _t(np.linalg.inv(x)))
def det(x: Any) -> Any:
    """The determinant of square matrices; the gradient needs an inverse.

    >>> float(det([[2.0, 0.0], [0.0, 3.0]]))
    6.0
    """
    return np.linalg.det(_square("det", x))


def _slogdet_back(g: Any, y: Any, x: Any) -> Any:
    return None if g[1] is None else np.expand_dims(g[1], (-1, -2)) * _t(np.linalg.inv(x))


@operation(_slogdet_back, quiet=True)
def slogdet(x: Any) -> Any:
    """The sign of the determinant, and the logarithm of its magnitude.

    >>> [float(part) for part in slogdet([[1.0, 0.0], [0.0, -1.0]])]
    [-1.0, 0.0]
    """
    return tuple(np.linalg.slogdet(_square("slogdet", x)))


@composite
def logdet(x: Any) -> Any:
    """The logarithm of the determinant of positive definite matrices.

    >>> float(logdet([[1.0, 0.0], [0.0, 1.0]]))
    0.0
    """
    from pynn.ops.exponentials import log
    from pynn.ops.reductions import sum as total

    return 2 * total(log(_factor_diagonal(x)), -1)


def _factor_diagonal(x: Any) -> Any:
    from pynn.ops.diagonals import diagonal

    return diagonal(cholesky(x), 0, -2, -1)


def _solve_a(g: Any, y: Any, a: Any, b: Any) -> Any:
    db = np.linalg.solve(_t(a), g[..., None]) if np.ndim(b) == 1 else np.linalg.solve(_t(a), g)
    return -np.matmul(db, _t(y[..., None] if np.ndim(b) == 1 else y))


def _solve_b(g: Any, y: Any, a: Any, b: Any) -> Any:
    return np.linalg.solve(_t(a), g)


@operation(_solve_a, _solve_b, quiet=True)
def solve(a: Any, b: Any) -> Any:
    """The x with a·x = b.

    >>> solve([[2.0]], [[6.0]])
    Tensor([[3.]], dtype=float32)
    """
    a, b = promoted(real(a), real(b))
    _square("solve", a)
    try:
        return np.linalg.solve(a, b)
    except np.linalg.LinAlgError:
        return np.full_like(b, np.nan)


@composite
def solve_triangular(a: Any, b: Any, lower: bool = False) -> Any:
    """The x with a·x = b, where only the upper (or lower) triangle of a counts.

    >>> solve_triangular([[2.0]], [[6.0]])
    Tensor([[3.]], dtype=float32)
    """
    from pynn.ops.shaping import tril, triu

    return solve((tril if lower else triu)(a), b)


def _cholesky_back(g: Any, y: Any, x: Any, upper: bool = False) -> Any:
    """Murray 2016, "Differentiation of the Cholesky decomposition", eq. 10."""
    lower, g = (_t(y), _t(g)) if upper else (y, g)
    inverse = np.linalg.inv(lower)
    middle = np.tril(np.matmul(_t(lower), g))
    middle = middle - 0.5 * middle * np.eye(np.shape(x)[-1])
    made = np.matmul(_t(inverse), np.matmul(middle, inverse))
    return (made + _t(made)) / 2


@operation(_cholesky_back)
def cholesky(x: Any, upper: bool = False) -> Any:
    """The lower (or upper) triangular L with L·Lᵀ = x for positive definite x.

    >>> cholesky([[4.0]])
    Tensor([[2.]], dtype=float32)
    """
    try:
        made = np.linalg.cholesky(_square("cholesky", x))
    except np.linalg.LinAlgError as error:
        raise ValueError(
            f"Cholesky decomposition failed: {error}. The input might not be a valid positive definite matrix."
        ) from None
    return _t(made) if upper else made


@composite
def cholesky_inverse(x: Any, upper: bool = False) -> Any:
    """The inverse of the matrix whose Cholesky factor is x.

    >>> cholesky_inverse([[2.0]])
    Tensor([[0.25]], dtype=float32)
    """
    from pynn.ops.products import matmul
    from pynn.ops.shaping import swapaxes, tril, triu

    inverse = inv((triu if upper else tril)(x))
    return matmul(inverse, swapaxes(inverse, -1, -2)) if upper else matmul(swapaxes(inverse, -1, -2), inverse)


def _eigh_back(g: Any, y: Any, x: Any) -> Any:
    """Giles 2008, section 3.1; eigenvalues must differ if their vectors are used."""
    values, vectors = y
    inside = np.zeros_like(np.asarray(vectors))
    if g[0] is not None:
        inside = inside + np.expand_dims(g[0], -2) * np.eye(np.shape(x)[-1])
    if g[1] is not None:
        gaps = np.expand_dims(values, -2) - np.expand_dims(values, -1)
        same = np.equal(gaps, 0)
        inside = inside + np.where(same, 0, np.matmul(_t(vectors), g[1]) / np.where(same, 1, gaps))
    made = np.matmul(vectors, np.matmul(inside, _t(vectors)))
    return (made + _t(made)) / 2


@operation(_eigh_back)
def eigh(x: Any) -> Any:
    """Eigenvalues, rising, and eigenvectors (columns) of symmetric matrices.

    >>> eigh([[2.0]])[0]
    Tensor([2.], dtype=float32)
    """
    return tuple(np.linalg.eigh(_square("eigh", x)))


@operation(refuses=True)
def eig(x: Any) -> Any:
    """Eigenvalues and eigenvectors (columns) of square matrices, as complex numbers.

    >>> complex(eig([[2.0]])[0][0])
    (2+0j)
    """
    x = _square("eig", x)
    kind = "complex64" if x.dtype == np.float32 else "complex128"
    return tuple(part.astype(kind) for part in np.linalg.eig(x))


def _factor(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """LU with row exchanges, in place of one matrix; each pivot says which row it was exchanged with."""
    lu, size = np.array(x), min(x.shape)
    pivots = np.arange(size, dtype="int32")
    for k in range(size):
        best = k + int(np.argmax(np.abs(lu[k:, k])))
        pivots[k] = best
        lu[[k, best]] = lu[[best, k]]
        if lu[k, k] != 0:
            lu[k + 1 :, k] /= lu[k, k]
            lu[k + 1 :, k + 1 :] -= np.outer(lu[k + 1 :, k], lu[k, k + 1 :])
    return lu, pivots


@operation(refuses=True)
def lu_factor(x: Any) -> Any:
    """L (below the diagonal, which is 1) and U in one matrix, and the rows that were exchanged.

    >>> lu_factor([[2.0]])[1]
    Tensor([0], dtype=int32)
    """
    x = real(x)
    parts = [_factor(matrix) for matrix in x.reshape(-1, *x.shape[-2:])]
    lu, pivots = (np.stack(part) for part in zip(*parts, strict=True))
    return lu.reshape(x.shape), pivots.reshape(*x.shape[:-2], -1)


@operation()
def matrix_rank(x: Any, tol: Any = None) -> Any:
    """The number of singular values that are not next to 0, as int32.

    >>> int(matrix_rank([[1.0, 1.0], [1.0, 1.0]]))
    1
    """
    return np.asarray(np.linalg.matrix_rank(array(x), tol), "int32")
