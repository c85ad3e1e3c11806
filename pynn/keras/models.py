"""`keras.models`: the names students import; each is defined in `pynn.models`."""

from pynn.models import (
    Model,
    Sequential,
)

__all__ = [
    "Model",
    "Sequential",
]
