"""Functions of `pynn.tf`: values and types that TensorFlow's documentation or NumPy gives."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("pynn", reason="about pynn.tf")

from pynn import keras, tf

X = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]], np.float32)


def same(found, expected, dtype=None, rtol=1e-6):
    np.testing.assert_allclose(np.asarray(found), expected, rtol=rtol, atol=1e-7)
    assert dtype is None or np.asarray(found).dtype == dtype


MADE = {
    "zeros": (lambda: tf.zeros(shape=(2, 3)), np.zeros((2, 3)), "float32"),
    "ones": (lambda: tf.ones([2], tf.int32), [1, 1], "int32"),
    "zeros_like": (lambda: tf.zeros_like(X), np.zeros((2, 3)), "float32"),
    "fill": (lambda: tf.fill([2], 5.0), [5, 5], "float32"),
    "range": (lambda: tf.range(3), [0, 1, 2], "int32"),
    "range of three": (lambda: tf.range(1, 6, 2, dtype=tf.float32), [1, 3, 5], "float32"),
    "linspace": (lambda: tf.linspace(0.0, 1.0, 3), [0, 0.5, 1], "float32"),
    "one_hot": (lambda: tf.one_hot(indices=[0, 2, 5], depth=3), [[1, 0, 0], [0, 0, 1], [0, 0, 0]], "float32"),
    "one_hot of 5": (lambda: tf.one_hot([1], 2, on_value=5, off_value=-1), [[-1, 5]], None),
    "eye": (lambda: tf.eye(2), np.eye(2), "float32"),
    "shape": (lambda: tf.shape(X), [2, 3], "int32"),
    "size": (lambda: tf.size(X), 6, "int32"),
    "rank": (lambda: tf.rank(X), 2, "int32"),
    "meshgrid": (lambda: tf.meshgrid([1, 2], [3, 4])[1], [[3, 3], [4, 4]], "int32"),
    "reshape": (lambda: tf.reshape(X, shape=[-1], name="r"), X.ravel(), "float32"),
    "expand_dims": (lambda: tf.expand_dims(X, axis=-1)[1, 2], [-1], "float32"),
    "squeeze": (lambda: tf.squeeze([[[1.0], [2.0]]], name="s"), [1, 2], "float32"),
    "transpose": (lambda: tf.transpose(X), X.T, "float32"),
    "stack": (lambda: tf.stack([[1, 2], [3, 4]], axis=1), [[1, 3], [2, 4]], "int32"),
    "concat": (lambda: tf.concat([X, X], axis=0), np.concatenate([X, X]), "float32"),
    "split": (lambda: tf.split(X, [1, 2], axis=1)[1], X[:, 1:], "float32"),
    "gather": (lambda: tf.gather(X, [2, 0], axis=1), X[:, [2, 0]], "float32"),
    "gather of rows": (lambda: tf.gather(X, [1]), X[[1]], "float32"),
    "boolean_mask": (lambda: tf.boolean_mask(X, [False, True]), X[1:], "float32"),
    "boolean_mask of two axes": (
        lambda: tf.boolean_mask([[1, 2], [3, 4]], [[False, True], [False, False]]),
        [2],
        "int32",
    ),
    "boolean_mask of a condition": (lambda: tf.boolean_mask(X, X > 2), [3, 4], "float32"),
    "boolean_mask from axis 1": (lambda: tf.boolean_mask(X[None], X > 2, axis=1), [[3, 4]], "float32"),
    "where": (lambda: tf.where(X > 0, X, 0.0), np.maximum(X, 0), "float32"),
    "places": (lambda: tf.where(X < 0), [[0, 1], [1, 2]], "int64"),
    "clip_by_value": (lambda: tf.clip_by_value(X, clip_value_min=-1, clip_value_max=1), np.clip(X, -1, 1), "float32"),
    "clip_by_norm": (lambda: tf.clip_by_norm([3.0, 4.0], 1.0), [0.6, 0.8], "float32"),
    "pad": (lambda: tf.pad([1, 2], [[1, 2]]), [0, 1, 2, 0, 0], "int32"),
    "tile": (lambda: tf.tile([1, 2], [2]), [1, 2, 1, 2], "int32"),
    "reverse": (lambda: tf.reverse([1, 2, 3], axis=[0]), [3, 2, 1], "int32"),
    "sort": (lambda: tf.sort([2.0, 3.0, 1.0], direction="DESCENDING"), [3, 2, 1], "float32"),
    "argsort": (lambda: tf.argsort([2.0, 3.0, 1.0]), [2, 0, 1], "int32"),
    "argmax": (lambda: tf.argmax(X, 1), [2, 1], "int64"),
    "argmax of columns": (lambda: tf.argmax(X, name="a"), [0, 1, 0], "int64"),
    "add": (lambda: tf.add(X, 1.0, name="sum"), X + 1, "float32"),
    "add_n": (lambda: tf.add_n([X, X, X]), 3 * X, "float32"),
    "divide": (lambda: tf.divide(7, 2), 3.5, None),
    "pow": (lambda: tf.pow(X, 2.0), X**2, "float32"),
    "equal": (lambda: tf.equal([1, 2], [1, 3]), [True, False], "bool"),
    "round": (lambda: tf.round([0.5, 1.5, 2.4]), [0, 2, 2], "float32"),
    "square": (lambda: tf.square(X, name="q"), X**2, "float32"),
    "reduce_mean": (lambda: tf.reduce_mean(X, axis=1, name="m"), X.mean(1), "float32"),
    "reduce_sum": (lambda: tf.reduce_sum(X, [0, 1], keepdims=True), [[X.sum()]], "float32"),
    "reduce_max": (lambda: tf.reduce_max(X), 4, "float32"),
    "cumsum": (lambda: tf.cumsum([1, 2, 3], exclusive=True, reverse=True), [5, 3, 0], "int32"),
    "matmul": (lambda: tf.matmul(X, X, transpose_b=True), X @ X.T, "float32"),
    "tensordot": (lambda: tf.tensordot(X, X, axes=[[1], [1]]), X @ X.T, "float32"),
    "norm": (lambda: tf.norm([3.0, 4.0]), 5, "float32"),
    "einsum": (lambda: tf.einsum("ij,kj->ik", X, X), X @ X.T, "float32"),
    "linalg.inv": (lambda: tf.linalg.inv([[2.0, 0.0], [0.0, 4.0]]), [[0.5, 0], [0, 0.25]], "float32"),
    "linalg.matvec": (lambda: tf.linalg.matvec(X, [1.0, 1.0, 1.0]), X.sum(1), "float32"),
    "clip_by_global_norm": (lambda: tf.clip_by_global_norm([[3.0], [4.0]], 1.0)[0], [[0.6], [0.8]], "float32"),
    "math.log": (lambda: tf.math.log([1.0, 2.0]), np.log([1, 2]), "float32"),
    "math.less": (lambda: tf.math.less([1, 2], [2, 2]), [True, False], "bool"),
    "math.reduce_prod": (lambda: tf.math.reduce_prod([2, 3, 4]), 24, "int32"),
    "math.confusion_matrix": (lambda: tf.math.confusion_matrix([0, 1, 1], [0, 1, 0]), [[1, 0], [1, 1]], "int32"),
    "nn.softmax": (lambda: tf.nn.softmax([0.0, np.log(3)], name="p"), [0.25, 0.75], "float32"),
    "nn.leaky_relu": (lambda: tf.nn.leaky_relu([-1.0, 1.0]), [-0.2, 1], "float32"),
    "nn.relu": (lambda: tf.nn.relu(X), np.maximum(X, 0), "float32"),
    "nn.l2_normalize": (lambda: tf.nn.l2_normalize([3.0, 4.0]), [0.6, 0.8], "float32"),
    "nn.moments": (lambda: tf.nn.moments(X, axes=[0])[1], X.var(0), "float32"),
}


@pytest.mark.parametrize("case", MADE)
def test_functions(case):
    make, expected, dtype = MADE[case]
    same(make(), expected, dtype)


def test_crossentropies_of_logits():
    logits, labels = np.array([[2.0, 0.5, -1.0], [0.1, 0.2, 0.3]]), np.array([0, 2])
    dense = keras.utils.to_categorical(labels, 3).astype("float64")
    expected = -np.log(np.exp(logits) / np.exp(logits).sum(1, keepdims=True))[[0, 1], labels]
    same(tf.nn.softmax_cross_entropy_with_logits(dense, logits), expected)
    same(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits), expected)
    p = 1 / (1 + np.exp(-logits))
    binary = -dense * np.log(p) - (1 - dense) * np.log(1 - p)
    same(tf.nn.sigmoid_cross_entropy_with_logits(labels=dense, logits=logits), binary)
    weighted = -3 * dense * np.log(p) - (1 - dense) * np.log(1 - p)
    same(tf.nn.weighted_cross_entropy_with_logits(dense, logits, pos_weight=3.0), weighted)


def test_the_gradient_through_a_boolean_mask_stands_where_the_mask_is_true():
    x = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(tf.boolean_mask(x, x > 2) ** 2)
    same(tape.gradient(y, x), np.where(X > 2, 2 * X, 0), "float32")


@pytest.mark.parametrize("mask", [True, [True], [[True, False]], [[[True]]]])
def test_a_boolean_mask_of_another_shape_is_refused(mask):
    with pytest.raises(ValueError, match=r"boolean_mask: the shape of mask must be .*\(2, 3\), mask \("):
        tf.boolean_mask(X, mask)
