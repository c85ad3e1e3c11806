"""The matrix product on NumPy arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.backends import get_backend
from pynn.kernels.doors import Enter, doors
from pynn.kernels.operands import contiguous, delivered, reals, run, target

Array = np.ndarray


def matmul(
    a: Any, b: Any, out: Array | None = None, transpose_a: bool = False, transpose_b: bool = False,
    backend: str | None = None,
) -> Array:  # fmt: skip
    """Multiply matrices: c_ij = Σ_k a_ik b_kj.

    Parameters
    ----------
    a : array_like, shape (…, m, k)
        Or (k,): one row.  Float32 or float64; anything else becomes the type of b, or `keras.config.floatx()`.
    b : array_like, shape (…, k, n)
        Or (k,): one column.  Leading axes are broadcast against those of a, as in `numpy.matmul`.
    out : ndarray, shape (…, m, n), optional
        Where to write the result, of its type.  It may overlap a or b.
    transpose_a, transpose_b : bool, default False
        Swap the last two axes first: a has shape (…, k, m), b (…, n, k).  A vector stays as it is, as in NumPy.
    backend : {"cython", "reference", "numba", "cuda"}, optional
        For this call; default `pynn.get_backend()`.

    Returns
    -------
    ndarray, shape (…, m, n)
        `out` if it was given.  Without the axis that a vector did not have: two vectors give a number.

    Raises
    ------
    ValueError
        If the shapes do not fit each other or `out`, or there is no such backend.
    TypeError
        If a or b holds anything but real numbers.

    Notes
    -----
    2 m k n operations; reads 4 (m k + k n) bytes and writes 4 m n, in float32.  Transposed operands and views such as
    ``x.T`` are read in place; other strides, and a where both are transposed, are copied first.  In blocks that stay in
    the caches: Goto & van de Geijn 2008, "Anatomy of high-performance matrix multiplication".

    Examples
    --------
    >>> a = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> matmul(a, [[1, 0], [0, 10]])
    array([[ 1., 20.],
           [ 3., 40.]])
    >>> matmul(a, a, transpose_b=True)
    array([[ 5., 11.],
           [11., 25.]])
    """
    enter, turned = doors[backend or get_backend(), "matmul_nn"], transpose_a or transpose_b
    found: Array | None = (
        enter((a, b), out, (), bool(transpose_a) + 2 * bool(transpose_b)) if turned else enter((a, b), out)
    )
    if found is None:
        found = _by_column(enter, a, b, out, transpose_a)
    if found is not None:
        return found
    given = reals("matmul", a=a, b=b)
    left, right = _matrix_of("a", given[0], transpose_a, 0), _matrix_of("b", given[1], transpose_b, 1)
    if left.shape[-1] != right.shape[-2]:
        shown = _shown("a", given[0], transpose_a), _shown("b", given[1], transpose_b)
        raise ValueError(
            f"matmul: {shown[0]}, {shown[1]}: the columns of a ({left.shape[-1]}) must be as many as the rows of b "
            f"({right.shape[-2]})"
        )
    lead = _leading(left, right)
    shape = lead + left.shape[-2 : -1 if given[0].ndim > 1 else -2] + right.shape[-1:] * (given[1].ndim > 1)
    made = target("matmul", out, shape, left.dtype, left, right)
    _fill(left, right, made.reshape(*lead, left.shape[-2], right.shape[-1]), backend)
    return delivered(made, out) if shape or out is not None else made[()]


def _by_column(enter: Enter, a: Any, b: Any, out: Any, transpose_a: bool) -> Array | None:
    """A matrix by a vector, where a kernel takes them as they lie; else None."""
    if not type(a) is type(b) is np.ndarray or not a.ndim > b.ndim == 1 or out is not None:
        return None
    found: Array | None = enter((a, b[None]), None, (), bool(transpose_a) + 2)
    return None if found is None else found[..., 0]


def _matrix_of(name: str, array: Array, transpose: bool, axis: int) -> Array:
    if array.ndim == 0:
        raise ValueError(f"matmul: {name} is a single number; multiply by it with *")
    if array.ndim == 1:
        return array[None] if axis == 0 else array[:, None]
    return array.swapaxes(-1, -2) if transpose else array


def _shown(name: str, array: Array, transpose: bool) -> str:
    turned = f", transposed {array.swapaxes(-1, -2).shape}" if transpose and array.ndim > 1 else ""
    return f"{name} is {array.shape}{turned}"


def _leading(a: Array, b: Array) -> tuple[int, ...]:
    try:
        return np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError:
        raise ValueError(
            f"matmul: a is {a.shape}, b is {b.shape}: the axes before the last two, {a.shape[:-2]} and {b.shape[:-2]}, "
            "must be equal or 1"
        ) from None


def _fill(a: Array, b: Array, c: Array, backend: str | None) -> None:
    if not c.size:
        return
    if b.ndim == 2:  # rows of all leading axes of a are rows of one product
        rows = c.size // c.shape[-1]
        product(a if a.ndim == 2 else contiguous(a).reshape(rows, a.shape[-1]), b, c.reshape(rows, -1), backend)
        return
    lead = c.shape[:-2]
    many_a, many_b = np.broadcast_to(a, lead + a.shape[-2:]), np.broadcast_to(b, lead + b.shape[-2:])
    for index in np.ndindex(*lead):
        product(many_a[index], many_b[index], c[index], backend)


def product(a: Array, b: Array, c: Array, backend: str | None) -> None:
    """c = a b of two matrices, by the form of the kernel in which they can be read in place; c is contiguous."""
    left, turned_a = _laid(a)
    right, turned_b = _laid(b)
    if turned_a and turned_b:  # there is no such form
        left, turned_a = contiguous(a), False
    name = "matmul_tn" if turned_a else "matmul_nt" if turned_b else "matmul_nn"
    run(backend, name, left, right, c, cost=2 * a.shape[0] * a.shape[1] * b.shape[1])


def _laid(matrix: Array) -> tuple[Array, bool]:
    """The matrix, or its transpose, as it lies in memory; and whether it is the transpose."""
    if not matrix.flags.c_contiguous and matrix.T.flags.c_contiguous and matrix.flags.aligned:
        return matrix.T, True
    return contiguous(matrix), False
