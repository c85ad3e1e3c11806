"""`keras.activations`: the names students import; each is defined in `pynn.activations`."""

from pynn.activations import (
    deserialize,
    get,
    heaviside,
    linear,
    relu,
    serialize,
    sigmoid,
    softmax,
    step,
    tanh,
)

__all__ = [
    "deserialize",
    "get",
    "heaviside",
    "linear",
    "relu",
    "serialize",
    "sigmoid",
    "softmax",
    "step",
    "tanh",
]
