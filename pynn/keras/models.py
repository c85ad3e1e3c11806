"""`keras.models`: the names students import; each is defined in `pynn.models`."""

from pynn.models import (
    Model,
    Sequential,
    clone_model,
    model_from_json,
)

__all__ = [
    "Model",
    "Sequential",
    "clone_model",
    "model_from_json",
]
