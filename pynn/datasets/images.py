"""The shape that every image data set here has: ((x_train, y_train), (x_test, y_test)), bytes, 28 × 28."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    Bytes: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
    Pair: TypeAlias = tuple[Bytes, Bytes]
    Split: TypeAlias = tuple[Pair, Pair]

SIDE = 28  # pixels


def read_npz(path: str) -> Split:
    """Read both parts of a data set from one archive of four arrays.

    Parameters
    ----------
    path : str
        An ``.npz`` file with ``x_train``, ``y_train``, ``x_test`` and ``y_test``; never unpickled.

    Returns
    -------
    tuple
        ``(x_train, y_train), (x_test, y_test)``.

    Raises
    ------
    KeyError
        If an array is missing.
    ValueError
        If the arrays are not 28 × 28 images of bytes with one label each.

    Examples
    --------
    >>> import os, tempfile
    >>> x, y = np.zeros((3, 28, 28), np.uint8), np.arange(3, dtype=np.uint8)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "mine.npz")
    ...     np.savez_compressed(path, x_train=x, y_train=y, x_test=x[:1], y_test=y[:1])
    ...     (x_train, y_train), (x_test, y_test) = read_npz(path)
    >>> x_train.shape, y_test.shape
    ((3, 28, 28), (1,))
    """
    with open(path, "rb") as file:  # np.load, given the path, leaves a damaged archive open
        arrays = np.load(file, allow_pickle=False)
        if not hasattr(arrays, "files"):
            raise ValueError(f"{path}: one array, expected an archive of four")
        train = check(arrays["x_train"], arrays["y_train"], path)
        return train, check(arrays["x_test"], arrays["y_test"], path)


def check(x: Bytes, y: Bytes, path: str) -> Pair:
    """Return images and labels unchanged if they are what they should be.

    Parameters
    ----------
    x : ndarray of uint8, shape (n, 28, 28)
    y : ndarray of uint8, shape (n,)
    path : str
        Named in the error.

    Returns
    -------
    tuple
        ``(x, y)``.

    Raises
    ------
    ValueError
        If a shape or a type differs.

    Examples
    --------
    >>> check(np.zeros((2, 784), np.uint8), np.zeros(2, np.uint8), "mine.npz")
    Traceback (most recent call last):
    ...
    ValueError: mine.npz: expected images (n, 28, 28) and labels (n,) of uint8, got (2, 784) uint8 and (2,) uint8
    """
    if x.shape != (len(y), SIDE, SIDE) or y.ndim != 1 or x.dtype != np.uint8 or y.dtype != np.uint8:
        raise ValueError(
            f"{path}: expected images (n, {SIDE}, {SIDE}) and labels (n,) of uint8, "
            f"got {x.shape} {x.dtype} and {y.shape} {y.dtype}"
        )
    return x, y
