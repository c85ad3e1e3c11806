"""Models: layers that are trained together."""

from __future__ import annotations

from pynn.models.files import load_model, save_model
from pynn.models.functional import Functional
from pynn.models.model import Model
from pynn.models.rebuilding import clone_model, model_from_config, model_from_json
from pynn.models.sequential import Sequential
from pynn.models.weight_files import load_weights, save_weights

__all__ = [
    "Functional",
    "Model",
    "Sequential",
    "clone_model",
    "load_model",
    "load_weights",
    "model_from_config",
    "model_from_json",
    "save_model",
    "save_weights",
]
