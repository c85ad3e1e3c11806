"""CIFAR-100: 60,000 small colour pictures of a hundred kinds of things."""

from __future__ import annotations

import numpy as np

from pynn.datasets import cifar
from pynn.datasets.files import Remote

URL = "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz"
SHA256 = "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7"

Pair = tuple[np.ndarray, np.ndarray]


def load_data(label_mode: str = "fine") -> tuple[Pair, Pair]:
    """Load CIFAR-100: 50,000 training and 10,000 test pictures, 32 × 32 pixels in three colours.

    Parameters
    ----------
    label_mode : {"fine", "coarse"}
        A hundred kinds, or the twenty groups they belong to.

    Returns
    -------
    tuple
        ``(x_train, y_train), (x_test, y_test)``: pictures of shape (50000, 32, 32, 3) and (10000, 32, 32, 3), uint8,
        0 to 255; labels of shape (50000, 1) and (10000, 1), int64.

    Raises
    ------
    ValueError
        If `label_mode` is neither, if a file in ``PYNN_DATA`` is damaged, or if a download has the wrong checksum.
    ConnectionError
        If the file is neither on this machine nor to be had from the network; says where to put it.

    Notes
    -----
    Files are found as for `cifar10.load_data`.
    Source: Krizhevsky 2009, "Learning multiple layers of features from tiny images".

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = load_data(label_mode="coarse")  # doctest: +SKIP
    >>> int(y_train.max())  # doctest: +SKIP
    19
    """
    if label_mode not in ("fine", "coarse"):
        raise ValueError(f'`label_mode` must be one of `"fine"`, `"coarse"`. Received: label_mode={label_mode}.')
    remote = Remote("cifar-100-python-target_archive", URL, SHA256)
    found = cifar.read(remote, "cifar-100-python", ("train", "test"), f"{label_mode}_labels")
    train, test = ((cifar.arranged(x), y.reshape(-1, 1)) for x, y in found)
    return train, test
