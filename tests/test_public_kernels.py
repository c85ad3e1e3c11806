"""`pynn.kernels` on arrays of any layout against NumPy in float64, on every backend."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("hypothesis", reason="draws shapes, strides and types")

from hypothesis import given, settings
from hypothesis import strategies as st

from pynn import config, kernels
from pynn.kernels.named import ACTIVATIONS
from pynn.kernels.tables import all_tables

RANDOM = np.random.default_rng(0)
REALS = (np.float32, np.float64)
TABLES = all_tables()
BACKENDS = tuple(dict.fromkeys(table.name for table in TABLES.values()))
SIMULATED = any(table.simulated for table in TABLES.values())
FORMS = ("plain", "fortran", "reversed", "every other", "repeated", "shifted")[: 2 if SIMULATED else None]
ELEMENTWISE = sorted(name for name, kind in ACTIVATIONS.items() if not kind.whole_rows and kind.family != "glu")
FUNCTIONS = [None, "relu", "selu", "gelu", "softmax"]
GIVEN = {"threshold": {"threshold": 0.5, "default_value": -2.0}}


def laid(shape, dtype, form, seed=0):
    """Normal numbers of a shape, in a layout."""
    array = np.random.default_rng(seed).normal(size=shape).astype(dtype)
    if not array.ndim or form == "plain":
        return array
    if form == "fortran":
        return np.asfortranarray(array)
    if form == "reversed":
        return array[::-1, ..., ::-1] if array.ndim > 1 else array[::-1]
    if form == "every other":
        return np.repeat(array, 2, axis=-1)[..., ::2]
    if form == "repeated":
        return np.broadcast_to(array[:1], shape)
    raw = np.zeros(array.nbytes + 1, np.uint8)  # not aligned
    view = raw[1:].view(dtype).reshape(shape)
    view[...] = array
    return view


def near(found, want, dtype):
    rtol = 2e-4 if dtype == np.float32 else 1e-11
    np.testing.assert_allclose(found, want, rtol=rtol, atol=rtol)


def wide(*arrays):
    return [np.asarray(a, np.float64) for a in arrays]


forms, reals = st.sampled_from(FORMS), st.sampled_from(REALS)
sizes = st.sampled_from([0, 1, 2, 5, 7 if SIMULATED else 17])
# Of each backend.
few = settings(max_examples=10)


@pytest.mark.parametrize("backend", BACKENDS)
@few
@given(st.tuples(sizes, sizes, sizes), st.tuples(forms, forms), reals, st.tuples(st.booleans(), st.booleans()))
def test_matmul(backend, size, form, dtype, transposed):
    m, k, n = size
    a = laid((k, m) if transposed[0] else (m, k), dtype, form[0])
    b = laid((n, k) if transposed[1] else (k, n), dtype, form[1], 1)
    found = kernels.matmul(a, b, None, *transposed, backend)
    x, y = wide(a.T if transposed[0] else a, b.T if transposed[1] else b)
    assert found.dtype == dtype
    assert found.shape == (m, n)
    near(found, x @ y, dtype)


@pytest.mark.parametrize(
    ("a", "b"),
    [((3,), (3,)), ((3,), (3, 2)), ((4, 3), (3,)), ((2, 4, 3), (3, 2)), ((2, 4, 3), (2, 3, 5)), ((2, 4, 3), (3,)),
     ((5, 1, 4, 3), (2, 3, 5)), ((3,), (2, 3, 5)), ((0, 4, 3), (3, 2)), ((2, 0, 3), (3, 2)), ((2, 4, 0), (0, 2)),
     ((2, 4, 0), (2, 0, 3))],
)  # fmt: skip
@pytest.mark.parametrize("form", FORMS[:4])
def test_matmul_of_vectors_and_stacks(a, b, form):
    a, b = laid(a, np.float64, form), laid(b, np.float64, form, 1)
    found = kernels.matmul(a, b)
    assert np.shape(found) == np.shape(a @ b)
    near(found, a @ b, np.float64)
    near(kernels.matmul(a, b, out=np.full(np.shape(found), np.nan)), a @ b, np.float64)


def test_a_large_product_is_shared_and_the_same():
    a, b = laid((300, 200), np.float32, "plain"), laid((200, 250), np.float32, "plain", 1)
    near(kernels.matmul(a, b), np.float64(a) @ b, np.float32)
    stack = np.stack([a, 2 * a])
    np.testing.assert_array_equal(kernels.matmul(stack, b)[0], kernels.matmul(a, b))


@pytest.mark.parametrize("backend", BACKENDS)
@few
@given(st.tuples(sizes, sizes, sizes), forms, reals, st.sampled_from(FUNCTIONS))
def test_dense_and_back(backend, size, form, dtype, activation):
    n, i, o = size
    x, w, b, dy = (laid(s, dtype, form, k) for k, s in enumerate([(n, i), (i, o), (o,), (n, o)]))
    y = kernels.dense(x, w, b, activation, backend=backend)
    z = kernels.dense(x, w, b, backend=backend)
    x8, w8, b8, dy8 = wide(x, w, b, dy)
    near(z, x8 @ w8 + b8, dtype)
    slope = dy8 if activation is None else kernels.activation_backward(dy8, activation, x=x8 @ w8 + b8)
    near(y, x8 @ w8 + b8 if activation is None else getattr(kernels, activation)(x8 @ w8 + b8), dtype)
    found = kernels.dense_backward(dy, x, w, y, activation, z=z if activation == "gelu" else None, backend=backend)
    assert kernels.dense_backward(dy8, x8, w8, input_gradient=False)[0] is None
    for gradient, want in zip(found, (slope @ w8.T, x8.T @ slope, slope.sum(axis=0)), strict=True):
        assert gradient.dtype == dtype
        assert gradient.shape == want.shape
        near(gradient, want, dtype)


def test_dense_of_other_shapes():
    x, w, b = laid((2, 3, 4), np.float64, "plain"), laid((4, 5), np.float64, "plain"), laid((1, 5), np.float64, "plain")
    near(kernels.dense(x, w, b, kernels.sigmoid), 1 / (1 + np.exp(-(x @ w + b))), np.float64)
    near(kernels.dense(x[0, 0], w), x[0, 0] @ w, np.float64)
    dx, dw, db = kernels.dense_backward(np.ones((2, 3, 5)), x, w)
    near(dw, np.einsum("abi,abo->io", x, np.ones((2, 3, 5))), np.float64)
    assert dx.shape == x.shape
    assert db.tolist() == [6.0] * 5


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_derivative_is_a_quotient_of_differences(name, backend):
    x, h = np.linspace(-7.3, 7.1, 101).reshape(1, -1), 1e-6
    function, more = getattr(kernels, name), GIVEN.get(name, {})
    quotient = (function(x + h, **more) - function(x - h, **more)) / (2 * h)
    slope = kernels.derivative(name, x, backend=backend, **more)
    np.testing.assert_allclose(slope, quotient, rtol=1e-7, atol=1e-8)
    near(kernels.activation_backward(np.ones_like(x), function, x, **more), slope, np.float64)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "sparsemax", "glu"])
def test_the_way_back_of_whole_rows(name):
    x, h = laid((3, 6), np.float64, "plain"), 1e-6
    function = getattr(kernels, name)
    dy = laid(function(x).shape, np.float64, "plain", 2)
    want = np.empty_like(x)
    for index in np.ndindex(*x.shape):
        step = np.zeros_like(x)
        step[index] = h
        want[index] = ((function(x + step) - function(x - step)) * dy).sum() / (2 * h)
    np.testing.assert_allclose(kernels.activation_backward(dy, name, x), want, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("backend", BACKENDS)
@few
@given(st.sampled_from(sorted(ACTIVATIONS)), st.lists(sizes, max_size=3), forms, reals)
def test_activations_of_any_layout(backend, name, shape, form, dtype):
    shape = (*shape, 4)
    x = laid(shape, dtype, form)
    found = getattr(kernels, name)(x, **GIVEN.get(name, {}), backend=backend)
    want = getattr(kernels, name)(np.ascontiguousarray(x, np.float64), **GIVEN.get(name, {}), backend="reference")
    assert found.dtype == dtype
    assert found.shape == want.shape
    near(found, want, dtype)


def test_settings_by_place_and_name():
    x = np.array([-2.0, 4.0])
    assert kernels.leaky_relu(x, 0.5).tolist() == kernels.leaky_relu(x, negative_slope=0.5).tolist() == [-1.0, 4.0]
    for slope in (-0.5, 0.0, 0.5):
        assert kernels.derivative("leaky_relu", x, negative_slope=slope).tolist() == [slope, 1.0]
    near(kernels.derivative("elu", x, alpha=-1.5), [-1.5 * np.exp(-2), 1.0], np.float64)
    for wrong in ({"slope": 1.0}, {"negative_slope": "a"}):
        with pytest.raises(TypeError, match="leaky_relu"):
            kernels.leaky_relu(x, **wrong)
    for values, more in [((1.0, 2.0), {}), ((1.0,), {"negative_slope": 1.0})]:
        with pytest.raises(TypeError, match=r"leaky_relu\(x, negative_slope=0.2"):
            kernels.leaky_relu(x, *values, **more)
    with pytest.raises(TypeError, match="threshold: threshold must be a number, got none"):
        kernels.threshold(x)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("dtype", REALS)
@pytest.mark.parametrize("form", FORMS)
def test_crossentropy(backend, dtype, form):
    z, labels = laid((5, 4), dtype, form), np.array([0, 3, 2, 2, 1])
    z8 = np.float64(z)
    logp = z8 - np.log(np.exp(z8).sum(axis=1, keepdims=True))
    rows, slopes = -logp[np.arange(5), labels], np.exp(logp) - np.eye(4)[labels]
    kinds = [
        labels,
        labels[:, None],
        labels.astype(np.float32),
        labels.tolist(),
        np.eye(4)[labels],
        np.eye(4, dtype=int)[labels],
    ]
    for t in kinds:
        for reduction, loss, gradient in [
            ("mean", rows.mean(), slopes / 5), ("sum", rows.sum(), slopes), ("none", rows, slopes)
        ]:  # fmt: skip
            if reduction == "sum":
                found = kernels.softmax_crossentropy(z, t, reduction, backend=backend)
                near(found[0], loss, dtype)
            else:
                found = kernels.softmax_crossentropy(z, t, reduction=reduction, backend=backend)
                near(found[0], loss, dtype)
            near(found[1], gradient, dtype)
            assert found[1].dtype == dtype


def test_crossentropy_of_other_shapes():
    z, labels = laid((2, 3, 4), np.float64, "plain"), np.array([[0, 1, 2], [3, 0, 1]])
    loss, gradient = kernels.softmax_crossentropy(z, labels)
    flat = kernels.softmax_crossentropy(z.reshape(6, 4), labels.reshape(6))
    assert loss == flat[0]
    assert gradient.shape == z.shape
    assert kernels.softmax_crossentropy(z, labels, "none")[0].shape == (2, 3)
    assert kernels.softmax_crossentropy(z[0, 0], 2)[1].shape == (4,)
    assert kernels.softmax_crossentropy([[1e4, -1e4]], [1])[0] == 2e4
    assert kernels.softmax_crossentropy([[3.0]], [0])[0] == 0.0


UPDATES = {
    "sgd_update": ([], {"learning_rate": 0.1}, "SGD"),
    "momentum": (["m"], {"learning_rate": 0.1, "momentum": 0.9}, "SGD"),
    "nesterov": (["m"], {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}, "SGD"),
    "rmsprop_update": (["v"], {"learning_rate": 0.01, "rho": 0.8}, "RMSprop"),
    "adam_update": (["m", "v"], {"learning_rate": 0.01, "beta_1": 0.8}, "Adam"),
}


@pytest.mark.parametrize("case", UPDATES)
@pytest.mark.parametrize("dtype", REALS)
@pytest.mark.parametrize("form", [form for form in FORMS if form != "repeated"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_updates_are_those_of_the_optimizers(case, dtype, form, backend):
    from pynn import optimizers
    from pynn.variables import Variable

    states, settings, name = UPDATES[case]
    w = laid((3, 4), dtype, form)
    variable, optimizer = Variable(w.copy(), dtype=np.dtype(dtype).name), getattr(optimizers, name)(**settings)
    arrays = [np.zeros_like(w, order="A") for _ in states]
    for step in range(1, 4):
        g = laid((3, 4), dtype, "reversed", step)
        optimizer.apply([g], [variable])
        counted = {"step": step} if name == "Adam" else {}
        function = getattr(kernels, case if case.endswith("update") else "sgd_update")
        assert function(w, g, *arrays, **counted, **settings, backend=backend) is None
    # Keras and pynn keep the rate in float32.
    np.testing.assert_allclose(w, variable.numpy(), rtol=1e-6, atol=1e-6 if dtype == np.float32 else 1e-7)


def test_an_update_may_be_given_its_own_weights():
    w = np.array([1.0, 2.0])
    kernels.sgd_update(w, w, learning_rate=0.5)
    assert w.tolist() == [0.5, 1.0]
    kernels.sgd_update(np.empty((0, 2)), np.empty((0, 2)))


def test_types():
    """As in Keras: whole numbers, booleans and lists become the type of the arrays beside them, else floatx."""
    for x in ([[1, 2]], np.array([[1, 2]]), np.array([[True, False]]), [[1.5, 2.5]], np.float16([[1, 2]])):
        assert kernels.relu(x).dtype == np.float32
    assert kernels.relu(np.array([1.0]).astype(">f8")).dtype == np.float64
    assert kernels.matmul(np.array([[1, 2]]), np.array([[1.0], [2.0]])).dtype == np.float64
    assert kernels.matmul(np.float32([[1, 2]]), np.array([[1.0], [2.0]])).dtype == np.float64
    assert kernels.matmul(np.float32([[1, 2]]), [[1.0], [2.0]]).dtype == np.float32
    config.set_floatx("float64")
    try:
        assert kernels.relu([1, 2]).dtype == np.float64
    finally:
        config.set_floatx("float32")
