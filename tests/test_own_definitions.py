"""Functions of one's own as objects: defined again, made by other functions, pickled."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest

from pynn import kernels

X = np.linspace(-5, 5, 101)


@kernels.activation
def my_swish(x):
    """A swish."""
    return x / (1 + math.exp(-x))


def stretched(beta):
    return kernels.activation(lambda x: math.tanh(beta * x))


@pytest.fixture(scope="module")
def rows():
    draw = np.random.default_rng(5)
    return draw.normal(size=(100, 6)).astype("float32"), draw.integers(0, 3, 100)


def test_it_is_the_function_it_was():
    assert my_swish.__name__ == "my_swish"
    assert my_swish.__doc__ == "A swish."
    assert pickle.loads(pickle.dumps(my_swish)) is my_swish


def test_models_go_to_other_processes(keras, rows):
    """By joblib's pickle, which takes functions of a notebook along; and by name."""
    cloudpickle = pytest.importorskip("cloudpickle", reason="comes with joblib")
    tripled = kernels.activation(lambda x: 3 * math.tanh(x))
    square = kernels.loss(lambda y, p: (y - p) ** 2)
    again = cloudpickle.loads(cloudpickle.dumps(tripled))
    assert again.own is tripled.own
    for activation, pickled in ((tripled, cloudpickle), (my_swish, pickle)):
        model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(2, activation)])
        model.compile("sgd", square if pickled is cloudpickle else "mse")
        model.fit(rows[0], rows[0][:, :2], verbose=0)
        copied = pickled.loads(pickled.dumps(model))
        np.testing.assert_array_equal(copied.predict(rows[0], verbose=0), model.predict(rows[0], verbose=0))
        copied.fit(rows[0], rows[0][:, :2], verbose=0)


def test_defined_again(keras, rows):
    """As in a notebook's cell: a model keeps the function it was made with, an equal one is not compiled again."""

    def cell(factor):
        @kernels.activation
        def redefined(x):
            return factor * math.tanh(x)

        return redefined

    first, second, again = cell(1.0), cell(2.0), cell(1.0)
    assert first.own.name != second.own.name
    assert again.own is first.own
    x = rows[0]
    models = [keras.Sequential([keras.Input((6,)), keras.layers.Activation(f)]) for f in (first, second, again)]
    one, two, three = (model.predict(x, verbose=0) for model in models)
    np.testing.assert_array_equal(one, three)
    np.testing.assert_allclose(two, 2 * one, rtol=1e-6)
    assert kernels.derivative("redefined", np.zeros(1)).tolist() == [1.0]


def test_a_factory_keeps_its_setting():
    for beta in (0.5, 2.0):
        np.testing.assert_allclose(stretched(beta)(X), np.tanh(beta * X), rtol=1e-14)
    scaled = kernels.activation(lambda x, scale=3: scale * x)
    assert np.asarray(scaled(np.ones(2))).tolist() == [3.0, 3.0]
