"""Layers: each lowers itself to steps of a plan."""

from __future__ import annotations

from pynn.graph import KerasTensor
from pynn.layers import core_ops, twice  # noqa: F401  (what they know of layers they put in themselves)
from pynn.layers.activation import Activation
from pynn.layers.batch_normalization import BatchNormalization
from pynn.layers.category_encoding import CategoryEncoding
from pynn.layers.concatenation import Concatenate
from pynn.layers.dense import Dense
from pynn.layers.discretization import Discretization
from pynn.layers.dropout import Dropout, SpatialDropout1D
from pynn.layers.embedding import Embedding
from pynn.layers.flatten import Flatten
from pynn.layers.formula import Softmax
from pynn.layers.group_normalization import GroupNormalization
from pynn.layers.identity import ActivityRegularization, Identity
from pynn.layers.inner_product import Dot
from pynn.layers.input import Input, InputLayer
from pynn.layers.input_spec import InputSpec
from pynn.layers.lambda_layer import Lambda
from pynn.layers.layer import Layer
from pynn.layers.layer_normalization import LayerNormalization, RMSNormalization
from pynn.layers.masking import Masking
from pynn.layers.merge_functions import add, average, concatenate, dot, maximum, minimum, multiply, subtract
from pynn.layers.merging import Add, Average, Maximum, Minimum, Multiply, Subtract
from pynn.layers.names import deserialize, serialize
from pynn.layers.noise import AlphaDropout, GaussianDropout, GaussianNoise
from pynn.layers.normalization import Normalization
from pynn.layers.pooling import GlobalAveragePooling1D, GlobalMaxPooling1D
from pynn.layers.prelu import PReLU
from pynn.layers.rectifiers import ELU, LeakyReLU, ReLU
from pynn.layers.rescaling import Rescaling
from pynn.layers.reshaping import Permute, RepeatVector, Reshape
from pynn.layers.unit_normalization import UnitNormalization
from pynn.layers.wrapper import Wrapper

# Keras's shorter names
GlobalAvgPool1D = GlobalAveragePooling1D
GlobalMaxPool1D = GlobalMaxPooling1D

__all__ = [
    "GlobalAvgPool1D",
    "GlobalMaxPool1D",
    "InputSpec",
    "Wrapper",
    "deserialize",
    "serialize",
    "ELU",
    "LeakyReLU",
    "PReLU",
    "ReLU",
    "Softmax",
    "Lambda",
    "Activation",
    "ActivityRegularization",
    "Add",
    "AlphaDropout",
    "Average",
    "BatchNormalization",
    "CategoryEncoding",
    "Concatenate",
    "Dense",
    "Discretization",
    "Dot",
    "Dropout",
    "Embedding",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalMaxPooling1D",
    "GroupNormalization",
    "Identity",
    "Input",
    "InputLayer",
    "KerasTensor",
    "Layer",
    "LayerNormalization",
    "Masking",
    "Maximum",
    "Minimum",
    "Multiply",
    "Normalization",
    "Permute",
    "RMSNormalization",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "SpatialDropout1D",
    "Subtract",
    "UnitNormalization",
    "add",
    "average",
    "concatenate",
    "dot",
    "maximum",
    "minimum",
    "multiply",
    "subtract",
]
