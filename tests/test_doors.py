"""The quick way into compiled kernels: the same bits as the thorough one, and no way in for arrays that need more."""

from __future__ import annotations

import numpy as np
import pytest

import pynn
from pynn import kernels
from pynn.kernels.doors import doors


@pytest.fixture(autouse=True)
def compiled_core():
    """Kernels of the other tables are called in Python."""
    before = pynn.get_backend()
    pynn.set_backend("cython")
    yield
    pynn.set_backend(before)


RANDOM = np.random.default_rng(0)


def arrays(dtype, *shapes):
    return [RANDOM.normal(size=shape).astype(dtype) for shape in shapes]


def changed(function, *states, **settings):
    """What an update in place leaves."""

    def call(*given):
        given = [a.copy() for a in given]
        getattr(kernels, function)(*given, **settings)
        return given

    return call, states


def cases(dtype):
    x, w, b, dy, g = arrays(dtype, (6, 5), (5, 3), (3,), (6, 3), (6, 3))
    v, labels = g**2, np.arange(6) % 3
    yield "matmul", kernels.matmul, (x, w)
    yield "of a stack", kernels.matmul, (x.reshape(2, 3, 5), w)
    yield "of a row", kernels.matmul, (x[0], w)
    yield "of a column", kernels.matmul, (x, w[:, 0].copy())
    yield "transposed a", lambda *ab: kernels.matmul(*ab, transpose_a=True), (x, dy)
    yield "transposed b", lambda *ab: kernels.matmul(*ab, transpose_b=True), (dy, w)
    yield "of views", kernels.matmul, (x.T, dy)
    yield "of a view b", kernels.matmul, (dy, w.T)
    yield "twice turned", lambda *ab: kernels.matmul(*ab, transpose_a=True), (x.T, w)
    for activation in (None, "relu", "selu", "gelu", "softmax"):
        y = kernels.dense(x, w, b, activation)
        yield f"dense {activation}", lambda *a, f=activation: kernels.dense(*a, f), (x, w, b)
        more = (None, y) if activation != "gelu" else (kernels.dense(x, w, b), None)
        yield (
            f"back {activation}",
            lambda *a, f=activation, z=more[0]: kernels.dense_backward(*a, f, z),
            (dy, x, w, more[1]),
        )
    yield "dense without b", kernels.dense, (x, w)
    for name in ("relu", "tanh", "softmax", "elu", "sparsemax", "linear"):
        yield name, getattr(kernels, name), (x,)
    yield "leaky_relu", lambda x: kernels.leaky_relu(x, 0.1), (x,)
    for name in ("relu", "sigmoid", "leaky_relu", "gelu"):
        yield f"slope of {name}", lambda x, f=name: kernels.derivative(f, x), (x,)
    for name in ("sigmoid", "softmax"):
        yield f"back through {name}", lambda dy, y, f=name: kernels.activation_backward(dy, f, y=y), (dy, g)
    for kind in (labels, labels.astype(np.uint8), np.eye(3, dtype=dtype)[labels]):
        for reduction in ("mean", "sum", "none"):
            yield (
                f"crossentropy {reduction}",
                lambda z, t, how=reduction: kernels.softmax_crossentropy(z, t, how),
                (dy, kind),
            )
    yield "sgd", *changed("sgd_update", dy, g)
    yield "momentum", *changed("sgd_update", dy, g, v, momentum=0.9)
    yield "rmsprop", *changed("rmsprop_update", dy, g, v)
    yield "adam", *changed("adam_update", dy, g, g.copy(), v, step=2)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_same_bits_as_the_thorough_way(dtype, monkeypatch):
    quick = [(name, call, given, call(*given)) for name, call, given in cases(dtype)]
    monkeypatch.setattr(type(doors), "__getitem__", lambda *_: lambda *_: None)
    for name, call, given, found in quick:
        thorough = call(*given)
        if not isinstance(found, tuple | list):
            found, thorough = [found], [thorough]
        for a, b in zip(found, thorough, strict=True):
            assert (np.shape(a), np.asarray(a).dtype) == (np.shape(b), np.asarray(b).dtype), name
            np.testing.assert_array_equal(a, b, err_msg=name)


def test_what_is_plain_needs_no_thorough_way(monkeypatch):
    """Else the test above compares that with itself."""

    def refuse(*given, **named):
        raise AssertionError(f"not plain: {given[0]}")

    for module in ("products", "fully_connected", "slopes", "crossentropy", "updates"):
        monkeypatch.setattr(f"pynn.kernels.{module}.reals", refuse)
    for name, call, given in cases("float32"):
        if name != "linear":
            call(*given)


def test_what_is_not_plain_stays_outside():
    (x, w, far), y = arrays("f4", (4, 3), (3, 2), (8, 6)), np.full((4, 2), np.nan, "f4")
    enter = doors["cython", "matmul_nn"]
    fixed = y.copy()
    fixed.flags.writeable = False
    shifted = np.zeros(49, np.uint8)[1:].view("f4").reshape(4, 3)
    outside = [
        ((x, w), fixed), ((x, w), y[:3]), ((x, w), np.empty((4, 2))), ((x, w), far[:4, :2]), ((x, w), [0.0]),
        ((x, w.astype("f8")), y), ((x.astype(">f4"), w), y), ((x.astype("f2"), w), y), ((x.tolist(), w), y),
        ((shifted, w), y), ((far[::2, ::2], w), y), ((x[:, :2], w), y), ((x[:0], w), None), ((x, x), y), ((x,), y),
        ((x, w, y), None), ((x, np.ma.array(w)), y), ((np.float32(1), w), y), ((x[None].repeat(2, 0), w), y),
        ((np.ones((1,) * 9 + (3,), "f4"), w), None), ((x, w.reshape(1, 3, 2)), None),
    ]  # fmt: skip
    for given, out in outside:
        assert enter(given, out) is None
    assert enter((x, w), y, (1.0,)) is None
    assert enter((x.T, w.T), None, (), 0) is None
    assert np.isnan(y).all()
    assert enter((x, w), y) is y
    np.testing.assert_allclose(y, x @ w, rtol=1e-5)


def test_arrays_that_overlap_stay_outside():
    (both,) = arrays("f8", (20,))
    before = both.copy()
    assert doors["cython", "relu_forward"]((both[:10],), both[5:15]) is None
    assert doors["cython", "momentum_update"]((both[:5], both[5:10], both[9:14]), None, (0.1, 0.9, 0.0)) is None
    assert doors["cython", "sgd_update"]((both[:5], both[4:9]), None, (0.1,)) is None
    np.testing.assert_array_equal(both, before)
    assert doors["cython", "sgd_update"]((both[:5], both[5:10]), None, (0.1,)) is True
    with pytest.raises(TypeError, match="must be real number"):
        doors["cython", "sgd_update"]((both[:5], both[5:10]), None, ("fast",))
