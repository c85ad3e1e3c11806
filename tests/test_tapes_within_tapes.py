"""Second derivatives: tapes within tapes, through functions, activations, layers and models."""

from __future__ import annotations

import numpy as np
import pytest

pynn = pytest.importorskip("pynn", reason="about pynn's own tapes")

from pynn import keras  # noqa: E402
from pynn.tape import GradientTape  # noqa: E402

ops = keras.ops
RANDOM = np.random.default_rng(2)
ACTIVATIONS = (
    "relu leaky_relu elu celu selu gelu silu sigmoid log_sigmoid tanh softplus softsign exponential mish squareplus "
    "softmax log_softmax linear hard_sigmoid hard_silu relu6 tanh_shrink sparse_plus soft_shrink"
).split()


@pytest.fixture(autouse=True)
def in_float64():
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx("float32")


def slope(function, x):
    """A number made of the gradient of a function."""
    with GradientTape() as tape:
        tape.watch(x)
        y = ops.sum(ops.square(function(x)))
    return ops.sum(ops.square(tape.gradient(y, x)))


def second(function, x):
    x = ops.convert_to_tensor(x)
    with GradientTape() as tape:
        tape.watch(x)
        y = slope(function, x)
    return tape.gradient(y, x)


def difference(function, x, step=1e-6):
    found = np.zeros_like(x)
    for k in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[k] += step
        down[k] -= step
        ends = [float(slope(function, ops.convert_to_tensor(v))) for v in (up, down)]
        found[k] = (ends[0] - ends[1]) / (2 * step)
    return found


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(name):
    x = RANDOM.normal(size=(2, 4)) * 2
    function = getattr(keras.activations, name)
    wanted = difference(function, x)  # of a sum: what is small in it has the rounding of what is large
    np.testing.assert_allclose(second(function, x), wanted, rtol=1e-5, atol=1e-6 * max(1, np.abs(wanted).max()))


def test_twins_compute_the_same():
    x = ops.convert_to_tensor(RANDOM.normal(size=(3, 4)) * 3)
    for name in ACTIVATIONS:
        function = getattr(keras.activations, name)
        with GradientTape() as outer, GradientTape() as inner:
            outer.watch(x)
            inner.watch(x)
            y = function(x)
        np.testing.assert_allclose(y, function(x), rtol=1e-12, atol=1e-15, err_msg=name)


def model_of():
    inputs = keras.Input((3,))
    h = keras.layers.Dense(5, "tanh")(inputs)
    h = keras.layers.Concatenate()([keras.layers.Dense(4, "softplus")(h), keras.layers.Activation("sigmoid")(h)])
    return keras.Model(inputs, keras.layers.Dense(1)(keras.layers.Dropout(0.2)(h)) * 2.0)


def test_models():
    model, x = model_of(), RANDOM.normal(size=(2, 3))
    np.testing.assert_allclose(second(model, x), difference(model, x), rtol=1e-5, atol=1e-7)


def test_penalty_of_gradients():
    """A loss made of the gradient by the inputs, and its gradient by the weights."""
    model, x = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, "tanh"), keras.layers.Dense(1)]), None
    x = ops.convert_to_tensor(RANDOM.normal(size=(5, 3)))

    def penalty():
        with GradientTape() as inner:
            inner.watch(x)
            y = model(x)
        return ops.mean(ops.square(ops.norm(inner.gradient(y, x), axis=1) - 1))

    with GradientTape() as outer:
        loss = penalty()
    kernel = model.layers[0].kernel
    found = outer.gradient(loss, model.trainable_weights)
    assert [g is not None for g in found] == [True, True, True, False]  # the last bias moves no slope
    before = kernel.numpy().copy()
    expected = np.zeros_like(before)
    for k in np.ndindex(before.shape):
        ends = []
        for sign in (1, -1):
            moved = before.copy()
            moved[k] += sign * 1e-6
            kernel.assign(moved)
            ends.append(float(penalty()))
        expected[k] = (ends[0] - ends[1]) / 2e-6
    np.testing.assert_allclose(found[0], expected, rtol=1e-5, atol=1e-8)


def test_an_equation_of_physics():
    """y'' of a network, by the inputs; the loss of an oscillator falls."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(8, "tanh"), keras.layers.Dense(1)])
    optimizer, losses = keras.optimizers.Adam(0.01), []
    t = ops.convert_to_tensor(np.linspace(0, 1, 8)[:, None])
    for _ in range(30):
        with GradientTape() as tape:
            with GradientTape() as outer:
                outer.watch(t)
                with GradientTape() as inner:
                    inner.watch(t)
                    y = model(t)
                first = inner.gradient(y, t)
            loss = ops.mean(ops.square(outer.gradient(first, t) + y)) + ops.square(y[0, 0] - 1)
        optimizer.apply(tape.gradient(loss, model.trainable_weights), model.trainable_weights)
        losses.append(float(loss))
    assert losses[-1] < losses[0] / 2


def test_what_cannot_be_followed_twice_is_said():
    model = keras.Sequential([keras.Input((3,)), keras.layers.BatchNormalization(), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="There is no gradient through the gradient of batch_normalization"):
        second(model, RANDOM.normal(size=(2, 3)))
