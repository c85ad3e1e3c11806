"""CIFAR-10: 60,000 small colour pictures of ten kinds of things."""

from __future__ import annotations

import numpy as np

from pynn.datasets import cifar
from pynn.datasets.files import Remote

URL = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
SHA256 = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"

Pair = tuple[np.ndarray, np.ndarray]


def load_data() -> tuple[Pair, Pair]:
    """Load CIFAR-10: 50,000 training and 10,000 test pictures, 32 × 32 pixels in three colours.

    Returns
    -------
    tuple
        ``(x_train, y_train), (x_test, y_test)``: pictures of shape (50000, 32, 32, 3) and (10000, 32, 32, 3), uint8,
        0 to 255; labels of shape (50000, 1) and (10000, 1), uint8: 0 airplane, 1 automobile, 2 bird, 3 cat, 4 deer,
        5 dog, 6 frog, 7 horse, 8 ship, 9 truck.

    Raises
    ------
    ValueError
        If a file in ``PYNN_DATA`` is damaged, or if a download has the wrong checksum.
    ConnectionError
        If the file is neither on this machine nor to be had from the network; says where to put it.

    Notes
    -----
    Looked for in the folder ``PYNN_DATA``, then in Keras's cache, as the archive or as Keras extracts it; else
    downloaded into that cache (170 MB).  The colours come second where ``keras.config.image_data_format()`` is
    ``"channels_first"``.
    Source: Krizhevsky 2009, "Learning multiple layers of features from tiny images".

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
    >>> x_train.shape  # doctest: +SKIP
    (50000, 32, 32, 3)
    """
    members = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]
    remote = Remote("cifar-10-batches-py-target_archive", URL, SHA256)
    *train, (x_test, y_test) = cifar.read(remote, "cifar-10-batches-py", members, "labels")
    x_train, y_train = np.concatenate([x for x, _ in train]), np.concatenate([y for _, y in train])
    labels = [y.astype(np.uint8).reshape(-1, 1) for y in (y_train, y_test)]
    return (cifar.arranged(x_train), labels[0]), (cifar.arranged(x_test), labels[1])
