"""Tensors and variables as values: what they are to NumPy, and that nothing changes a tensor in place."""

from __future__ import annotations

import numpy as np
import pytest

pynn = pytest.importorskip("pynn", reason="about pynn's own tensors")

from pynn import keras  # noqa: E402
from pynn.graph import tracing  # noqa: E402
from pynn.tensor import Tensor  # noqa: E402
from pynn.trials import unchanged  # noqa: E402

ops = keras.ops


@pytest.fixture
def w():
    return keras.Variable([[1.0, 2.0], [3.0, 4.0]], name="w")


@pytest.fixture
def x():
    return ops.convert_to_tensor([1.0, -2.0])


def test_tensors_do_not_change(x):
    for change in (lambda: x.__setitem__(0, 1), lambda: x.fill(0), lambda: np.add(x, 1, out=x), x.sort):
        with pytest.raises(TypeError, match="item assignment"):
            change()
    copy = x.numpy()
    copy[0] = 5
    assert type(copy) is np.ndarray
    assert float(x[0]) == 1
    before = x
    x += 1
    assert x is not before
    assert float(before[0]) == 1


def test_numpy_functions_of_tensors_give_arrays(x):
    assert type(np.exp(x)) is np.ndarray
    assert type(x * 2) is Tensor
    assert isinstance(x, np.ndarray)
    assert float(x.sum()) == -1
    assert x.T.shape == (2,)
    assert f"{ops.sum(x):.2f}" == "-1.00"


def test_a_variable_is_no_truth(w):
    with pytest.raises(TypeError, match="boolean"):
        bool(w)
    assert w in [w]
    assert {w: 1}[w] == 1


def test_a_trial_leaves_no_traces(w):
    before = w.numpy().copy()
    with unchanged():
        w.assign_add(np.ones((2, 2)))
        with unchanged():
            w.assign(np.zeros((2, 2)))
        w.assign_sub(np.ones((2, 2)) * 3)
    np.testing.assert_array_equal(w.numpy(), before)


def test_no_assignment_is_recorded(w):
    """A layer whose call changes a variable runs in Python for each batch."""

    class Counter(keras.layers.Layer):
        def build(self, input_shape):
            self.count = self.add_weight(shape=(), initializer="zeros", trainable=False)

        def call(self, x):
            self.count.assign_add(1.0)
            return x * 1.0

    with tracing(), pytest.raises(RuntimeError, match="cannot be assigned while"):
        w.assign(np.zeros((2, 2)))
    model = keras.Sequential([keras.Input((3,)), Counter(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.ones((8, 3)), np.ones(8), batch_size=2, epochs=2, verbose=0)
    model.fit(np.ones((8, 3)), np.ones(8), batch_size=2, epochs=2, verbose=0)
    assert float(model.layers[0].count.numpy()) == 16
