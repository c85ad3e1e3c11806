"""Gradients of `keras.ops` against jax.grad of real Keras, above all where a function has a kink."""

from __future__ import annotations

import numpy as np
import pytest

from tests import ops_cases as cases

KINKS = np.array([-6.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0], "float32")
TIES = np.array([[1.0, 2.0, 2.0], [0.0, 0.0, 0.0], [3.0, 1.0, 3.0]], "float32")
ZEROS = np.zeros((2, 3), "float32")
SURE = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], "float32")
# One call where it divides or takes a root or a logarithm of 0.
SINGULAR = "sqrt rsqrt log log2 log10 reciprocal cbrt norm normalize std logsumexp arctanh log1p".split()

CALLS = [(name, (KINKS,), {}) for name in cases.UNARY if cases.UNARY[name] is cases.X and cases.X.ndim == 2]
NEED_2D = "fliplr flipud diagonal trace tril triu rot90 glu squeeze".split()
CALLS = [call for call in CALLS if call[0] not in NEED_2D]
CALLS += [(name, (np.abs(KINKS),), {}) for name in SINGULAR]
CALLS += [(name, (KINKS, 0.0), {}) for name in cases.BINARY]
CALLS += [(name, (KINKS, KINKS), {}) for name in cases.BINARY]
CALLS += [(name, (TIES,), {"axis": 1}) for name in "max min amax amin prod median ptp std norm sort softmax".split()]
CALLS += [(name, (ZEROS,), {"axis": 1}) for name in "prod std norm logsumexp cumprod".split()]
CALLS += [
    ("clip", (KINKS, -1.0, 1.0), {}),
    ("power", (np.abs(KINKS), 2.0), {}),
    ("power", (KINKS, 1.0), {}),
    ("leaky_relu", (KINKS,), {"negative_slope": 0.3}),
    ("threshold", (KINKS, 0.5, 2.0), {}),
    ("mod", (KINKS, 2.0), {}),
    ("where", (KINKS > 0, KINKS, 0.0), {}),
    ("categorical_crossentropy", (SURE, SURE), {}),
    ("categorical_crossentropy", (SURE, SURE * 50), {"from_logits": True}),
    ("binary_crossentropy", (SURE, SURE), {}),
    ("binary_crossentropy", (SURE, SURE * 50), {"from_logits": True}),
    ("norm", (TIES,), {"ord": np.inf}),
    ("norm", (TIES,), {"ord": 1}),
    ("norm", (TIES,), {"ord": 2, "axis": 1}),
    ("nansum", (cases.HOLES,), {}),
    ("nanmean", (cases.HOLES,), {"axis": 1}),
    ("nanmax", (cases.HOLES,), {"axis": 0}),
]


def gradients(ours, theirs, name, args, kwargs):
    """Of the sum of the result, by the last array argument for cross-entropies and the first one else."""
    import jax

    from pynn.tape import GradientTape

    place = 1 if name.endswith("crossentropy") or name == "where" else 0

    def total(ops, x):
        given = [*args[:place], x, *args[place + 1 :]]
        result = getattr(ops, name)(*given, **kwargs)
        weights = np.linspace(0.5, 1.5, int(np.prod(result.shape)), dtype="float32")
        return ops.sum(result * weights.reshape(result.shape))

    x = ours.ops.convert_to_tensor(args[place])
    with GradientTape() as tape:
        tape.watch(x)
        y = total(ours.ops, x)
    mine = tape.gradient(y, x, unconnected_gradients="zero")
    return mine, jax.grad(lambda value: total(theirs.ops, value))(args[place])


@pytest.mark.parametrize(("name", "args", "kwargs"), CALLS, ids=[f"{i}-{c[0]}" for i, c in enumerate(CALLS)])
def test_gradients_at_kinks(sides, name, args, kwargs):
    ours, theirs = sides
    mine, expected = gradients(ours, theirs, name, args, kwargs)
    np.testing.assert_allclose(mine, expected, rtol=2e-5, atol=3e-6)  # in gelu XLA's tanh is 5e-6 off
