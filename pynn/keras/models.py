"""`keras.models`: the names students import; each is defined in `pynn.models`."""

from pynn.models import (
    Model,
    Sequential,
    clone_model,
    load_model,
    model_from_json,
    save_model,
)

__all__ = [
    "Model",
    "Sequential",
    "clone_model",
    "load_model",
    "model_from_json",
    "save_model",
]
