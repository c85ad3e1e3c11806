"""The functions of `keras.ops`, by families; `everything` has them all by the names that Keras gives them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from pynn.ops import (
    activations,
    arithmetic,
    comparisons,
    control,
    core,
    creation,
    diagonals,
    errors,
    exponentials,
    factors,
    joining,
    linalg,
    nan,
    normalizations,
    norms,
    parts,
    probabilities,
    products,
    quantiles,
    reductions,
    rounding,
    segments,
    selection,
    shaping,
    statistics,
    trigonometry,
)
from pynn.ops.numpy_names import register

_FAMILIES: tuple[ModuleType, ...] = (
    activations,
    arithmetic,
    comparisons,
    control,
    core,
    creation,
    diagonals,
    errors,
    exponentials,
    factors,
    joining,
    linalg,
    nan,
    normalizations,
    norms,
    parts,
    probabilities,
    products,
    quantiles,
    reductions,
    rounding,
    segments,
    selection,
    shaping,
    statistics,
    trigonometry,
)

# Keras has two names for these.
_ALIASES = {
    "abs": arithmetic.absolute,
    "true_divide": arithmetic.divide,
    "conj": parts.conjugate,
    "bitwise_not": comparisons.bitwise_invert,
    "left_shift": comparisons.bitwise_left_shift,
    "right_shift": comparisons.bitwise_right_shift,
    "swish": activations.silu,
    "hard_swish": activations.hard_silu,
}

# What stands in `keras.ops.linalg` and in `keras.ops.nn` too, and what stands in `keras.ops` alone; `keras.ops.numpy`
# has all the rest.
_LINALG = (
    "cholesky cholesky_inverse det eig eigh inv jvp lstsq lu_factor matrix_rank norm pinv qr solve solve_triangular svd"
)
_NN = """
    batch_normalization binary_crossentropy categorical_crossentropy celu elu gelu glu hard_shrink hard_sigmoid
    hard_silu hard_swish hard_tanh layer_normalization leaky_relu log_sigmoid log_softmax moments multi_hot
    normalize one_hot relu relu6 rms_normalization selu sigmoid silu soft_shrink softmax softplus softsign
    sparse_categorical_crossentropy sparse_plus sparse_sigmoid sparsemax squareplus swish tanh_shrink threshold
"""
_ALONE = """
    associative_scan cast cdist cond convert_to_numpy convert_to_tensor custom_gradient dtype erf erfc erfinv fori_loop
    in_top_k is_tensor logdet logsumexp map rearrange rsqrt saturate_cast scan scatter scatter_update segment_max
    segment_min segment_prod segment_sum shape slice slice_update stop_gradient switch top_k unstack vectorized_map
    while_loop
"""


def _public() -> dict[str, Any]:
    """What the families define for users: whatever has an example."""
    found = dict(_ALIASES)
    for family in _FAMILIES:
        for name, value in vars(family).items():
            own = getattr(value, "__module__", None) == family.__name__ and not name.startswith("_")
            if own and callable(value) and ">>>" in (value.__doc__ or ""):
                found[name] = value
    return dict(sorted(found.items()))


register()
everything = _public()
in_linalg = {name: everything[name] for name in _LINALG.split()}
in_nn = {name: everything[name] for name in _NN.split()}
like_numpy = {
    name: value for name, value in everything.items() if name not in {*_LINALG.split(), *_NN.split(), *_ALONE.split()}
}
