"""All kernels there are: the families are imported, each defines its own."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.kernels.contract import OPS
from pynn.kernels.cuda import (  # noqa: F401
    activations,
    bias,
    chunks,
    constraints,
    dense,
    dropout,
    elementwise,
    embedding,
    encoding,
    gates,
    losses,
    losses_canonical,
    losses_crossentropy,
    losses_divergence,
    losses_focal,
    losses_hinge,
    losses_overlap,
    losses_weights,
    masking,
    matmul,
    merge,
    metrics,
    metrics_entropies,
    metrics_errors,
    noise,
    norm,
    optimizers_norms,
    optimizers_options,
    penalties,
    perceptron,
    pooling,
    rectifiers,
    rows,
    shaping,
    simplex,
)
from pynn.kernels.cuda.forms import SOURCES
from pynn.kernels.cuda.kernel import CudaKernel


def kernels() -> dict[tuple[str, Any], Any]:
    """Kernels by (op name, element type)."""
    return {
        (name, real): CudaKernel(OPS[name], real)
        for name in OPS
        if name in SOURCES
        for real in (np.float32, np.float64)
    }
