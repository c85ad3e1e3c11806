"""MNIST: 70,000 handwritten digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynn.datasets.files import Remote, checked_name, load
from pynn.datasets.images import read_npz

if TYPE_CHECKING:
    from pynn.datasets.images import Split

URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"


def load_data(path: str = "mnist.npz") -> Split:
    """Load MNIST: 60,000 training and 10,000 test images of handwritten digits, 28 × 28 pixels.

    Parameters
    ----------
    path : str, default "mnist.npz"
        Name of the file in the folder of data sets, without a folder of its own.

    Returns
    -------
    tuple
        ``(x_train, y_train), (x_test, y_test)``: images of shape (60000, 28, 28) and (10000, 28, 28), uint8, 0 for
        paper to 255 for ink; labels of shape (60000,) and (10000,), uint8, 0 to 9.

    Raises
    ------
    ValueError
        If `path` names a folder, if the file in ``PYNN_DATA`` is damaged, or if a download has the wrong checksum.
    ConnectionError
        If the file is neither on this machine nor to be had from the network; says where to put it.

    Notes
    -----
    Looked for in the folder ``PYNN_DATA``, then in Keras's cache (``KERAS_HOME`` or ``~/.keras``, there
    ``datasets/mnist.npz``); else downloaded into that cache (11 MB) from the address that Keras uses.
    Yann LeCun and Corinna Cortes hold the copyright of MNIST, which derives from collections of NIST; it may be used
    under the licence Creative Commons Attribution-ShareAlike 3.0.
    Source: LeCun, Bottou, Bengio & Haffner 1998, "Gradient-based learning applied to document recognition".

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
    >>> x_train.shape  # doctest: +SKIP
    (60000, 28, 28)
    """
    split: Split = load(Remote(checked_name("mnist.load_data", path), URL, SHA256), read_npz)
    return split
