"""`keras.wrappers`: the names students import; each is defined in `pynn.wrappers`."""

from pynn import wrappers as _older  # noqa: F401  # where pynn.older looks
from pynn.wrappers import (
    SKLearnClassifier,
    SKLearnRegressor,
    SKLearnTransformer,
)

__all__ = [
    "SKLearnClassifier",
    "SKLearnRegressor",
    "SKLearnTransformer",
]
