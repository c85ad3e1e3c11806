"""`keras.datasets`: the names students import; each is defined in `pynn.datasets`."""

from pynn.datasets import (
    digits,
    fashion_mnist,
    mnist,
)

__all__ = [
    "digits",
    "fashion_mnist",
    "mnist",
]
