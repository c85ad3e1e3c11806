"""Gradients of svd, qr, eigh, pinv and lstsq: against finite differences in float64."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("pynn", reason="about pynn's own tapes")

from pynn import keras
from pynn.tape import GradientTape

ops = keras.ops
RANDOM = np.random.default_rng(4)


def loss_of(parts):
    """A number that no sign of a vector changes: each part squared, and weighed."""
    total = 0.0
    for number, part in enumerate(parts if isinstance(parts, tuple | list) else [parts]):
        weights = np.cos(np.arange(np.prod(part.shape)) + number).reshape(part.shape)
        total = total + ops.sum(ops.square(part) * weights)
    return total


CASES = {
    "svd, tall": (lambda x: ops.svd(x, full_matrices=False), (4, 3)),
    "svd, wide": (lambda x: ops.svd(x, full_matrices=False), (3, 5)),
    "svd, square": (ops.svd, (3, 3)),
    "svd, stack": (lambda x: ops.svd(x, full_matrices=False), (2, 4, 3)),
    "svd, values": (lambda x: ops.svd(x, compute_uv=False), (4, 3)),
    "svd, values of full": (lambda x: ops.svd(x)[1], (4, 3)),
    "qr, tall": (ops.qr, (4, 3)),
    "qr, square": (ops.qr, (3, 3)),
    "qr, wide": (ops.qr, (3, 5)),
    "qr, stack": (ops.qr, (2, 4, 3)),
    "qr, q alone": (lambda x: ops.qr(x)[0], (4, 3)),
    "qr, r alone": (lambda x: ops.qr(x)[1], (3, 4)),
    "qr, complete": (lambda x: ops.qr(x, mode="complete"), (3, 3)),
    "eigh": (lambda x: ops.eigh(x + ops.transpose(x)), (4, 4)),
    "pinv, tall": (ops.pinv, (5, 3)),
    "pinv, wide": (ops.pinv, (3, 5)),
    "pinv, square": (ops.pinv, (3, 3)),
    "pinv, stack": (ops.pinv, (2, 3, 4)),
    "lstsq, tall": (lambda x: ops.lstsq(x[:, :3], x[:, 3:]), (5, 5)),
    "lstsq, wide": (lambda x: ops.lstsq(x[:, :4], x[:, 4:]), (3, 6)),
    "lstsq, vector": (lambda x: ops.lstsq(x[:, :3], x[:, 3]), (5, 4)),
}


@pytest.fixture(autouse=True)
def in_float64():
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx("float32")


@pytest.mark.parametrize("name", CASES)
def test_gradient(name):
    function, shape = CASES[name]
    x = RANDOM.normal(size=shape)
    tensor = ops.convert_to_tensor(x)
    with GradientTape() as tape:
        tape.watch(tensor)
        y = loss_of(function(tensor))
    found, expected = tape.gradient(y, tensor), np.zeros(shape)
    for k in np.ndindex(shape):
        ends = []
        for step in (1e-6, -1e-6):
            moved = x.copy()
            moved[k] += step
            ends.append(float(loss_of(function(ops.convert_to_tensor(moved)))))
        expected[k] = (ends[0] - ends[1]) / 2e-6
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6 * max(1, np.abs(expected).max()))


@pytest.mark.parametrize(
    ("words", "function"),
    [
        ("full_matrices=False", lambda x: ops.svd(x)[0]),
        ('mode="reduced"', lambda x: ops.qr(x, mode="complete")[0]),
        (r"There is no gradient through keras\.ops\.eig", lambda x: ops.real(ops.eig(x[:3])[0])),
    ],
)
def test_what_has_no_gradient(words, function):
    x = ops.convert_to_tensor(RANDOM.normal(size=(4, 3)))
    with GradientTape() as tape:
        tape.watch(x)
        y = ops.sum(function(x))
    with pytest.raises(ValueError, match=words):
        tape.gradient(y, x)


@pytest.mark.parametrize("name", [n for n in CASES if "stack" not in n and n != "lstsq, wide"])
def test_like_jax(name):
    """The same loss differentiated by JAX, in float32; JAX has no way back through QR of a wide matrix."""
    jax = pytest.importorskip("jax", reason="JAX is the oracle of this test")
    real = pytest.importorskip("keras", reason="real Keras is the oracle of this test")
    if name in ("qr, wide", "qr, r alone"):
        pytest.skip("not in JAX")
    functions = {
        "eigh": lambda o: lambda x: o.eigh(x + o.transpose(x)),
        "lstsq, tall": lambda o: lambda x: o.lstsq(x[:, :3], x[:, 3:]),
        "lstsq, vector": lambda o: lambda x: o.lstsq(x[:, :3], x[:, 3]),
        "qr, q alone": lambda o: lambda x: o.qr(x)[0],
        "qr, complete": lambda o: lambda x: o.qr(x, mode="complete"),
        "svd, values": lambda o: lambda x: o.svd(x, compute_uv=False),
        "svd, square": lambda o: o.svd,
    }
    reduced = {"svd": lambda o: lambda x: o.svd(x, full_matrices=False), "qr": lambda o: o.qr, "pinv": lambda o: o.pinv}
    if name == "svd, values of full":
        pytest.skip("JAX refuses full matrices, used or not")
    make = functions.get(name) or reduced[name.split(",")[0]]
    x = np.random.default_rng(8).normal(size=CASES[name][1]).astype("float32")

    def theirs(x):
        parts = make(real.ops)(x)
        total = 0.0
        for number, part in enumerate(parts if isinstance(parts, tuple | list) else [parts]):
            weights = np.cos(np.arange(np.prod(part.shape)) + number).reshape(part.shape).astype("float32")
            total = total + (part**2 * weights).sum()
        return total

    tensor = ops.convert_to_tensor(x)
    with GradientTape() as tape:
        tape.watch(tensor)
        y = loss_of(make(ops)(tensor))
    expected = np.asarray(jax.grad(theirs)(x))
    np.testing.assert_allclose(
        tape.gradient(y, tensor), expected, rtol=2e-3, atol=2e-3 * max(1, np.abs(expected).max())
    )
