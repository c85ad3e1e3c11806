"""Fashion-MNIST: 70,000 pictures of clothes, in the format of MNIST and harder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pynn.datasets.files import Remote, load
from pynn.datasets.images import check

if TYPE_CHECKING:
    from pynn.datasets.images import Bytes, Split

URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
# SHA-256 of the four archives whose MD5 sums the authors publish (Fashion-MNIST's own page, "Get the data").
SHA256 = {
    "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
}


def load_data() -> Split:
    """Load Fashion-MNIST: 60,000 training and 10,000 test pictures of ten kinds of clothes, 28 × 28 pixels.

    Returns
    -------
    tuple
        ``(x_train, y_train), (x_test, y_test)``: images of shape (60000, 28, 28) and (10000, 28, 28), uint8, 0 to 255;
        labels of shape (60000,) and (10000,), uint8: 0 T-shirt/top, 1 trouser, 2 pullover, 3 dress, 4 coat,
        5 sandal, 6 shirt, 7 sneaker, 8 bag, 9 ankle boot.

    Raises
    ------
    ValueError
        If a file in ``PYNN_DATA`` is damaged, or if a download has the wrong checksum.
    ConnectionError
        If a file is neither on this machine nor to be had from the network; says where to put it.

    Notes
    -----
    The four files are looked for in ``fashion-mnist`` below the folder ``PYNN_DATA``, then in Keras's cache
    (``KERAS_HOME`` or ``~/.keras``, there ``datasets/fashion-mnist``); else downloaded into that cache (31 MB).
    Copyright Zalando SE, MIT licence.
    Source: Xiao, Rasul & Vollgraf 2017, "Fashion-MNIST: a novel image dataset for benchmarking machine learning
    algorithms".

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
    >>> x_test.shape  # doctest: +SKIP
    (10000, 28, 28)
    """
    arrays = [load(Remote(f"fashion-mnist/{name}", URL + name, SHA256[name]), read_idx) for name in SHA256]
    x_train, y_train, x_test, y_test = arrays
    return check(x_train, y_train, "fashion-mnist/train"), check(x_test, y_test, "fashion-mnist/t10k")


def read_idx(path: str) -> Bytes:
    """Read one gzipped array of bytes in MNIST's IDX format.

    Parameters
    ----------
    path : str
        A ``.gz`` file: two zero bytes, the type (8: bytes), the number of dimensions, each size as a big-endian
        32-bit integer, then the bytes, last index fastest.

    Returns
    -------
    ndarray of uint8
        Writable.

    Raises
    ------
    ValueError
        If the header is not that of an array of bytes, or the length does not fit it.

    Notes
    -----
    Source: LeCun, Cortes & Burges, "The MNIST database of handwritten digits", section on file formats.
    """
    import gzip

    with gzip.open(path, "rb") as file:
        data = file.read()
    if data[:3] != b"\x00\x00\x08" or len(data) < 4 + 4 * data[3]:
        raise ValueError(f"{path}: not an IDX file of bytes")
    rank = data[3]
    shape = np.frombuffer(data, ">i4", count=rank, offset=4).tolist()
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape).copy()
