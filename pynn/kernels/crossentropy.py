"""Softmax and cross-entropy in one step, on NumPy arrays."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from pynn.backends import get_backend
from pynn.kernels.doors import doors
from pynn.kernels.operands import contiguous, delivered, matrix, ones, reals, run, target

Array = np.ndarray
_REDUCTIONS = ("mean", "sum", "none")


def softmax_crossentropy(
    logits: Any, labels: Any, reduction: Literal["mean", "sum", "none"] = "mean", out: Array | None = None,
    backend: str | None = None,
) -> tuple[Any, Array]:  # fmt: skip
    """The loss -Σ_j t_j ln p_j with p = softmax(logits), and its gradient by the logits, p Σ t - t.

    Parameters
    ----------
    logits : array_like, shape (…, k)
        Scores z before the softmax; float32 or float64.  Anything else becomes `keras.config.floatx()`.
    labels : array_like, shape (…, k), (…) or (…, 1)
        Of the shape of `logits`: t, one-hot rows or other distributions.  Else the number of each row's class, a whole
        number from 0 to k - 1.
    reduction : {"mean", "sum", "none"}, default "mean"
        "mean": the mean loss of the rows and the gradient of that mean (each row's divided by the number of rows), as
        in Keras.  "sum": the same without the division.  "none": the loss of each row, and each row's own gradient.
    out : ndarray, shape (…, k), optional
        Where to write the gradient, of its type.  It may overlap the others.
    backend : {"cython", "reference", "numba", "cuda"}, optional
        For this call; default `pynn.get_backend()`.

    Returns
    -------
    loss : float, or ndarray of shape (…) with "none"
    gradient : ndarray, shape (…, k)

    Raises
    ------
    ValueError
        If there are no rows, shapes do not fit, a label is no class, or an argument is unknown.
    TypeError
        If an array holds anything but real numbers.

    Notes
    -----
    6 operations an element, an exponential among them (12 with one-hot rows), and a logarithm a row; reads 4 n k bytes
    (twice that with one-hot rows) and writes 8 n k, in float32.  ln p_j = z_j - max z - ln Σ_i e^(z_i - max z) cannot
    overflow, and nothing is clipped.
    Source: Goodfellow, Bengio & Courville 2016, "Deep Learning", section 6.2.2.3.

    Examples
    --------
    >>> loss, gradient = softmax_crossentropy(np.array([[0.0, 0.0], [0.0, 0.0]]), [0, 1])
    >>> round(loss, 4)
    0.6931
    >>> gradient
    array([[-0.25,  0.25],
           [ 0.25, -0.25]])
    """
    if reduction not in _REDUCTIONS:
        raise ValueError(f"softmax_crossentropy: reduction must be one of {_REDUCTIONS}, got {reduction!r}")
    found = _plain(logits, labels, reduction, backend or get_backend()) if out is None else None
    if found is not None:
        return found
    (z,) = reals("softmax_crossentropy", logits=logits)
    if not z.size:
        raise ValueError(f"softmax_crossentropy: logits must have rows and columns, got shape {z.shape}")
    rows = matrix(z)
    name, t = _labels(z, rows, labels)
    gradient = target("softmax_crossentropy", out, z.shape, z.dtype, z, t)
    p, losses = np.empty_like(rows), np.empty(len(rows), z.dtype)
    # The op divides by the number of rows: a weight of that number takes it back.
    weights = np.full(len(rows), 1.0 if reduction == "mean" else len(rows), z.dtype)
    run(backend, name, rows, t, weights, p, losses, gradient.reshape(rows.shape), scalars=(0.0,))
    gradient = delivered(gradient, out)
    if reduction == "none":
        return (losses / weights).reshape(z.shape[:-1]), gradient
    return float(losses.sum(dtype=np.float64) / len(rows)), gradient


def _plain(z: Any, labels: Any, reduction: str, backend: str) -> tuple[Any, Array] | None:
    """The same where a kernel takes the arrays as they lie, or but for the type of the labels; else None."""
    if not type(z) is type(labels) is np.ndarray or not z.size or not z.ndim:
        return None
    lead, k, name = z.shape[:-1], z.shape[-1], "softmax_crossentropy"
    if labels.dtype in _UNSIGNED:
        name = "sparse_softmax_crossentropy"
        # Below zero is above all classes.
        if labels.shape != lead or np.maximum.reduce(labels.view(_UNSIGNED[labels.dtype]), axis=None) >= k:
            return None
        labels = labels.astype(np.int32)
    rows = z.size // k
    weights = ones(lead, z.dtype) if reduction == "mean" else np.full(lead, rows, z.dtype)
    made = doors[backend, name]((z, labels, weights), None, (0.0,))
    if made is None:
        return None
    _, losses, gradient = made
    if reduction == "none":
        return (losses / weights).reshape(lead), gradient
    return float(np.add.reduce(losses, axis=None, dtype=np.float64) / rows), gradient


_UNSIGNED = {np.dtype(f"{sign}{size}"): np.dtype(f"u{size}") for size in (1, 2, 4, 8) for sign in "iu"}


def _labels(z: Array, rows: Array, labels: Any) -> tuple[str, Array]:
    """The op for such labels, and the labels as it takes them."""
    given, k = np.asarray(labels), z.shape[-1]
    sparse = z.shape[:-1]
    if given.shape == z.shape and not (k == 1 and given.dtype.kind in "iu"):
        (t,) = reals("softmax_crossentropy", labels=given)
        return "softmax_crossentropy", contiguous(t.astype(z.dtype, copy=False)).reshape(rows.shape)
    if given.shape not in (sparse, (*sparse, 1)):
        raise ValueError(
            f"softmax_crossentropy: logits is {z.shape}, labels is {given.shape}: labels must be {z.shape}, a row of "
            f"probabilities each, or {sparse}, the number of a class each"
        )
    reals("softmax_crossentropy", labels=given)
    wrong = ~((given >= 0) & (given < k) & (given == np.floor(given)))
    if wrong.any():
        raise ValueError(
            f"softmax_crossentropy: logits is {z.shape}: labels must be whole numbers from 0 to {k - 1}, "
            f"got {given[wrong].flat[0]}"
        )
    return "sparse_softmax_crossentropy", contiguous(given.astype(np.int32)).reshape(-1)
