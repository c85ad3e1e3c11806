"""`keras.optimizers`: the names students import; each is defined in `pynn.optimizers`."""

from pynn.optimizers import (
    SGD,
    Adam,
    Optimizer,
    RMSprop,
    deserialize,
    get,
    serialize,
)

__all__ = [
    "Adam",
    "Optimizer",
    "RMSprop",
    "SGD",
    "deserialize",
    "get",
    "serialize",
]
