"""`keras.random`: the names students import; each is defined in `pynn.random`."""

from pynn.random import (
    SeedGenerator,
)

__all__ = [
    "SeedGenerator",
]
