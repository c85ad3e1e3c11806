"""Layers for tapes within tapes: computed with functions of `keras.ops`, which can be differentiated again."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from pynn import ops
from pynn.layers import eager
from pynn.layers.activation import Activation
from pynn.layers.concatenation import Concatenate
from pynn.layers.dense import Dense
from pynn.layers.dropout import Dropout
from pynn.layers.flatten import Flatten
from pynn.layers.identity import Identity
from pynn.layers.merging import Add, Multiply, Subtract
from pynn.layers.rescaling import Rescaling

_OPS = ops.everything


def _dense(layer: Any, x: Any, training: bool) -> Any:
    z = _OPS["matmul"](x, layer.kernel)
    return layer.activation(z if layer.bias is None else z + layer.bias)


def _merge(name: str) -> Callable[..., Any]:
    return lambda layer, x, training: reduce(_OPS[name], x)


def _dropout(layer: Any, x: Any, training: bool) -> Any:
    return None if training and layer.rate else x


eager.AGAIN.update(
    {
        Dense: _dense,
        Activation: lambda layer, x, training: layer.activation(x),
        Add: _merge("add"),
        Multiply: _merge("multiply"),
        Subtract: _merge("subtract"),
        Concatenate: lambda layer, x, training: _OPS["concatenate"](list(x), layer.axis),
        Dropout: _dropout,
        Flatten: lambda layer, x, training: _OPS["reshape"](x, (np.shape(x)[0], -1)),
        Identity: lambda layer, x, training: x,
        Rescaling: lambda layer, x, training: x * layer.scale + layer.offset,
    }
)
