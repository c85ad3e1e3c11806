"""The digits that ship with the library: a part of MNIST that needs no network."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from pynn.datasets.images import SIDE, check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pynn.datasets.images import Bytes, Pair, Split


def load_data() -> Split:
    """Load the shipped digits: the first 10,000 training and the first 2,000 test images of MNIST.

    Returns
    -------
    tuple
        ``(x_train, y_train), (x_test, y_test)``: images of shape (10000, 28, 28) and (2000, 28, 28), uint8, 0 for
        paper to 255 for ink; labels of shape (10000,) and (2000,), uint8, 0 to 9.

    Notes
    -----
    A sixth of MNIST is enough for a network of one hidden layer to read nine test digits in ten, after a few epochs.
    For comparison with published numbers use all of it: `pynn.datasets.mnist`.
    The images and labels are by Yann LeCun, Corinna Cortes and Christopher Burges, under the licence Creative Commons
    Attribution-ShareAlike 3.0; ``digits.txt`` beside this file has the notice, ``tools/make_digits.py`` in the
    sources makes the file.

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = load_data()
    >>> x_train.shape, y_train.shape, x_test.shape, y_test.shape
    ((10000, 28, 28), (10000,), (2000, 28, 28), (2000,))
    >>> y_train[:10].tolist()
    [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    """
    path = os.path.join(os.path.dirname(__file__), "digits.npz")
    with np.load(path, allow_pickle=False) as arrays:
        return _part(arrays, "train", path), _part(arrays, "test", path)


def pack(x: Bytes) -> tuple[Bytes, Bytes]:
    """Images as they are kept in the file: where there is ink, a bit a pixel, and how much.

    Four pixels in five are paper.  What a pixel with ink looks like depends on where ink is around it, black within a
    stroke and gray at its edge: values are sorted by that, which the bits tell, and compress to 0.8 of their size.

    Parameters
    ----------
    x : ndarray of uint8, shape (n, 28, 28)

    Returns
    -------
    tuple
        ``(where, values)``: shapes (n, 98) and (m,), uint8.

    Examples
    --------
    >>> x = np.arange(2 * 784, dtype=np.uint8).reshape(2, 28, 28)
    >>> bool((unpack(*pack(x)) == x).all())
    True
    """
    ink = x != 0
    return np.packbits(ink.reshape(len(x), -1), axis=1), x[ink][_order(ink)]


def unpack(where: Bytes, values: Bytes) -> Bytes:
    """Undo `pack`.

    Parameters
    ----------
    where : ndarray of uint8, shape (n, 98)
    values : ndarray of uint8, shape (m,)
        One for each bit that is set, as `pack` sorts them.

    Returns
    -------
    ndarray of uint8, shape (n, 28, 28)

    Examples
    --------
    >>> where = np.zeros((1, 98), np.uint8)
    >>> where[0, 0] = 0b1100_0000
    >>> unpack(where, np.array([7, 255], np.uint8))[0, 0, :3].tolist()  # the second has ink on its left: a lower bit
    [255, 7, 0]
    """
    ink = np.unpackbits(where, axis=1).astype(bool).reshape(len(where), SIDE, SIDE)
    x, in_place = np.zeros(ink.shape, np.uint8), np.empty_like(values)
    in_place[_order(ink)] = values
    x[ink] = in_place
    return x


def _order(ink: np.ndarray) -> np.ndarray:
    """The pixels with ink, sorted by which of the eight around them have ink."""
    wide = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    around = np.zeros(ink.shape, np.uint8)
    for bit, place in enumerate((0, 1, 2, 3, 5, 6, 7, 8)):
        row, column = divmod(place, 3)
        around |= wide[:, row : row + SIDE, column : column + SIDE].astype(np.uint8) << bit
    return np.argsort(around[ink], kind="stable")


def _part(arrays: Mapping[str, Bytes], name: str, path: str) -> Pair:
    return check(unpack(arrays[f"where_{name}"], arrays[f"values_{name}"]), arrays[f"y_{name}"], path)
