"""Models: layers that are trained together."""

from __future__ import annotations

from pynn.models.functional import Functional
from pynn.models.model import Model
from pynn.models.rebuilding import clone_model, model_from_config, model_from_json
from pynn.models.sequential import Sequential

__all__ = ["Functional", "Model", "Sequential", "clone_model", "model_from_config", "model_from_json"]
