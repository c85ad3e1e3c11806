"""One-hot rows and unit rows, against Keras's."""

from __future__ import annotations

import numpy as np
import pytest

from pynn import encoding

LABELS = [
    ([0, 1, 2], None),
    ([2, 0, 2], 5),
    ([[0], [1], [3]], None),
    ([[0, 1], [2, 1]], None),
    ([[[0]], [[1]]], None),
    ([], 3),
    (2, 4),
    ([0, 1], 0),
    ([0.0, 2.0], None),
    (["1", "2"], None),
    ([True, False], None),
    (np.array([3, 1], dtype=np.uint8), 10),
    ([5], None),
]


@pytest.mark.parametrize(("x", "num_classes"), LABELS, ids=str)
def test_to_categorical_is_keras(real_keras, x, num_classes):
    ours = encoding.to_categorical(x, num_classes)
    theirs = real_keras.utils.to_categorical(x, num_classes)
    assert ours.dtype == theirs.dtype
    np.testing.assert_array_equal(ours, theirs, strict=True)


@pytest.mark.parametrize(
    ("x", "num_classes", "text"),
    [
        ([0, 1, 5], 3, r"label 5 in row 2 is not in \[0, 3\).*largest is 2"),
        ([0, -1], None, "label -1 in row 1 is negative"),
        ([-1], None, "label -1 in row 0 is negative"),
        ([[0], [7]], 3, "label 7 in row 1"),
        ([[0, 0], [0, 9]], 3, "label 9 in row 1"),
        (4, 3, "label 4 in row 0"),
        ([0, 1.5], None, "label 1.5 in row 1 is not a whole number"),
        ([0, float("nan")], None, "label nan in row 1 is not a whole number"),
        ([float("inf")], None, "label inf in row 0 is not a whole number"),
        ([], None, "x is empty, so num_classes must be given"),
        (["a"], None, "is not a class number"),
    ],
)
def test_to_categorical_refuses(x, num_classes, text):
    with pytest.raises(ValueError, match=text):
        encoding.to_categorical(x, num_classes)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "uint8"])
@pytest.mark.parametrize(("axis", "order"), [(-1, 2), (1, 1), (-1, np.inf), (2, 2)])
def test_normalize_is_keras(real_keras, dtype, axis, order):
    x = np.arange(24, dtype=dtype).reshape(2, 3, 4)
    x[0, 0] = 0
    ours, theirs = encoding.normalize(x, axis, order), real_keras.utils.normalize(x, axis, order)
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_normalize_other_axes():
    x = np.array([[3.0, 0.0, 6.0], [4.0, 0.0, 8.0]])
    np.testing.assert_allclose(encoding.normalize(x, axis=0), [[0.6, 0, 0.6], [0.8, 0, 0.8]])
    np.testing.assert_allclose(np.linalg.norm(encoding.normalize(x, axis=None)), 1)
    assert x[0, 0] == 3.0
