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
