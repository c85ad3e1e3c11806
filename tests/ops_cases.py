"""Calls of `keras.ops`, written once: for the comparison with Keras and for the check of gradients."""

from __future__ import annotations

import numpy as np

_random = np.random.default_rng(5)


def real(*shape, low=-2.0, high=2.0):
    return _random.uniform(low, high, shape).astype("float32")


X, Y, POSITIVE = real(3, 4), real(3, 4), real(3, 4, low=0.2)
UNIT = real(3, 4, low=-0.9, high=0.9)
ROW, COLUMN, CUBE = real(4), real(3, 1), real(2, 3, 4)
SQUARE = (real(2, 3, 3) + 4 * np.eye(3)).astype("float32")
SYMMETRIC = ((SQUARE + np.swapaxes(SQUARE, -1, -2)) / 2).astype("float32")
INTS = _random.integers(-5, 6, (3, 4)).astype("int32")
NATURALS = _random.integers(1, 6, (3, 4)).astype("int32")
FLAGS = X > 0
HOLES = np.where(FLAGS, X, np.nan).astype("float32")
PROBABILITIES = (lambda e: e / e.sum(-1, keepdims=True))(np.exp(X)).astype("float32")
ONE_HOT = np.eye(4, dtype="float32")[[0, 2, 3]]
IDS = np.array([0, 0, 2])

# Smooth functions of one array, each with an array from its domain.
UNARY = {
    **dict.fromkeys(
        "square exp exp2 expm1 sin cos tan arctan sinh cosh tanh arcsinh sinc sigmoid softplus log_sigmoid softsign "
        "silu swish elu selu celu gelu relu relu6 leaky_relu hard_sigmoid hard_silu hard_tanh hard_shrink soft_shrink "
        "tanh_shrink squareplus sparse_plus sparse_sigmoid softmax log_softmax erf erfc absolute abs fabs negative "
        "deg2rad rad2deg cbrt reciprocal logsumexp sum mean var std max min prod amax amin ptp median cumsum cumprod "
        "ravel transpose flip fliplr flipud copy conjugate real nan_to_num diff sort normalize norm glu stop_gradient "
        "floor ceil sign trunc round rot90 average layer_normalization rms_normalization squeeze tril triu "
        "diagonal diag diagflat trace trapezoid array convert_to_tensor".split(),
        X,
    ),
    **dict.fromkeys("sqrt rsqrt log log2 log10 log1p".split(), POSITIVE),
    **dict.fromkeys("arcsin arccos arctanh erfinv".split(), UNIT),
    "arccosh": POSITIVE + 1,
    **dict.fromkeys("inv det slogdet".split(), SQUARE),
    **dict.fromkeys("cholesky logdet".split(), SYMMETRIC),
}
STEPS = "stop_gradient floor ceil sign trunc round"

BINARY = (
    "add subtract multiply divide true_divide maximum minimum fmax fmin arctan2 logaddexp logaddexp2 hypot "
    "divide_no_nan"
).split()

# More calls: (name, arguments, keywords); those that have a gradient and those that have none.
SMOOTH = [
    ("power", (POSITIVE, Y), {}),
    ("power", (X, 3), {}),
    ("mod", (X, 1.3), {}),
    ("fmod", (X, 1.3), {}),
    ("clip", (X, -1.0, 1.0), {}),
    ("sum", (CUBE,), {"axis": (0, 2)}),
    ("sum", (CUBE,), {"axis": 1, "keepdims": True}),
    ("mean", (CUBE,), {"axis": [0, 1]}),
    ("var", (CUBE,), {"axis": -1}),
    ("std", (CUBE,), {"axis": (0, 1), "keepdims": True}),
    ("prod", (CUBE,), {"axis": 1}),
    ("max", (CUBE,), {"axis": 1}),
    ("min", (CUBE,), {"axis": (0, 2)}),
    ("logsumexp", (CUBE,), {"axis": 1, "keepdims": True}),
    ("average", (X,), {"axis": 1, "weights": np.abs(ROW)}),
    ("median", (X,), {"axis": 1}),
    ("cumsum", (CUBE,), {"axis": 1}),
    ("cumprod", (CUBE,), {"axis": -1}),
    ("norm", (X,), {"ord": 1, "axis": 1}),
    ("norm", (X,), {"ord": 3, "axis": 0, "keepdims": True}),
    ("norm", (X,), {"ord": "fro"}),
    ("norm", (X,), {"ord": np.inf}),
    ("normalize", (X,), {"axis": 0, "order": 1}),
    ("reshape", (X, (2, -1)), {}),
    ("transpose", (CUBE,), {"axes": (2, 0, 1)}),
    ("moveaxis", (CUBE, 0, -1), {}),
    ("swapaxes", (CUBE, 0, 2), {}),
    ("expand_dims", (X, 1), {}),
    ("squeeze", (COLUMN,), {"axis": 1}),
    ("broadcast_to", (ROW, (3, 4)), {}),
    ("flip", (CUBE,), {"axis": 1}),
    ("roll", (X, 2), {"axis": 1}),
    ("roll", (X, 3), {}),
    ("repeat", (X, 2), {"axis": 1}),
    ("repeat", (X, 3), {}),
    ("tile", (X, (2, 1, 3)), {}),
    ("pad", (X, ((1, 0), (2, 1))), {}),
    ("pad", (X, ((1, 0), (2, 1))), {"mode": "reflect"}),
    ("concatenate", ([X, Y],), {"axis": 1}),
    ("stack", ([X, Y],), {"axis": 1}),
    ("hstack", ([ROW, ROW],), {}),
    ("vstack", ([ROW, ROW],), {}),
    ("dstack", ([X, Y],), {}),
    ("append", (X, Y), {}),
    ("split", (X, 2), {"axis": 1}),
    ("array_split", (X, 3), {"axis": 1}),
    ("unstack", (X,), {}),
    ("meshgrid", (ROW, ROW), {}),
    ("matmul", (CUBE, real(4, 5)), {}),
    ("matmul", (ROW, real(4, 5)), {}),
    ("matmul", (CUBE, ROW), {}),
    ("matmul", (ROW, ROW), {}),
    ("matmul", (ROW, real(2, 4, 5)), {}),
    ("dot", (X, ROW), {}),
    ("dot", (CUBE, real(2, 4, 3)), {}),
    ("dot", (X, 2.0), {}),
    ("tensordot", (CUBE, real(4, 3, 2)), {"axes": ([1, 2], [1, 0])}),
    ("tensordot", (X, ROW), {"axes": 1}),
    ("inner", (CUBE, ROW), {}),
    ("vdot", (X, Y), {}),
    ("outer", (ROW, ROW), {}),
    ("kron", (X, Y), {}),
    ("cross", (real(4, 3), real(4, 3)), {}),
    ("einsum", ("bij,jk->bik", CUBE, real(4, 5)), {}),
    ("einsum", ("...i,i", CUBE, ROW), {}),
    ("einsum", ("ij->j", X), {}),
    ("diagonal", (CUBE,), {"offset": 1, "axis1": 1, "axis2": 2}),
    ("diag", (ROW,), {"k": 1}),
    ("trace", (CUBE,), {"axis1": 1, "axis2": 2}),
    ("solve", (SQUARE, real(2, 3, 2)), {}),
    ("solve", (SQUARE[0], real(3)), {}),
    ("solve_triangular", (SQUARE[0], real(3, 1)), {"lower": True}),
    ("cholesky_inverse", (SQUARE[0],), {}),
    ("take", (X, [2, 0, 0]), {"axis": 0}),
    ("take", (X, [[1, 5]]), {}),
    ("take_along_axis", (X, INTS[:, :2] % 4), {"axis": 1}),
    ("get_item", (X, (slice(None), [0, 0, 2])), {}),
    ("where", (FLAGS, X, Y), {}),
    ("where", (FLAGS, X, 0.0), {}),
    ("select", ([FLAGS, ~FLAGS], [X, Y], 0.0), {}),
    ("slice", (X, (1, 0), (2, 3)), {}),
    ("slice_update", (X, (1, 1), real(2, 2)), {}),
    ("scatter", (np.array([[0], [2], [2]]), real(3), (4,)), {}),
    ("scatter_update", (ROW, [[0], [3]], real(2)), {}),
    ("scatter_update", (ROW, [[0], [0]], real(2)), {"reduction": "add"}),
    ("segment_sum", (X, IDS), {"num_segments": 4}),
    ("segment_max", (X, np.array([0, 0, 1])), {"num_segments": 2}),
    ("softmax", (CUBE,), {"axis": (0, 1)}),
    ("glu", (X,), {"axis": 1}),
    ("gelu", (X,), {"approximate": False}),
    ("elu", (X,), {"alpha": 0.7}),
    ("threshold", (X, 0.3, 2.0), {}),
    ("moments", (CUBE,), {"axes": (0, 2)}),
    ("batch_normalization", (X, ROW, np.abs(ROW) + 0.5, -1), {"offset": ROW, "scale": ROW}),
    ("layer_normalization", (CUBE,), {"gamma": ROW, "beta": ROW}),
    ("categorical_crossentropy", (ONE_HOT, PROBABILITIES), {}),
    ("categorical_crossentropy", (ONE_HOT, X), {"from_logits": True}),
    ("binary_crossentropy", (ONE_HOT, PROBABILITIES), {}),
    ("binary_crossentropy", (ONE_HOT, X), {"from_logits": True}),
    ("sparse_categorical_crossentropy", (IDS, PROBABILITIES), {}),
    ("sparse_categorical_crossentropy", (IDS, X), {"from_logits": True}),
    ("top_k", (X, 2), {}),
    ("cdist", (X, Y), {}),
    ("nansum", (HOLES,), {}),
    ("nanmean", (HOLES,), {}),
    ("rearrange", (X, "a (b c) -> (a b) c"), {"c": 2}),
    ("trapezoid", (X,), {"x": np.arange(4.0, dtype="float32")}),
    ("heaviside", (X, 0.5), {}),
    ("quantile", (X, 0.3), {"axis": 1}),
    ("quantile", (X, [0.3, 0.9]), {}),
    ("quantile", (CUBE, [0.2, 0.4]), {"axis": (0, 2), "keepdims": True}),
    *[("quantile", (X, 0.4), {"axis": 0, "method": m}) for m in ("lower", "higher", "midpoint", "nearest")],
    ("percentile", (X, 30), {}),
    ("nanquantile", (HOLES, 0.6), {}),
    ("cumprod", (np.where(FLAGS, X, 0).astype("float32"),), {"axis": 1}),
    ("cumprod", (np.where(FLAGS, X, 0).astype("float32"),), {}),
]
PLAIN = [
    *[(name, (INTS, NATURALS), {}) for name in "equal not_equal less less_equal greater greater_equal".split()],
    *[(name, (FLAGS, INTS > 0), {}) for name in "logical_and logical_or logical_xor".split()],
    *[(name, (INTS, NATURALS), {}) for name in "bitwise_and bitwise_or bitwise_xor gcd lcm floor_divide mod".split()],
    *[(name, (NATURALS, 2), {}) for name in "left_shift right_shift power".split()],
    *[(name, (INTS,), {}) for name in "bitwise_not logical_not sum prod cumsum abs sign square mean exp max".split()],
    *[(name, (X,), {"axis": 1}) for name in "argmax argmin argsort any all count_nonzero".split()],
    *[(name, (HOLES,), {"axis": 1}) for name in "nanmean nanmax nanmin nanprod nanstd nanvar nanargmax".split()],
    ("nanmedian", (HOLES,), {"axis": 1}),
    *[(name, (HOLES,), {}) for name in "isnan isinf isfinite isposinf isneginf isreal signbit nancumsum".split()],
    *[(name, (X,), {}) for name in "zeros_like ones_like shape size ndim imag angle i0 nonzero".split()],
    ("full_like", (X, 3), {}),
    ("zeros", ((2, 3),), {}),
    ("ones", ((2, 3), "int32"), {}),
    ("full", ((2,), 4), {}),
    ("eye", (3,), {"k": 1}),
    ("identity", (3,), {}),
    ("tri", (3, 4), {}),
    ("arange", (5,), {}),
    ("arange", (1.0, 2.0, 0.25), {}),
    ("linspace", (0, 1, 5), {}),
    ("logspace", (0, 2, 5), {}),
    ("geomspace", (1, 16, 5), {}),
    *[(name, (5,), {}) for name in "bartlett blackman hamming hanning".split()],
    ("kaiser", (5, 14.0), {}),
    ("vander", (ROW,), {}),
    ("searchsorted", (np.sort(ROW), ROW), {}),
    ("digitize", (X, np.array([-1.0, 0.0, 1.0])), {}),
    ("histogram", (ROW,), {"bins": 4}),
    ("bincount", (NATURALS[0],), {"minlength": 8}),
    ("nanquantile", (HOLES, [0.6, 0.1]), {"axis": 1}),
    ("quantile", (HOLES, 0.6), {"axis": 1}),
    ("corrcoef", (X,), {}),
    ("correlate", (ROW, ROW[:2]), {"mode": "full"}),
    ("isclose", (X, X + 1e-6), {}),
    ("allclose", (X, Y), {}),
    ("isin", (INTS, [1, 2]), {}),
    ("one_hot", (IDS, 3), {}),
    ("one_hot", (np.array([[0, -1]]), 3), {"axis": 1}),
    ("multi_hot", (np.array([[0, 2], [1, 1]]), 4), {}),
    ("in_top_k", (IDS, X, 2), {}),
    ("unique", (INTS,), {}),
    ("unravel_index", (np.array([5]), (3, 4)), {}),
    ("cast", (X, "int32"), {}),
    ("saturate_cast", (X * 200, "uint8"), {}),
    ("view", (X, "int32"), {}),
    ("lu_factor", (SQUARE[0],), {}),
    ("matrix_rank", (X,), {}),
    ("pinv", (X,), {}),
    ("lstsq", (X, real(3)), {}),
    ("svd", (X,), {"compute_uv": False}),
    ("segment_prod", (X, IDS), {"num_segments": 3}),
    ("hypot", (3, 4), {}),
    ("ldexp", (X, 2), {}),
    ("add", (INTS, 1.5), {}),
    ("add", (INTS, FLAGS), {}),
    ("multiply", (INTS, X), {}),
    ("divide", (INTS, 2), {}),
    ("maximum", (INTS, 0), {}),
    ("relu", (INTS,), {}),
    ("nextafter", (X, Y), {}),
]
