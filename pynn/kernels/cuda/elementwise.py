"""Activations, their derivatives and updates that compute one element from one element: `pynn.kernels.scalar`."""

from __future__ import annotations

import inspect
from types import ModuleType

from pynn.kernels.contract import OPS
from pynn.kernels.cuda.forms import elements
from pynn.kernels.scalar import activations, gates, hard, optimizers, optimizers_adaptive, rectifiers, smooth


def _define(family: ModuleType) -> None:
    for name, function in inspect.getmembers(family, inspect.isfunction):
        if name in OPS and function.__module__ == family.__name__:
            elements(OPS[name], function, getattr(family, f"{name}_scalars", None))


for _family in (activations, gates, hard, optimizers, optimizers_adaptive, rectifiers, smooth):
    _define(_family)
