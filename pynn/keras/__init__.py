"""Keras's public names over pynn: ``from pynn import keras`` in place of ``from tensorflow import keras``.

Nothing is defined here; each name stands where ARCHITECTURE.md says.
"""

import sys as _sys

from pynn import namespaces as _namespaces
from pynn import saving as _saving
from pynn.dtype_policies import DTypePolicy, FloatDTypePolicy
from pynn.initializers import Initializer
from pynn.keras import (
    activations,
    backend,
    callbacks,
    config,
    constraints,
    datasets,
    dtype_policies,
    initializers,
    layers,
    losses,
    metrics,
    mixed_precision,
    models,
    ops,
    optimizers,
    preprocessing,
    random,
    regularizers,
    saving,
    tree,
    utils,
    wrappers,
)
from pynn.layers import Input, InputSpec, KerasTensor, Layer
from pynn.losses import Loss
from pynn.metrics import Metric
from pynn.models import Model, Sequential
from pynn.optimizers import Optimizer
from pynn.regularizers import Regularizer
from pynn.variables import Variable

__version__ = "3.15.1"  # the Keras release whose behaviour the tests compare with

__all__ = [
    "DTypePolicy",
    "FloatDTypePolicy",
    "Initializer",
    "Input",
    "InputSpec",
    "KerasTensor",
    "Layer",
    "Loss",
    "Metric",
    "Model",
    "Optimizer",
    "Regularizer",
    "Sequential",
    "Variable",
    "activations",
    "backend",
    "callbacks",
    "config",
    "constraints",
    "datasets",
    "dtype_policies",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "mixed_precision",
    "models",
    "ops",
    "optimizers",
    "preprocessing",
    "random",
    "regularizers",
    "saving",
    "tree",
    "utils",
    "wrappers",
]

# Files mention these paths, and a name that is missing says why.
for _path, _module in _namespaces.tree(_sys.modules[__name__], "keras"):
    _saving.publish(_path, vars(_module))
    _namespaces.guard(_module, _path)
