"""Data sets for lessons: each module has one function, `load_data`, with the name and result of Keras's.

`digits` ships with the library and needs no network.  The others are read from the folder named by the environment
variable ``PYNN_DATA``, then from Keras's own cache, and only then downloaded into that cache.
"""

from __future__ import annotations

from pynn.datasets import (
    boston_housing,
    california_housing,
    cifar10,
    cifar100,
    digits,
    fashion_mnist,
    imdb,
    mnist,
    reuters,
)

__all__ = [
    "boston_housing",
    "california_housing",
    "cifar10",
    "cifar100",
    "digits",
    "fashion_mnist",
    "imdb",
    "mnist",
    "reuters",
]
