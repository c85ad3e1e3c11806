"""`CategoryEncoding` called on arrays: one axis is one row, and weights have the shape of the numbers."""

from __future__ import annotations

import numpy as np
import pytest

ROW = np.array([1, 3, 3])


@pytest.mark.parametrize(("mode", "expected"), [("multi_hot", [0, 1, 0, 1]), ("count", [0, 1, 0, 2])])
def test_one_axis_is_one_row(keras, mode, expected):
    layer = keras.layers.CategoryEncoding(4, output_mode=mode)
    assert np.asarray(layer(ROW)).tolist() == expected
    assert np.asarray(layer(ROW[None])).tolist() == [expected]


def test_one_axis_with_weights(keras):
    layer = keras.layers.CategoryEncoding(4, output_mode="count")
    assert np.asarray(layer(ROW, count_weights=np.array([1.0, 2.0, 3.0]))).tolist() == [0, 1, 0, 5]


@pytest.mark.parametrize("shape", [(3, 2), (5,), (6, 1)])
def test_weights_of_another_shape_are_refused(keras, is_oracle, shape):
    if is_oracle:
        pytest.skip("Keras says what JAX says")
    layer = keras.layers.CategoryEncoding(4, output_mode="count")
    with pytest.raises(ValueError, match="count_weights must have the shape of the numbers"):
        layer(np.zeros((6, 2), "int32"), count_weights=np.ones(shape))


def test_weights_of_another_shape_in_a_functional_model(keras, is_oracle):
    if is_oracle:
        pytest.skip("Keras fails later")
    with pytest.raises(ValueError, match="count_weights must have the shape of the numbers"):
        keras.layers.CategoryEncoding(4, output_mode="count")(keras.Input((3,)), count_weights=keras.Input((2,)))
