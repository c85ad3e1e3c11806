"""keras.backend of Keras 1 and 2: each function runs, by today's definition, and names what to write today."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

pytest.importorskip("pynn", reason="about pynn's older names")

from pynn import keras, older

K = keras.backend
X = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]], "float32")
P = np.array([[0.2, 0.3, 0.5], [0.1, 0.8, 0.1]], "float32")
HOT = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], "float32")
MOMENTS = [np.full(3, value, "float32") for value in (1.0, 4.0, 0.5, 2.0)]

SAME = {
    "abs": (lambda: K.abs(X), np.abs(X)),
    "all": (lambda: K.all(X > 0, axis=1), [False, False]),
    "any": (lambda: K.any(X > 0, axis=1), [True, True]),
    "arange": (lambda: K.arange(1, 5, 2), [1, 3]),
    "cast": (lambda: K.cast(X, "int32"), X.astype("int32")),
    "cos": (lambda: K.cos(X), np.cos(X)),
    "elu": (lambda: K.elu(X, 0.5), np.where(X > 0, X, 0.5 * np.expm1(X))),
    "equal": (lambda: K.equal(X, 1.0), X == 1),
    "exp": (lambda: K.exp(X), np.exp(X)),
    "greater": (lambda: K.greater(X, 1.0), X > 1),
    "log": (lambda: K.log(P), np.log(P)),
    "logsumexp": (lambda: K.logsumexp(P, axis=1), np.log(np.exp(P).sum(1))),
    "max": (lambda: K.max(X, axis=-1), X.max(-1)),
    "maximum": (lambda: K.maximum(X, 0.0), np.maximum(X, 0)),
    "mean": (lambda: K.mean(X, axis=-1), X.mean(-1)),
    "min": (lambda: K.min(X), -6.0),
    "ndim": (lambda: K.ndim(X), 2),
    "one_hot": (lambda: K.one_hot([1, 0], 3), HOT),
    "prod": (lambda: K.prod(X, axis=0), X.prod(0)),
    "reshape": (lambda: K.reshape(X, (3, 2)), X.reshape(3, 2)),
    "round": (lambda: K.round(P), np.round(P)),
    "shape": (lambda: K.shape(X), (2, 3)),
    "sigmoid": (lambda: K.sigmoid(X), 1 / (1 + np.exp(-X))),
    "sign": (lambda: K.sign(X), np.sign(X)),
    "softmax": (lambda: K.softmax(X), np.exp(X) / np.exp(X).sum(1, keepdims=True)),
    "softplus": (lambda: K.softplus(X), np.log1p(np.exp(X))),
    "sqrt": (lambda: K.sqrt(P), np.sqrt(P)),
    "square": (lambda: K.square(X), X**2),
    "squeeze": (lambda: K.squeeze(X[:, None], 1), X),
    "stack": (lambda: K.stack([X, X]), np.stack([X, X])),
    "std": (lambda: K.std(X, axis=0, keepdims=True), X.std(0, keepdims=True)),
    "stop_gradient": (lambda: K.stop_gradient(X), X),
    "sum": (lambda: K.sum(X, axis=1), X.sum(1)),
    "tanh": (lambda: K.tanh(X), np.tanh(X)),
    "tile": (lambda: K.tile(X, (1, 2)), np.tile(X, (1, 2))),
    "transpose": (lambda: K.transpose(X), X.T),
    "var": (lambda: K.var(X, axis=1), X.var(1)),
}
OWN = {
    "argmax": (lambda: K.argmax(X), [2, 1]),
    "argmin": (lambda: K.argmin(X, axis=0), [0, 0, 1]),
    "batch_flatten": (lambda: K.batch_flatten(X.reshape(2, 3, 1)), X),
    "batch_get_value": (lambda: K.batch_get_value([keras.Variable(X)])[0], X),
    "batch_normalization": (lambda: K.batch_normalization(X, *MOMENTS), 2 * (X - 1) / np.sqrt(4.001) + 0.5),
    "bias_add": (lambda: K.bias_add(X, P[0]), X + P[0]),
    "binary_crossentropy": (lambda: K.binary_crossentropy(HOT, P), -np.log(np.where(HOT > 0, P, 1 - P))),
    "cast_to_floatx": (lambda: K.cast_to_floatx(np.arange(3)), np.arange(3, dtype="float32")),
    "categorical_crossentropy": (lambda: K.categorical_crossentropy(HOT, P), -np.log([0.3, 0.1])),
    "clip": (lambda: K.clip(X, -1, None), np.clip(X, -1, None)),
    "concatenate": (lambda: K.concatenate([X, X]), np.concatenate([X, X], 1)),
    "constant": (lambda: K.constant([1, 2], shape=(2, 1)), [[1.0], [2.0]]),
    "count_params": (lambda: K.count_params(X), 6),
    "cumprod": (lambda: K.cumprod(X), X.cumprod(0)),
    "cumsum": (lambda: K.cumsum(X), X.cumsum(0)),
    "dot": (lambda: K.dot(X, X.T), X @ X.T),
    "dtype": (lambda: K.dtype(X), "float32"),
    "eval": (lambda: K.eval(keras.Variable(X)), X),
    "expand_dims": (lambda: K.expand_dims(X), X[..., None]),
    "eye": (lambda: K.eye(2), np.eye(2)),
    "flatten": (lambda: K.flatten(X), X.ravel()),
    "foldl": (lambda: K.foldl(lambda a, b: a - b, [1, 2, 3]), -4),
    "foldr": (lambda: K.foldr(lambda a, b: a - b, [1, 2, 3], 0), -6),
    "gather": (lambda: K.gather(X, [1]), X[[1]]),
    "get_value": (lambda: K.get_value(keras.Variable(2.0)), 2.0),
    "hard_sigmoid": (lambda: K.hard_sigmoid(X), np.clip(0.2 * X + 0.5, 0, 1)),
    "identity": (lambda: K.identity(X), X),
    "in_top_k": (lambda: K.in_top_k(P, [1, 2], 2), [True, True]),
    "int_shape": (lambda: K.int_shape(X), (2, 3)),
    "is_sparse": (lambda: K.is_sparse(X), False),
    "is_tensor": (lambda: K.is_tensor(keras.ops.ones((1,))), True),
    "l2_normalize": (lambda: K.l2_normalize(X, 1), X / np.linalg.norm(X, axis=1, keepdims=True)),
    "learning_phase": (lambda: K.learning_phase(), 0),
    "map_fn": (lambda: K.map_fn(lambda row: row * 2, X), X * 2),
    "ones": (lambda: K.ones((2, 1)), [[1.0], [1.0]]),
    "ones_like": (lambda: K.ones_like(X), np.ones_like(X)),
    "permute_dimensions": (lambda: K.permute_dimensions(X, [1, 0]), X.T),
    "pow": (lambda: K.pow(P, 2), P**2),
    "relu": (lambda: K.relu(X, 0.1, 3.0, 2.0), np.where(X >= 3, 3, np.where(X >= 2, X, 0.1 * (X - 2)))),
    "repeat": (lambda: K.repeat(X, 2), np.repeat(X[:, None], 2, 1)),
    "repeat_elements": (lambda: K.repeat_elements(X, 2, 0), np.repeat(X, 2, 0)),
    "reverse": (lambda: K.reverse(X, [0, 1]), X[::-1, ::-1]),
    "sparse_categorical_crossentropy": (lambda: K.sparse_categorical_crossentropy([1, 0], P), -np.log([0.3, 0.1])),
    "switch": (lambda: K.switch([True, False], X, -X), [[1, -2, 3], [-4, -5, 6]]),
    "to_dense": (lambda: K.to_dense(X), X),
    "variable": (lambda: K.variable(X, name="v").numpy(), X),
    "zeros": (lambda: K.zeros((1, 2)), [[0.0, 0.0]]),
    "zeros_like": (lambda: K.zeros_like(X), np.zeros_like(X)),
}


@pytest.mark.parametrize("name", [*SAME, *OWN])
def test_functions(name):
    call, expected = (SAME | OWN)[name]
    with pytest.warns(FutureWarning, match=rf"^keras\.backend\.{name}: an older spelling\. Today: "):
        found = call()
    if isinstance(expected, str | tuple | bool):
        assert found == expected
    else:
        np.testing.assert_allclose(np.asarray(found, "float64"), np.asarray(expected, "float64"), rtol=1e-5, atol=1e-6)


def test_the_warning_names_todays_function():
    for name, today in (("mean", "keras.ops.mean"), ("pow", "keras.ops.power"), ("get_value", "variable.numpy()")):
        with pytest.warns(FutureWarning) as caught:
            getattr(K, name)
        (message,) = [str(w.message) for w in caught]
        assert f"Today: {today}" in message
        assert caught[0].filename == __file__


def test_variables():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        v = K.variable([1.0, 2.0])
        K.set_value(v, [3.0, 4.0])
        assert K.get_value(v).tolist() == [3.0, 4.0]
        K.update_add(v, [1.0, 1.0])
        K.update_sub(v, [0.0, 2.0])
        assert v.numpy().tolist() == [4.0, 3.0]
        K.moving_average_update(v, [0.0, 1.0], 0.5)
        assert v.numpy().tolist() == [2.0, 2.0]
        K.update(v, [1.0, 1.0])
        K.batch_set_value([(v, [5.0, 6.0])])
        kept = K.get_value(v)
        K.set_value(v, [0.0, 0.0])
        assert kept.tolist() == [5.0, 6.0]
        assert K.get_value(3.5) == 3.5


@pytest.mark.parametrize("name", ["random_normal", "random_uniform", "truncated_normal", "random_bernoulli"])
def test_draws(name):
    with pytest.warns(FutureWarning, match=r"Today: keras\.random\."):
        found = getattr(K, name)((3, 4), seed=1)
    assert found.shape == (3, 4)


def test_what_is_no_more():
    with pytest.warns(FutureWarning), pytest.raises(RuntimeError, match="GradientTape"):
        K.gradients(None, [])
    with pytest.warns(FutureWarning), pytest.raises(ValueError, match="training=True"):
        K.set_learning_phase(1)
    with pytest.raises(AttributeError, match=r"keras\.backend\.placeholder is not in pynn: .*keras\.Model"):
        K.placeholder  # noqa: B018
    with pytest.raises(AttributeError, match="convolution"):
        K.conv2d  # noqa: B018


def test_every_older_name_is_there():
    names = older.NAMES["keras.backend"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            assert callable(getattr(K, name)), name
    from pynn import older_backend

    assert {n for n, path in names.items() if "._older." in path} == set(older_backend.__all__)


def test_import_forms():
    with pytest.warns(FutureWarning):
        from pynn.keras.backend import mean
    import pynn.keras.backend as backend

    assert mean is keras.ops.mean
    assert backend is K
