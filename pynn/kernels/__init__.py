"""Ops (what is computed) and tables of kernels (how); and functions that call them on NumPy arrays.

The functions are for exercises in which a network is written by hand: `matmul`, `dense`, `dense_backward`, the
activations with `derivative` and `activation_backward`, `softmax_crossentropy`, `sgd_update`, `rmsprop_update` and
`adam_update`.  They take float32 and float64 of any strides; integers, booleans and lists become the type of the arrays
beside them, or else `keras.config.floatx()`.  They are imported when they are asked for.

`activation` and `loss` make steps of a model of Python functions of single numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pynn.activations.own import activation
    from pynn.kernels.crossentropy import softmax_crossentropy
    from pynn.kernels.fully_connected import dense, dense_backward
    from pynn.kernels.products import matmul
    from pynn.kernels.slopes import activation_backward, derivative
    from pynn.kernels.updates import adam_update, rmsprop_update, sgd_update
    from pynn.losses.own import loss

_HOMES = {
    "matmul": "products",
    "dense": "fully_connected",
    "dense_backward": "fully_connected",
    "softmax_crossentropy": "crossentropy",
    "activation_backward": "slopes",
    "derivative": "slopes",
    "adam_update": "updates",
    "rmsprop_update": "updates",
    "sgd_update": "updates",
}
_ACTIVATIONS = """celu elu exponential gelu gelu_tanh glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh
heaviside leaky_relu linear log_sigmoid log_softmax mish relu relu6 selu sigmoid silu soft_shrink softmax softplus
softsign sparse_plus sparse_sigmoid sparsemax squareplus step swish tanh tanh_shrink threshold""".split()
_HOMES |= dict.fromkeys(_ACTIVATIONS, "activations")
# What makes layers' activations and models' losses stands with those.
_ABOVE = {"activation": "pynn.activations.own", "loss": "pynn.losses.own"}
_HOMES |= _ABOVE

__all__ = [
    "activation",
    "activation_backward",
    "adam_update",
    "dense",
    "dense_backward",
    "derivative",
    "loss",
    "matmul",
    "rmsprop_update",
    "sgd_update",
    "softmax_crossentropy",
    *_ACTIVATIONS,
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(
            f"module 'pynn.kernels' has no attribute {name!r}; functions are {', '.join(sorted(_HOMES))}"
        )
    from importlib import import_module

    found = getattr(import_module(_ABOVE.get(name, f"pynn.kernels.{_HOMES[name]}")), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
