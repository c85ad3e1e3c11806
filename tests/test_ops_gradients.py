"""Gradients of `keras.ops` against finite differences in float64; second derivatives by two tapes."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

pynn = pytest.importorskip("pynn", reason="about pynn's own gradients")

from pynn import keras  # noqa: E402
from pynn.tape import GradientTape  # noqa: E402

SPEC = importlib.util.spec_from_file_location("ops_cases", Path(__file__).parent / "ops_cases.py")
cases = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(cases)

ops = keras.ops
CALLS = [(name, (x,), {}) for name, x in cases.UNARY.items() if name not in cases.STEPS.split()]
CALLS += [(name, (cases.X, y), {}) for name in cases.BINARY for y in (cases.Y, cases.ROW, cases.COLUMN)]
CALLS += [*cases.SMOOTH, ("sparsemax", (cases.X,), {}), ("sparsemax", (cases.X,), {"axis": 0})]
# They read one triangle alone: the gradient is that for symmetric matrices, as in JAX.
SYMMETRIC = ("cholesky", "logdet")
# The target is a constant to them.
SECOND_ONLY = ("categorical_crossentropy", "binary_crossentropy")
TWICE = (
    "square exp sin cos tanh sigmoid softplus softmax log_softmax silu gelu sqrt log divide multiply power matmul sum "
    "mean var std prod max logsumexp reshape transpose concatenate take get_item where inv norm einsum erf "
    "cumsum expand_dims broadcast_to tensordot layer_normalization"
).split()


def is_real(value):
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def places(args):
    """Where real arrays stand: (i,) among the arguments, or (i, k) in a list of them."""
    for i, value in enumerate(args):
        if is_real(value):
            yield (i,)
        elif isinstance(value, list):
            yield from ((i, k) for k, part in enumerate(value) if is_real(part))


def get(args, place):
    return args[place[0]] if len(place) == 1 else args[place[0]][place[1]]


def put(args, place, value):
    args = list(args)
    if len(place) == 2:
        inner = list(args[place[0]])
        inner[place[1]] = value
        value = inner
    args[place[0]] = value
    return args


def exact(args):
    """The arguments in float64."""
    for place in places(args):
        args = put(args, place, np.asarray(get(args, place), "float64"))
    return list(args)


def weighted(result, seed=3):
    """One number of all results, which weighs their elements differently."""
    parts = result if isinstance(result, tuple | list) else [result]
    random = np.random.default_rng(seed)
    return sum(ops.sum(y * random.uniform(0.5, 1.5, y.shape)) for y in parts if y.dtype.kind == "f")


def difference(function, x, step=1e-6):
    slope = np.zeros_like(x)
    for k in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[k] += step
        down[k] -= step
        slope[k] = (float(function(up)) - float(function(down))) / (2 * step)
    return slope


def symmetrized(name, slope):
    return (slope + np.swapaxes(slope, -1, -2)) / 2 if name in SYMMETRIC else slope


def gradient(function, x):
    tensor = ops.convert_to_tensor(x)
    with GradientTape() as tape:
        tape.watch(tensor)
        target = function(tensor)
    return tape.gradient(target, tensor, unconnected_gradients="zero")


@pytest.mark.parametrize(("name", "args", "kwargs"), CALLS, ids=[f"{i}-{c[0]}" for i, c in enumerate(CALLS)])
def test_first_derivatives(name, args, kwargs):
    operation, args = getattr(ops, name), exact(args)
    for place in places(args):
        if name in SECOND_ONLY and place == (0,):
            continue
        x = get(args, place)

        def target(value, at=place):
            return weighted(operation(*put(args, at, value), **kwargs))

        found = gradient(target, x)
        assert found.dtype == "float64"
        expected = symmetrized(name, difference(target, x))
        np.testing.assert_allclose(symmetrized(name, found), expected, rtol=2e-6, atol=2e-7, err_msg=str(place))


@pytest.mark.parametrize(("name", "args", "kwargs"), [c for c in CALLS if c[0] in TWICE], ids=lambda v: str(v)[:20])
def test_second_derivatives(name, args, kwargs):
    operation, args = getattr(ops, name), exact(args)
    for place in places(args):

        def slope(value, at=place):
            """A number made of the gradient, which an outer tape can follow."""
            x = ops.convert_to_tensor(value)
            with GradientTape() as tape:
                tape.watch(x)
                target = weighted(ops.square(operation(*put(args, at, x), **kwargs)))
            return weighted(tape.gradient(target, x), seed=4)

        x = get(args, place)
        np.testing.assert_allclose(gradient(slope, x), difference(slope, x), rtol=2e-5, atol=2e-6, err_msg=str(place))
