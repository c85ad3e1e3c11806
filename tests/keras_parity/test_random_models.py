"""Random models in float32: layers, activations, losses, optimizers, metrics, penalties, weights, batch sizes.

A configuration is drawn from a seed, so that one that fails can be run alone: ``-k "seed17"``.  PYNN_RANDOM_MODELS
says how many are drawn: 300 for a whole check.  The same models run in float64 in test_random_models_in_float64.py,
where rounding hides nothing.
"""

from __future__ import annotations

import os

import pytest

from tests.keras_parity.random_models import drawing, twins

COUNT = int(os.environ.get("PYNN_RANDOM_MODELS", "10"))
ALLOWED = 1e-4
ALLOWED_OF_WEIGHTS = 3e-4  # Adam divides a gradient by its own size: the rounding of a small one becomes a step


# Real Keras asks JAX for int64 in its IoU metrics.
@pytest.mark.filterwarnings("ignore:Explicitly requested dtype int64:UserWarning")
@pytest.mark.parametrize("seed", range(COUNT), ids=lambda seed: f"seed{seed}")
def test_trains_as_in_keras(sides, seed):
    drawn = drawing.draw(seed)
    found = twins.deviations(sides, drawn, seed)
    allowed = {name: ALLOWED_OF_WEIGHTS if name.startswith("weight") else ALLOWED for name in found}
    apart = {name: value for name, value in found.items() if not value <= allowed[name]}
    assert not apart, f"{apart}\n{drawn}"
