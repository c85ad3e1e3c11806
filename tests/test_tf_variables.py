"""Variables of TensorFlow, as its guides change them: whole, in parts, at places; and strings, which are bytes."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("pynn", reason="about pynn's tf")

from pynn import tf


def test_parts_are_assigned():
    v = tf.Variable([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert v.assign(2 * v) is v
    assert v[0, 1].assign(42) is v
    v[:, 2].assign([0.0, 1.0])
    v.scatter_nd_update(indices=[[0, 0], [1, 2]], updates=[100.0, 200.0])
    assert v.numpy().tolist() == [[100, 42, 0], [8, 10, 200]]
    v[1].assign_add([1.0, 1.0, 1.0])
    v[0, :2].assign_sub([100.0, 42.0])
    assert v.numpy().tolist() == [[0, 0, 0], [9, 11, 201]]
    v[1:2, :].assign(3.0)
    assert v.numpy()[1].tolist() == [3, 3, 3]
    assert repr(v[1]) == "Tensor([3., 3., 3.], dtype=float32)"
    assert (v[1] + 1).numpy().tolist() == [4, 4, 4]
    with pytest.raises(ValueError, match=r"a part of shape \(3,\) cannot be assigned a value of shape \(2,\)"):
        v[1].assign([1.0, 2.0])
    with pytest.raises(TypeError, match="does not support item assignment"):
        v[1] = [7.0, 8.0, 9.0]


def test_a_tape_follows_parts():
    v = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(v[1:] ** 2)
    assert tape.gradient(y, v).numpy().tolist() == [0, 4, 6]


def test_strings_are_bytes():
    assert tf.constant("hello world").numpy() == b"hello world"
    assert tf.constant(b"hello world").numpy() == b"hello world"
    assert tf.constant(["Café", "Coffee"]).numpy().tolist() == ["Café".encode(), b"Coffee"]
    assert np.shape(tf.constant(["a", "b"])) == (2,)
