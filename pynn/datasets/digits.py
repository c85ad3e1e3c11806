"""The digits that ship with the library: a part of MNIST that needs no network."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pynn.datasets.images import read_npz

if TYPE_CHECKING:
    from pynn.datasets.images import Split


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
    return read_npz(os.path.join(os.path.dirname(__file__), "digits.npz"))
