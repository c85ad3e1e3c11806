"""Keras's public names over pynn: ``from pynn import keras`` in place of ``from tensorflow import keras``.

Nothing is defined here; each name stands where ARCHITECTURE.md says.
"""

import sys as _sys
from typing import TYPE_CHECKING as _TYPE_CHECKING

from pynn import namespaces as _namespaces
from pynn import saving as _saving

if _TYPE_CHECKING:
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

# Each is imported when somebody asks for it: most programs never need most of them.
_HOMES = {name: f"pynn.keras.{name}" for name in __all__ if name.islower()}
_HOMES |= dict.fromkeys(("DTypePolicy", "FloatDTypePolicy"), "pynn.dtype_policies")
_HOMES |= dict.fromkeys(("Input", "InputSpec", "KerasTensor", "Layer"), "pynn.layers")
_HOMES |= dict.fromkeys(("Model", "Sequential"), "pynn.models")
_HOMES |= {"Initializer": "pynn.initializers", "Loss": "pynn.losses", "Metric": "pynn.metrics"}
_HOMES |= {"Optimizer": "pynn.optimizers", "Regularizer": "pynn.regularizers", "Variable": "pynn.variables"}

_sys.modules[__name__].__class__ = _namespaces.LazyNamespace
_namespaces.guard(_sys.modules[__name__], "keras", _HOMES)


def _publish() -> None:
    """Files mention these paths."""
    for path, module in _namespaces.tree(_sys.modules[__name__], "keras"):
        _saving.publish(path, vars(module))


_saving.publish_later(_publish)
