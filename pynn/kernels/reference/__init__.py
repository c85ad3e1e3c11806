"""The reference table: every op's NumPy definition, one module per family."""

from __future__ import annotations

# Each module registers its ops; activations stand before dense, which fuses them.
from pynn.kernels.reference import (  # noqa: F401
    activations,
    bias,
    constraints,
    dense,
    dropout,
    embedding,
    encoding,
    losses_crossentropy,
    losses_divergence,
    losses_focal,
    losses_hinge,
    losses_overlap,
    losses_regression,
    losses_weights,
    matmul,
    merge,
    metrics,
    metrics_entropies,
    metrics_errors,
    noise,
    norm,
    optimizers,
    optimizers_adaptive,
    optimizers_fused,
    optimizers_norms,
    optimizers_options,
    penalties,
    pooling,
    rows,
    shaping,
)
