"""What `pynn.kernels` says when something does not fit: both shapes, and what was expected."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pynn import kernels

A = np.ones((3, 4))
READ_ONLY = np.ones(3)
READ_ONLY.flags.writeable = False
TWICE = np.lib.stride_tricks.as_strided(np.ones(3), (3, 3), (0, 8))
BOTH = np.ones((2, 3))
SQUARE = np.ones((4, 4))


def update(name, *args, **more):
    return lambda: getattr(kernels, name)(*args, **more)


CASES = {
    "matmul: a is (3, 4), b is (5, 2): the columns of a (4) must be as many as the rows of b (5)": (
        lambda: kernels.matmul(A, np.ones((5, 2)))
    ),
    "matmul: a is (3, 4), transposed (4, 3), b is (4,): the columns of a (3) must be as many as the rows of b (4)": (
        lambda: kernels.matmul(A, np.ones(4), transpose_a=True)
    ),
    "a is (2, 3, 4), b is (5, 4, 2): the axes before the last two, (2,) and (5,), must be equal or 1": (
        lambda: kernels.matmul(np.ones((2, 3, 4)), np.ones((5, 4, 2)))
    ),
    "matmul: a is a single number": lambda: kernels.matmul(2.0, A),
    "matmul: out has shape (3, 3), the result has shape (3, 2)": (
        lambda: kernels.matmul(A, np.ones((4, 2)), out=np.empty((3, 3)))
    ),
    "matmul: out has dtype float32, the result has dtype float64": (
        lambda: kernels.matmul(A, np.ones((4, 2)), out=np.empty((3, 2), np.float32))
    ),
    "out must be a NumPy array, got list": lambda: kernels.relu([1.0], out=[0.0]),
    "relu: out is written to, but the array is read-only": lambda: kernels.relu(np.ones(3), out=READ_ONLY),
    "relu: out is written to, but its strides (0, 8) repeat elements": lambda: kernels.relu(np.ones((3, 3)), out=TWICE),
    "relu: x must hold real numbers of at most 64 bits, got dtype complex128": lambda: kernels.relu(np.array([1j])),
    "matmul: b must hold real numbers of at most 64 bits, got dtype <U1": lambda: kernels.matmul(A, [["a"]]),
    "there is no backend 'abacus' here; backends are reference, cython": lambda: kernels.relu([1.0], backend="abacus"),
    "dense: x is (3, 4), w is (5, 2): the columns of x (4) must be as many as the rows of w (5)": (
        lambda: kernels.dense(A, np.ones((5, 2)), np.ones(2))
    ),
    "dense: b is (3,), w is (4, 2): b must be (2,)": lambda: kernels.dense(A, np.ones((4, 2)), np.ones(3)),
    "dense: w must be a matrix of shape (inputs, outputs), got shape (4,)": lambda: kernels.dense(A, np.ones(4)),
    "dense: there is no activation 'rellu'; there are celu, elu": (
        lambda: kernels.dense(A, np.ones((4, 2)), None, "rellu")
    ),
    "dense: glu makes half as many columns": lambda: kernels.dense(A, np.ones((4, 2)), None, "glu"),
    "dense_backward: dy is (3, 5), x is (3, 4), w is (4, 2): dy must be (3, 2)": (
        lambda: kernels.dense_backward(np.ones((3, 5)), A, np.ones((4, 2)))
    ),
    "the slope of gelu is a function of z = x w + b, not of y: pass z=dense(x, w, b)": (
        lambda: kernels.dense_backward(np.ones((3, 2)), A, np.ones((4, 2)), np.ones((3, 2)), "gelu")
    ),
    "dense_backward, dw: out has shape (2, 4), the result has shape (4, 2)": (
        lambda: kernels.dense_backward(np.ones((3, 2)), A, np.ones((4, 2)), out=(None, np.ones((2, 4)), None))
    ),
    "dense_backward: out must be a tuple (dx, dw, db) of arrays or None, got list": (
        lambda: kernels.dense_backward(np.ones((3, 2)), A, np.ones((4, 2)), out=[None, None, None])
    ),
    "dense_backward: arrays of out share memory": (
        lambda: kernels.dense_backward(np.ones((3, 4)), A, np.ones((4, 4)), out=(None, SQUARE, SQUARE[0]))
    ),
    "linear: dy is (2,), x is (3, 4): dy must be (3, 4)": (
        lambda: kernels.activation_backward([1.0, 2.0], "linear", A)
    ),
    "softmax_crossentropy: out has dtype float32, the result has dtype float64": (
        lambda: kernels.softmax_crossentropy(A, [0, 1, 2], out=np.empty((3, 4), np.float32))
    ),
    "sgd_update: learning_rate must be a number, got 'fast'": update("sgd_update", np.ones(2), A[0, :2], None, "fast"),
    "rmsprop_update: learning_rate must be a number, got array([1., 1.])": (
        update("rmsprop_update", np.ones(2), np.ones(2), np.ones(2), np.ones(2))
    ),
    "rmsprop_update: rho must be between 0 and 1, got 2": (
        update("rmsprop_update", np.ones(2), np.ones(2), np.ones(2), rho=2)
    ),
    "adam_update: beta_1 must be a number, got None": (
        update("adam_update", np.ones(2), np.ones(2), np.ones(2), np.zeros(2), 1, beta_1=None)
    ),
    "dense_backward: pass y, what dense returned": (
        lambda: kernels.dense_backward(np.ones((3, 2)), A, np.ones((4, 2)), activation="relu")
    ),
    "the slope of gelu is a function of x, not of y: pass x=": lambda: kernels.activation_backward(A, "gelu", y=A),
    "activation_backward: pass x= or y=": lambda: kernels.activation_backward(A, "relu"),
    "relu: dy is (2,), y is (3, 4): dy must be (3, 4)": lambda: kernels.activation_backward([1.0, 2.0], "relu", y=A),
    "relu: dy is (2,), x is (3, 4): dy must be (3, 4)": lambda: kernels.activation_backward([1.0, 2.0], "relu", x=A),
    "gelu: dy is (2,), x is (3, 4): dy must be (3, 4)": lambda: kernels.activation_backward([1.0, 2.0], "gelu", x=A),
    "each output of softmax depends on several inputs": lambda: kernels.derivative("softmax", A),
    "glu: the last axis of x must have an even number of elements, got shape (3, 3)": (
        lambda: kernels.glu(np.ones((3, 3)))
    ),
    "softmax: x must have at least one axis": lambda: kernels.softmax(1.0),
    "logits is (3, 4), labels is (2,): labels must be (3, 4), a row of probabilities each, or (3,)": (
        lambda: kernels.softmax_crossentropy(A, [0, 1])
    ),
    "labels must be whole numbers from 0 to 3, got 4": lambda: kernels.softmax_crossentropy(A, [0, 4, 1]),
    "labels must be whole numbers from 0 to 3, got -1": lambda: kernels.softmax_crossentropy(A, [0, -1, 1]),
    "labels must be whole numbers from 0 to 3, got 0.5": lambda: kernels.softmax_crossentropy(A, [0.5, 1, 1]),
    "labels must be whole numbers from 0 to 3, got nan": lambda: kernels.softmax_crossentropy(A, [np.nan, 1, 1]),
    "logits must have rows and columns, got shape (0, 3)": lambda: kernels.softmax_crossentropy(np.ones((0, 3)), []),
    "reduction must be one of ('mean', 'sum', 'none'), got 'avg'": (
        lambda: kernels.softmax_crossentropy(A, [0, 0, 0], "avg")
    ),
    "sgd_update: w is (3, 4), g is (4,): they must have the same shape": update("sgd_update", A.copy(), np.ones(4)),
    "sgd_update: momentum=0.9 and no m do not go together": update("sgd_update", A.copy(), A, momentum=0.9),
    "sgd_update: momentum=0.0 and an m do not go together": update("sgd_update", A.copy(), A, A.copy()),
    "momentum must be between 0 and 1, got 2": update("sgd_update", A.copy(), A, A.copy(), momentum=2),
    "rmsprop_update: v must be an array of float32 or float64, which is changed; got (list)": (
        update("rmsprop_update", np.ones(2), np.ones(2), [0.0, 0.0])
    ),
    "sgd_update: w must be an array of float32 or float64, which is changed; got of int64": (
        update("sgd_update", np.ones(2, np.int64), np.ones(2))
    ),
    "w is (2,) of float64, v is (3,) of float64: they must be alike": (
        update("rmsprop_update", np.ones(2), np.ones(2), np.zeros(3))
    ),
    "m and v share memory": update("adam_update", np.ones(3), np.ones(3), BOTH[0], BOTH[0], 1),
    "w is written to, but the array is read-only": update("sgd_update", READ_ONLY, np.ones(3)),
    "step must be a whole number that counts from 1, got 0": (
        update("adam_update", np.ones(3), np.ones(3), np.zeros(3), np.zeros(3), 0)
    ),
    "beta_1 and beta_2 must be from 0 to below 1, got 1 and 0.999": (
        update("adam_update", np.ones(3), np.ones(3), np.zeros(3), np.zeros(3), 1, beta_1=1)
    ),
}


@pytest.mark.parametrize("text", CASES)
def test_the_text(text):
    with pytest.raises((ValueError, TypeError)) as caught:
        CASES[text]()
    assert text in str(caught.value)


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match=r"no attribute 'conv2d'; functions are activation, activation_backward"):
        kernels.conv2d  # noqa: B018


def test_every_name_is_there_and_documented():
    for name in kernels.__all__:
        text = getattr(kernels, name).__doc__
        for section in ("Parameters\n", "Raises\n", "Notes\n", "Examples\n", "float32"):
            assert section in text, f"{name}: {section}"
        if name not in ("activation", "loss"):
            assert re.search(r"[Oo]perations", text), name
            assert re.search(r"[Rr]eads|bytes", text), name
        assert name in dir(kernels)
