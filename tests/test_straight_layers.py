"""A layer called on an array of a form that was seen before takes a short cut: nobody may notice but the clock."""

from __future__ import annotations

import copy
import gc
import pickle
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pynn import keras
from pynn.keras import layers
from pynn.tape import GradientTape

pytestmark = pytest.mark.usefixtures("walked_in_c")  # there is no shorter way to NumPy's steps

X = np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)
FORMS = {
    "float32": lambda x: x,
    "float64": lambda x: x.astype(np.float64),
    "int64": lambda x: np.round(x).astype(np.int64),
    "list": lambda x: x.tolist(),
    "Fortran": np.asfortranarray,
    "backwards": lambda x: x[::-1],
    "big-endian": lambda x: x.astype(">f4"),
    "tensor": keras.ops.convert_to_tensor,
    "three axes": lambda x: x[:, None],
}
LAYER = layers.Dense(3, "tanh")


def by_hand(layer, x):
    kernel, bias = layer.kernel.numpy(), layer.bias.numpy()
    return np.tanh(np.asarray(x, np.float64) @ kernel + bias)


def goes_straight(layer):
    return bool(vars(layer).get("_short_cuts"))


@given(st.lists(st.tuples(st.sampled_from(sorted(FORMS)), st.integers(1, 9)), min_size=1, max_size=8))
def test_every_form_of_input(calls):
    for form, rows in calls:
        x = FORMS[form](X[:rows])
        found = LAYER(x)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, by_hand(LAYER, x), rtol=2e-5, atol=1e-6)


def test_fresh_results():
    layer = layers.Dense(2)
    first, second, third = layer(X[:2]), layer(X[:2]), layer(X[2:4])
    assert goes_straight(layer)
    assert type(first) is type(second)
    assert not np.shares_memory(second, third)
    np.testing.assert_array_equal(first, second)
    assert (second != third).any()


def test_memory_between_steps_is_kept():
    """The plan of a layer with an activation has a value in between, in an arena that only the short cut holds."""
    layer, x = layers.Dense(300, "tanh"), np.ones((4, 784), np.float32)
    want = np.asarray(layer(x))
    gc.collect()
    others = []
    for _ in range(50):
        np.testing.assert_array_equal(layer(x), want)
        others.append(np.zeros((4, 300), np.float32))
    assert not np.any(others)


def test_weights_that_change_and_are_replaced():
    layer = layers.Dense(3, "tanh")
    layer(X), layer(X)
    layer.set_weights([w + 1 for w in layer.get_weights()])
    np.testing.assert_allclose(layer(X), by_hand(layer, X), rtol=2e-5, atol=1e-6)
    layer.kernel = keras.Variable(np.full((6, 3), 0.25))
    np.testing.assert_allclose(layer(X), by_hand(layer, X), rtol=2e-5, atol=1e-6)


def test_a_tape_sees_the_call():
    layer = layers.Dense(1)
    layer(X), layer(X)
    with GradientTape() as tape:
        y = layer(X)
    np.testing.assert_allclose(tape.gradient(y, layer.kernel), X.sum(axis=0)[:, None], rtol=1e-4)


def test_dropout_draws_anew():
    layer = layers.Dropout(0.5)
    assert len({np.asarray(layer(X, training=True)).tobytes() for _ in range(5)}) > 1
    np.testing.assert_array_equal(layer(X), X)
    np.testing.assert_array_equal(layer(X), X)
    assert not np.shares_memory(layer(X), X)


def test_training_is_told_apart():
    layer = layers.BatchNormalization(momentum=0.5)
    for _ in range(3):
        trained, plain = layer(X, training=True), layer(X)
        np.testing.assert_allclose(np.mean(trained, axis=0), 0, atol=1e-5)
        assert np.abs(plain - trained).max() > 1e-3
    np.testing.assert_allclose(layer.moving_mean.value, X.mean(axis=0) * (1 - 0.5**3), rtol=1e-4, atol=1e-6)


def test_masks_are_passed_on():
    x = np.ones((2, 3, 6), np.float32)
    x[0, 1] = 0
    masked, layer = layers.Masking(), layers.Dense(2)
    for _ in range(3):
        assert layer(masked(x))._keras_mask.tolist() == [[True, False, True], [True, True, True]]
        assert getattr(layer(x), "_keras_mask", None) is None


def test_a_user_class_goes_the_long_way():
    class Mine(layers.Dense):
        pass

    layer = Mine(2)
    layer(X), layer(X)
    assert not goes_straight(layer)


def test_bad_shapes_are_refused_as_before():
    layer = layers.Dense(2)
    layer(X), layer(X)
    for bad in (X[:, :5], X[0], X[:0]):
        with pytest.raises(ValueError, match=r"layer|row|shape"):
            layer(bad)


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))])
def test_a_layer_that_was_called_can_be_copied(twin):
    layer = layers.Dense(2)
    layer(X), layer(X)
    other = twin(layer)
    other.set_weights([0 * w for w in other.get_weights()])
    np.testing.assert_array_equal(other(X), np.zeros((40, 2)))
    assert np.abs(layer(X)).max() > 0


def test_threads_at_once():
    layer = layers.Dense(3, "tanh")
    want, wrong = None, []
    layer(X[:1])
    want = by_hand(layer, X)

    def work(start):
        for i in range(start, 40, 4):
            if not np.allclose(layer(X[i : i + 1]), want[i], rtol=1e-4, atol=1e-6):
                wrong.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
