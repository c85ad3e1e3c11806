"""The functions of `keras.ops` against real Keras: values, types, gradients by jax.grad."""

from __future__ import annotations

import numpy as np
import pytest

from tests import ops_cases as cases

CALLS = [(name, (x,), {}) for name, x in cases.UNARY.items()]
CALLS += [(name, (cases.X, y), {}) for name in cases.BINARY for y in (cases.Y, cases.ROW, 2.0)]
CALLS += cases.SMOOTH + cases.PLAIN


def ids(calls):
    return [f"{number}-{name}" for number, (name, _, _) in enumerate(calls)]


def parts(result):
    return [np.asarray(part) for part in (result if isinstance(result, tuple | list) else [result])]


@pytest.mark.parametrize(("name", "args", "kwargs"), CALLS, ids=ids(CALLS))
def test_values(sides, name, args, kwargs):
    ours, theirs = (parts(getattr(side.ops, name)(*args, **kwargs)) for side in sides)
    assert len(ours) == len(theirs)
    for mine, expected in zip(ours, theirs, strict=True):
        if expected.dtype.kind == "f":
            assert mine.dtype == expected.dtype
        assert mine.dtype.kind == expected.dtype.kind
        np.testing.assert_allclose(mine, expected, rtol=2e-5, atol=2e-6)


def test_sparsemax_sums_to_one(sides):
    """Keras subtracts the sum of all partial sums where algorithm 1 of the paper has the last one: it differs here."""
    ours, theirs = (np.asarray(side.ops.sparsemax(np.array([1.0, 2.0, 2.5], "float32"))) for side in sides)
    np.testing.assert_allclose(ours, [0.0, 0.25, 0.75])
    assert theirs.sum() != 1


# What they give for a batch of unknown size: Keras knows less, or refuses; positive definite matrices are not tried.
UNLIKE = "diagonal diag slogdet cholesky logdet unstack get_item slice_update rearrange heaviside corrcoef".split()
UNLIKE += "unique lu_factor svd size ndim shape nonzero multi_hot lstsq solve solve_triangular cholesky_inverse".split()
BATCHES = [c for c in CALLS if c[0] not in UNLIKE and isinstance(c[1][0], np.ndarray) and c[1][0].ndim > 1]
BATCHES = [c for c in BATCHES if not c[0].startswith("segment") and c[0] not in ("in_top_k", "cdist", "scatter")]


def described(result):
    if isinstance(result, tuple | list):
        return [described(part) for part in result]
    return tuple(result.shape), str(result.dtype)


@pytest.mark.parametrize(("name", "args", "kwargs"), BATCHES, ids=ids(BATCHES))
def test_symbolic(sides, name, args, kwargs):
    """Shapes and types for a batch of unknown size."""
    first, *rest = args
    if name in ("hypot", "where") and any(isinstance(v, float) for v in rest):
        pytest.skip("Keras fails here on a number beside a symbolic tensor")
    found = []
    for side in sides:
        symbol = side.KerasTensor((None, *first.shape[1:]), first.dtype.name)
        fit = [v for v in rest if not isinstance(v, np.ndarray) or v.ndim < first.ndim or v.shape[0] != first.shape[0]]
        given = rest if len(fit) == len(rest) else [side.KerasTensor((None, *v.shape[1:]), v.dtype.name) for v in rest]
        found.append(described(getattr(side.ops, name)(symbol, *given, **kwargs)))
    assert found[0] == found[1]
