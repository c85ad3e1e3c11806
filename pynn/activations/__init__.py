"""Activations: functions on arrays, and the formulas by which layers lower them to steps of a plan."""

from __future__ import annotations

from pynn.activations.calls import FORMULAS
from pynn.activations.formula import Backward, Formula
from pynn.activations.gates import gelu, glu, hard_silu, mish, silu
from pynn.activations.hard import hard_shrink, hard_sigmoid, hard_tanh, soft_shrink, sparse_plus, sparse_sigmoid, step
from pynn.activations.lowering import formula_of, lower, output_shape
from pynn.activations.names import NAMES, deserialize, get, serialize
from pynn.activations.rectifiers import celu, elu, leaky_relu, relu, relu6, selu, threshold
from pynn.activations.simplex import log_softmax, softmax, sparsemax
from pynn.activations.smooth import (
    exponential,
    linear,
    log_sigmoid,
    sigmoid,
    softplus,
    softsign,
    squareplus,
    tanh,
    tanh_shrink,
)

heaviside = step
swish = silu
hard_swish = hard_silu

__all__ = [
    "Backward",
    "FORMULAS",
    "Formula",
    "NAMES",
    "celu",
    "deserialize",
    "elu",
    "exponential",
    "formula_of",
    "gelu",
    "get",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "heaviside",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "lower",
    "mish",
    "output_shape",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "step",
    "swish",
    "tanh",
    "tanh_shrink",
    "threshold",
]
