"""Losses that a user wrote as a function of two numbers: values, gradients, weights, reductions, training."""

from __future__ import annotations

import math

import numpy as np
import pytest

import pynn
from pynn import kernels
from pynn.kernels.contract import OWN
from pynn.kernels.tables import table


@kernels.loss
def my_mse(y_true, y_pred):
    return (y_true - y_pred) ** 2


@kernels.loss
def my_crossentropy(y, p):
    p = min(max(p, 1e-7), 1 - 1e-7)
    return -(y * math.log(p) + (1 - y) * math.log(1 - p))


@kernels.loss
def my_huber(y, p):
    e = abs(y - p)
    return 0.5 * e * e if e <= 1 else e - 0.5


PAIRS = {"mean_squared_error": my_mse, "binary_crossentropy": my_crossentropy, "huber": my_huber}


@pytest.fixture(params=["reference", "cython", "numba"])
def backend(request):
    if request.param == "numba":
        pytest.importorskip("numba", reason="the table numba")
    before = pynn.get_backend()
    pynn.set_backend(request.param)
    yield request.param
    pynn.set_backend(before)


@pytest.fixture(scope="module")
def rows():
    draw = np.random.default_rng(5)
    return draw.normal(size=(90, 6)).astype("float32"), draw.integers(0, 2, (90, 3)).astype("float32")


@pytest.mark.parametrize("name", PAIRS)
def test_the_same_numbers_as_the_built_in_one(keras, name, backend):
    draw = np.random.default_rng(0)
    y, p = draw.integers(0, 2, (5, 4, 3)).astype(float), draw.uniform(0.01, 0.99, (5, 4, 3))
    built_in = getattr(keras.losses, name)
    np.testing.assert_allclose(PAIRS[name](y, p), built_in(y, p), rtol=1e-5)
    assert PAIRS[name](y, p).shape == (5, 4)


def test_numbers_are_numbers():
    assert my_mse(1, 3) == 4.0
    assert isinstance(my_mse(1, 3), float)


def trained(keras, rows, loss, **fit):
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input((6,)), keras.layers.Dense(8, "tanh"), keras.layers.Dense(3, activation="sigmoid")]
    )
    model.compile("adam", loss)
    history = model.fit(*rows, epochs=2, batch_size=16, verbose=0, **fit).history["loss"]
    return [*history, model.evaluate(*rows, verbose=0)], model.get_weights()


@pytest.mark.parametrize("fit", [{}, {"sample_weight": np.linspace(0, 2, 90)}], ids=["plain", "weighted"])
@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum", "mean_with_sample_weight"])
@pytest.mark.parametrize("name", ["mean_squared_error", "binary_crossentropy"])
def test_training_is_that_of_the_built_in_one(keras, rows, name, reduction, fit, backend):
    built_in = {"mean_squared_error": "MeanSquaredError", "binary_crossentropy": "BinaryCrossentropy"}[name]
    own = PAIRS[name] if reduction == "sum_over_batch_size" else PAIRS[name].as_loss(reduction=reduction)
    ours, w = trained(keras, rows, own, **fit)
    theirs, v = trained(keras, rows, getattr(keras.losses, built_in)(reduction=reduction), **fit)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    for a, b in zip(w, v, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", PAIRS)
def test_kernels_keep_the_contract(name, dtype):
    op = OWN[f"own:{PAIRS[name].own.name}_row_loss"]
    draw = np.random.default_rng(1)
    given = [a.astype(dtype) for a in (draw.uniform(0.05, 0.95, (7, 5)), draw.integers(0, 2, (7, 5)), draw.random(7))]
    want, whole, parts = ([np.full(s, np.nan, dtype) for s in ((7,), (7, 5))] for _ in range(3))
    table("reference")[op.name, dtype](*given, *want)
    kernel = table("cython")[op.name, dtype]
    kernel(*given, *whole)
    for lo, hi in ((5, 7), (0, 2), (2, 5)):
        kernel(*given, *parts, lo=lo, hi=hi)
    for a, b, c in zip(want, whole, parts, strict=True):
        np.testing.assert_allclose(b, a, rtol=32 * np.finfo(dtype).eps)
        np.testing.assert_array_equal(c, b)


@pytest.mark.parametrize("name", PAIRS)
def test_gradient_by_finite_differences(name):
    own, h = PAIRS[name].own, 1e-6
    y, p = np.meshgrid([0.0, 0.2, 1.0], np.linspace(0.03, 0.97, 20))
    want = (own.values(y, p + h) - own.values(y, p - h)) / (2 * h)
    np.testing.assert_allclose(own.slopes(y, p), want, rtol=1e-6, atol=1e-7)


def test_a_tape_follows(keras):
    p = keras.ops.convert_to_tensor(np.array([[1.0, 2.0]], "float32"))
    with pynn.tape.GradientTape() as tape:
        tape.watch(p)
        value = my_mse(np.zeros((1, 2), "float32"), p)
    assert np.asarray(tape.gradient(value, p)).tolist() == [[1.0, 2.0]]


def test_as_a_metric_and_in_a_config(keras, rows):
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3)])
    model.compile("sgd", my_mse, metrics=[my_mse, "mse"])
    history = model.fit(*rows, verbose=0).history
    assert history["my_mse"] == pytest.approx(history["mse"], rel=1e-6)
    assert history["loss"] == pytest.approx(history["mse"], rel=1e-6)
    assert model.get_compile_config()["loss"]["config"] == "my_mse"
    assert keras.losses.get(my_mse) is my_mse


def test_a_derivative_of_ones_own():
    given = kernels.loss(lambda y, p: abs(y - p), derivative=lambda y, p: 1.0 if p > y else -1.0)
    assert given.own.slopes(np.zeros(3), np.array([-1.0, 0.0, 1.0])).tolist() == [-1.0, -1.0, 1.0]
    with pytest.raises(ValueError, match=r"derivative of loss wrong is .* at y_true = .*, but finite differences say"):

        @kernels.loss(derivative=lambda y, p: y - p)
        def wrong(y, p):
            return (y - p) ** 2
