"""Models: chains of layers that are trained together."""

from __future__ import annotations

from pynn.models.model import Model
from pynn.models.sequential import Sequential

__all__ = ["Model", "Sequential"]
