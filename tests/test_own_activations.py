"""Activations that a user wrote as a function of one number: values, slopes, training, everywhere activations go."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pynn
from pynn import kernels
from pynn.kernels.contract import OWN
from pynn.kernels.tables import table

BETA = 1.0


@kernels.activation
def my_swish(x):
    """A swish."""
    return x / (1 + math.exp(-BETA * x))


def gate(x):
    return 0.5 * (1 + math.erf(x / math.sqrt(2)))


@kernels.activation
def my_gelu(x):
    return x * gate(x)


@kernels.activation
def my_elu(x):
    if x > 0:
        return x
    return math.exp(x) - 1


@kernels.activation
def my_softplus(x):
    return max(x, 0) + np.log1p(np.exp(-abs(x)))


@kernels.activation
def my_hard_sigmoid(x):
    return np.clip(x + 3, 0, 6) / 6


@kernels.activation
def my_leaky(x):
    return np.where(x > 0, x, 0.2 * x)


@kernels.activation
def my_mish(x):
    y = x
    y *= math.tanh(my_softplus(x))
    return y


@kernels.activation(derivative=lambda x: 1 - math.tanh(x) ** 2)
def my_tanh(x):
    return math.tanh(x)


PAIRS = {
    "silu": my_swish,
    "gelu": my_gelu,
    "elu": my_elu,
    "softplus": my_softplus,
    "hard_sigmoid": my_hard_sigmoid,
    "leaky_relu": my_leaky,
    "mish": my_mish,
    "tanh": my_tanh,
}
BACKENDS = ("reference", "cython", "numba")
X = np.concatenate([np.linspace(-9, 9, 1001), [0.0, -100.0, 100.0]])


@pytest.fixture(params=BACKENDS)
def backend(request):
    if request.param == "numba":
        pytest.importorskip("numba", reason="the table numba")
    before = pynn.get_backend()
    pynn.set_backend(request.param)
    yield request.param
    pynn.set_backend(before)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", PAIRS)
def test_the_same_numbers_as_the_built_in_one(name, dtype, backend):
    x, own = X.astype(dtype), PAIRS[name]
    eps = 16 * np.finfo(dtype).eps
    y = np.asarray(own(x))
    assert y.dtype == dtype
    np.testing.assert_allclose(y, getattr(kernels, name)(x), rtol=eps, atol=eps)
    if name not in ("leaky_relu", "hard_sigmoid"):  # these have corners at 0 and 3
        np.testing.assert_allclose(own.derivative(x), kernels.derivative(name, x), rtol=eps, atol=eps)


@pytest.mark.parametrize("name", PAIRS)
def test_numbers_are_numbers(name):
    own = PAIRS[name]
    assert isinstance(own(0.3), float)
    assert own(0.3) == pytest.approx(float(np.asarray(own(np.array([0.3])))[0]), rel=1e-12)
    h = 1e-6
    assert own.derivative(0.3) == pytest.approx((own(0.3 + h) - own(0.3 - h)) / (2 * h), rel=1e-6)
    assert own.__wrapped__(0.3) == own(0.3)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=0, max_size=4), st.integers(1, 3), st.booleans())
def test_any_shape_and_strides(shape, stride, turned):
    whole = np.random.default_rng(0).normal(size=[n * stride for n in shape])
    x = whole[tuple(slice(None, None, stride) for _ in shape)]
    x = x.T if turned else x
    want = x / (1 + np.exp(-x))
    np.testing.assert_allclose(my_swish(x), want, rtol=1e-14)
    np.testing.assert_allclose(kernels.activation_backward(np.ones(x.shape), my_swish, x), my_swish.derivative(x))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", PAIRS)
def test_kernels_keep_the_contract(name, dtype):
    """Those compiled agree with the definition, and parts change no bit."""
    for form in ("forward", "backward"):
        op = OWN[f"own:{PAIRS[name].own.name}_{form}"]
        draw = np.random.default_rng(1)
        given = [draw.normal(size=(7, 37)).astype(dtype) for _ in op.inputs]
        want, whole, parts = (np.full((7, 37), np.nan, dtype) for _ in range(3))
        table("reference")[op.name, dtype](*given, want)
        kernel = table("cython")[op.name, dtype]
        kernel(*given, whole)
        for lo, hi in ((5, 7), (0, 2), (2, 5)):
            kernel(*given, parts, lo=lo, hi=hi)
        eps = 16 * np.finfo(dtype).eps
        np.testing.assert_allclose(whole, want, rtol=eps, atol=eps)
        np.testing.assert_array_equal(parts, whole)


def network(keras, activation, seed=3):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(20, activation=activation),
            keras.layers.Dense(9),
            keras.layers.Activation(activation),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


@pytest.fixture(scope="module")
def rows():
    draw = np.random.default_rng(5)
    return draw.normal(size=(100, 6)).astype("float32"), draw.integers(0, 3, 100)


@pytest.mark.parametrize("name", ["silu", "gelu", "tanh"])
def test_training_is_that_of_the_built_in_one(keras, rows, name, backend):
    ours, theirs = (network(keras, activation) for activation in (PAIRS[name], name))
    for model in (ours, theirs):
        keras.utils.set_random_seed(4)
        model.fit(*rows, epochs=3, batch_size=16, verbose=0)
    for w, v in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(w, v, rtol=2e-5, atol=2e-6)
    np.testing.assert_allclose(ours.predict(rows[0], verbose=0), theirs.predict(rows[0], verbose=0), atol=1e-5)


@pytest.mark.parametrize("backend", ["cython", "numba"], indirect=True)
def test_no_python_between_batches(keras, rows, backend):
    model = network(keras, my_swish)
    model.fit(*rows, epochs=1, verbose=0)
    calls = []
    counted = my_swish.own.values
    my_swish.own.values = lambda *arrays: calls.append(1) or counted(*arrays)
    try:
        model.fit(*rows, epochs=1, verbose=0)
    finally:
        del my_swish.own.values
    assert not calls


def test_the_same_bits_for_any_number_of_workers(keras):
    x = np.random.default_rng(0).normal(size=(256, 200)).astype("float32")
    found, before = [], pynn.get_num_threads()
    for count in (1, 3):
        pynn.set_num_threads(count)
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((200,)), keras.layers.Dense(300, my_mish), keras.layers.Dense(200)])
        model.compile("adam", "mse")
        model.fit(x, x, batch_size=128, verbose=0)
        found.append(model.get_weights()[0].tobytes())
    pynn.set_num_threads(before)
    assert found[0] == found[1]


def test_in_float64(keras, rows):
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(4, activation=my_swish, dtype="float64")])
    x = rows[0].astype("float64")
    z = x @ model.get_weights()[0]
    np.testing.assert_allclose(np.asarray(model(x)), z / (1 + np.exp(-z)), rtol=1e-6, atol=1e-7)


def test_everywhere_an_activation_is_taken(keras, rows):
    assert keras.activations.get(my_swish) is my_swish
    inputs = keras.Input((6,))
    model = keras.Model(inputs, keras.layers.Dense(2)(my_swish(inputs)))
    want = np.asarray(kernels.silu(rows[0])) @ model.get_weights()[0]
    np.testing.assert_allclose(model.predict(rows[0], verbose=0), want, rtol=1e-5, atol=1e-6)
    x = keras.ops.convert_to_tensor(rows[0])
    with pynn.tape.GradientTape() as tape:
        tape.watch(x)
        y = my_swish(x)
    np.testing.assert_allclose(tape.gradient(y, x), kernels.derivative("silu", rows[0]), rtol=1e-5, atol=1e-6)


def test_functions_of_arrays_take_it():
    x, w, b = np.ones((2, 3)), np.full((3, 4), 0.1), np.zeros(4)
    for activation in (my_swish, "my_swish"):
        np.testing.assert_allclose(kernels.dense(x, w, b, activation=activation), kernels.dense(x, w, b, "silu"))
        z = kernels.dense(x, w, b)
        ours = kernels.dense_backward(np.ones((2, 4)), x, w, activation=activation, z=z)
        theirs = kernels.dense_backward(np.ones((2, 4)), x, w, activation="silu", z=z)
        for a, c in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a, c)


def test_a_built_in_name_is_the_built_in_activation():
    @kernels.activation
    def relu(x):
        return 2 * max(x, 0)

    x = np.array([-1.0, 1.0])
    assert np.asarray(relu(x)).tolist() == [0, 2]
    assert kernels.derivative(relu, x).tolist() == [0, 2]
    assert kernels.derivative("relu", x).tolist() == [0, 1]


def test_configs(keras):
    layer = keras.layers.Dense(3, activation=my_swish)
    config = layer.get_config()
    assert config["activation"]["config"] == "my_swish"
    with pytest.raises(TypeError, match="my_swish"):
        keras.layers.Dense.from_config(config)
    with keras.saving.custom_object_scope({"my_swish": my_swish}):
        assert keras.layers.Dense.from_config(config).activation is my_swish
    named = keras.saving.register_keras_serializable("own_tests")(my_gelu)
    again = keras.layers.Dense.from_config(keras.layers.Dense(3, activation=named).get_config())
    assert again.activation is my_gelu


@pytest.mark.parametrize("name", ["silu", "softplus", "gelu"])
def test_gradients_of_gradients(keras, name):
    def second(activation):
        x = keras.ops.convert_to_tensor(np.linspace(-2, 2, 9).astype("float32"))
        with pynn.tape.GradientTape() as outer:
            outer.watch(x)
            with pynn.tape.GradientTape() as inner:
                inner.watch(x)
                y = activation(x)
            slope = inner.gradient(y, x)
        return np.asarray(outer.gradient(slope, x))

    built_in = getattr(keras.activations, name)
    theirs = second((lambda x: built_in(x, approximate=False)) if name == "gelu" else built_in)
    np.testing.assert_allclose(second(PAIRS[name]), theirs, rtol=2e-5, atol=2e-6)
