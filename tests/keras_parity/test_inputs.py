"""Whatever holds rows of numbers trains as the same rows in a float32 array do."""

from __future__ import annotations

import numpy as np
import pytest


def network(loss="sparse_categorical_crossentropy", units=3, activation="softmax"):
    def build(keras):
        layers = keras.layers
        model = keras.Sequential([keras.Input((6,)), layers.Dense(5, "tanh"), layers.Dense(units, activation)])
        model.compile("sgd", loss, metrics=["accuracy"])
        return model

    return build


def as_float64(x):
    return x.astype("float64")


def read_only(x):
    x = x.copy()
    x.flags.writeable = False
    return x


def with_stride(x):
    wide = np.full((x.shape[0] * 2, x.shape[1] * 3), np.nan, x.dtype)
    wide[::2, ::3] = x
    return wide[::2, ::3]


def negative_strides(x):
    return np.ascontiguousarray(x[::-1, ::-1])[::-1, ::-1]


def pandas_frame(x):
    pandas = pytest.importorskip("pandas", reason="pandas is optional")
    return pandas.DataFrame(x, columns=list("abcdef")[: x.shape[1]])


def misaligned(x):
    raw = np.zeros(x.nbytes + 1, "uint8")
    view = raw[1:].view(x.dtype).reshape(x.shape)
    view[:] = x
    return view


def byte_swapped(x):
    return x.astype(x.dtype.newbyteorder())


# Real Keras, or JAX below it, refuses these three; they are the same rows all the same.
NOT_IN_KERAS = ("list", "tuple", "byte-swapped")
FORMS = {
    "float64": as_float64,
    "float16": lambda x: x.astype("float16"),
    "Fortran order": np.asfortranarray,
    "strided": with_stride,
    "negative strides": negative_strides,
    "read-only": read_only,
    "misaligned": misaligned,
    "pandas": pandas_frame,
    "list": lambda x: x.tolist(),
    "tuple": lambda x: tuple(map(tuple, x.tolist())),
    "byte-swapped": byte_swapped,
}


@pytest.fixture(scope="module")
def rounded(data):
    """Rows that every form here can hold exactly."""
    return data.x.astype("float16").astype("float32")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("shuffle", [False, True])
def test_forms_of_x(twins, data, rounded, same_history, is_oracle, form, shuffle):
    x = FORMS[form](rounded)
    pair = twins(network())
    oracle_x = rounded if form in NOT_IN_KERAS else x
    histories = []
    for keras, model, rows in zip(pair.sides, pair.models, (oracle_x if is_oracle else x, oracle_x), strict=True):
        keras.utils.set_random_seed(4)
        histories.append(model.fit(rows, data.labels, epochs=2, shuffle=shuffle, verbose=0))
    same_history(*histories)
    pair.assert_same_weights()
    ours = pair.models[0].predict(oracle_x if is_oracle else x, verbose=0)
    np.testing.assert_allclose(ours, pair.models[1].predict(rounded, verbose=0), rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int64", "uint16", "bool"])
def test_images_of_integers(twins, data, same_history, dtype):
    """Bytes are converted on the way in, not scaled."""
    random = np.random.default_rng(3)
    x = random.integers(0, 2 if dtype == "bool" else 100, (200, 6)).astype(dtype)
    pair = twins(network())
    for model in pair.models:
        model.optimizer.learning_rate = 1e-4
    same_history(*pair.fit(x, data.labels, epochs=2))
    pair.assert_same_weights()


LABELS = {
    "int8": lambda y: y.astype("int8"),
    "uint8": lambda y: y.astype("uint8"),
    "int64": lambda y: y.astype("int64"),
    "float32": lambda y: y.astype("float32"),
    "float64": lambda y: y.astype("float64"),
    "column": lambda y: y[:, None],
    "strided": lambda y: np.repeat(y, 2)[::2],
    "reversed": lambda y: y[::-1].copy()[::-1],
    "read-only": read_only,
}


@pytest.mark.parametrize("form", LABELS)
def test_forms_of_labels(twins, data, same_history, form):
    pair = twins(network())
    same_history(*pair.fit(data.x, LABELS[form](data.labels), epochs=2))
    pair.assert_same_weights()


def test_labels_in_a_list(twins, data, is_oracle):
    if is_oracle:
        pytest.skip("Keras takes no lists here")
    ours, theirs = twins(network()).models
    for model, labels in ((ours, data.labels.tolist()), (theirs, data.labels)):
        model.fit(data.x, labels, shuffle=False, verbose=0)
    np.testing.assert_allclose(ours.get_weights()[0], theirs.get_weights()[0], rtol=2e-5, atol=1e-6)


def test_labels_in_a_pandas_column(twins, data, same_history):
    pandas = pytest.importorskip("pandas", reason="pandas is optional")
    frame = pandas.DataFrame(data.x, columns=list("abcdef")).assign(kind=data.labels)
    pair = twins(network())
    same_history(*pair.fit(frame[list("abcdef")], frame["kind"], epochs=2))
    pair.assert_same_weights()


TARGETS = {"float64": as_float64, "uint8": lambda y: y.astype("uint8"), "bool": lambda y: y.astype(bool)}


@pytest.mark.parametrize("form", TARGETS)
@pytest.mark.parametrize("loss", ["categorical_crossentropy", "binary_crossentropy", "mse"])
def test_forms_of_one_hot(twins, data, same_history, form, loss):
    pair = twins(network(loss, activation="sigmoid" if loss == "binary_crossentropy" else "softmax"))
    same_history(*pair.fit(data.x, TARGETS[form](data.one_hot), epochs=2))
    pair.assert_same_weights()


def test_the_data_is_only_read(keras, data):
    x, y = data.x.copy(), data.labels.copy()
    model = network()(keras)
    model.fit(x, y, epochs=2, validation_split=0.2, verbose=0)
    model.evaluate(x, y, verbose=0)
    model.predict(x, verbose=0)
    np.testing.assert_array_equal(x, data.x)
    np.testing.assert_array_equal(y, data.labels)


def test_real_images(shared_data, twins, same_history):
    """The lecture's network on 1,000 images of bytes: the same loss, batch order and weights as Keras."""
    with np.load(shared_data / "mnist.npz") as arrays:
        x, y = arrays["x_train"][:1000], arrays["y_train"][:1000]

    def build(keras):
        layers = [keras.layers.Flatten(), keras.layers.Dense(20, "sigmoid"), keras.layers.Dense(10, "softmax")]
        model = keras.Sequential([keras.Input((28, 28)), *layers])
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    pair = twins(build)
    same_history(*pair.fit(x / np.float32(255), y, epochs=6))
    pair.assert_same_weights(atol=5e-5)
    ours, theirs = pair.predict(x / np.float32(255))
    assert (ours.argmax(1) == theirs.argmax(1)).mean() > 0.999
