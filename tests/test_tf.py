"""`pynn.tf`: TensorFlow's names, arguments and types; the values are NumPy's or written out."""

from __future__ import annotations

import io
import logging
import re

import numpy as np
import pytest

pytest.importorskip("pynn", reason="about pynn.tf")

from pynn import keras, namespaces, omissions, tf

X = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]], np.float32)


def same(found, expected, dtype=None, rtol=1e-6):
    np.testing.assert_allclose(np.asarray(found), expected, rtol=rtol, atol=1e-7)
    assert dtype is None or np.asarray(found).dtype == dtype


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (1.5, "float32"),
        ([1, 2], "int32"),
        (True, "bool"),
        (np.ones(2), "float64"),
        ([[1.0]], "float32"),
        ("a", "object"),
    ],
)
def test_types_of_constants(value, dtype):
    assert np.asarray(tf.constant(value)).dtype == dtype
    assert np.asarray(tf.convert_to_tensor(value)).dtype == dtype


def test_constants():
    same(tf.constant([1, 2, 3, 4], shape=(2, 2), dtype=tf.float64, name="c"), [[1, 2], [3, 4]], "float64")
    same(tf.constant(7, shape=[3]), [7, 7, 7], "int32")
    assert isinstance(tf.constant(1.0), tf.Tensor)
    assert isinstance(tf.constant(1.0).numpy(), np.float32)
    same(tf.convert_to_tensor([tf.constant(1.0), 2.0]), [1, 2], "float32")
    same(tf.cast([1.7, -1.2], dtype=tf.int32), [1, -1], "int32")
    same(tf.complex(1.0, 2.0), 1 + 2j, "complex64")


def test_dtypes():
    assert tf.float32 == np.float32 == tf.constant(1.0).dtype
    assert tf.constant(1.0).dtype == tf.float32 != tf.float64
    assert repr(tf.int64) == "tf.int64"
    assert str(tf.bool) == "<dtype: 'bool'>"
    assert tf.as_dtype("float32") is tf.float32
    assert tf.string.name == "string"
    assert tf.float32.max > 3e38
    with pytest.raises(TypeError, match="Cannot convert"):
        tf.as_dtype("no such type")


def test_a_tape_follows():
    x, w = tf.constant(X), tf.Variable([[1.0], [2.0], [0.5]])
    b = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(tf.matmul(x, w) + b))
    dw, db = tape.gradient(loss, [w, b])
    y = X @ w.numpy()
    same(dw, X.T @ y)  # 2/n Σ x y, n = 2
    same(db, y.sum())
    assert w.assign_sub(0.1 * dw) is w
    same(w, np.array([[1.0], [2.0], [0.5]]) - 0.1 * (X.T @ y), "float32")


def test_variables():
    v = tf.Variable(3, dtype=tf.float32, name="v")
    assert v.assign_add(1.0).numpy() == 4
    assert v.read_value() == 4
    assert tf.is_tensor(v)
    assert not tf.Variable(1.0, trainable=False).trainable
    with pytest.raises(ValueError, match="initial_value"):
        tf.Variable()


def test_random():
    tf.random.set_seed(3)
    first = tf.random.normal(shape=(1000,), mean=1.0, stddev=2.0), tf.random.uniform((1000,), minval=2, maxval=5)
    tf.random.set_seed(3)
    again = tf.random.normal(shape=(1000,), mean=1.0, stddev=2.0), tf.random.uniform((1000,), minval=2, maxval=5)
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert abs(float(first[0].numpy().mean()) - 1) < 0.25
    assert abs(float(first[0].numpy().std()) - 2) < 0.25
    assert float(first[1].numpy().min()) >= 2
    assert float(first[1].numpy().max()) < 5
    assert sorted(tf.random.shuffle([3, 1, 2]).numpy()) == [1, 2, 3]
    assert tf.random.uniform([5], maxval=3, dtype=tf.int32).dtype == tf.int32
    assert abs(tf.random.truncated_normal([500]).numpy()).max() <= 2
    generator = tf.random.Generator.from_seed(1)
    np.testing.assert_array_equal(generator.normal([4]), tf.random.Generator.from_seed(1).normal([4]))
    assert tf.random.get_global_generator().uniform([2], maxval=4, dtype=tf.int64).dtype == tf.int64


def test_seeds_of_models():

    def kernel():
        tf.random.set_seed(11)
        layer = keras.layers.Dense(3)
        layer.build((None, 2))
        return layer.get_weights()[0]

    np.testing.assert_array_equal(kernel(), kernel())


def test_execution(capsys):
    @tf.function
    def double(x):
        return 2 * x

    @tf.function(jit_compile=True, input_signature=[tf.TensorSpec([None], tf.float32)])
    def half(x):
        return x / 2

    assert double(2) == 4
    assert half(3.0) == 1.5
    assert tf.executing_eagerly()
    with tf.name_scope("block"), tf.device("/CPU:0"):
        assert tf.cond(True, lambda: 1, lambda: 2) == 1
    with pytest.raises(ValueError, match="pynn runs on the processor"), tf.device("/GPU:0"):
        pass
    tf.print("x =", tf.constant([1.0, 2.0]), 3, output_stream=(text := io.StringIO()))
    assert text.getvalue() == "x = [1 2] 3\n"
    tf.print("loss:", tf.constant(0.5))
    assert capsys.readouterr().err == "loss: 0.5\n"
    assert tf.while_loop(lambda i: i < 5, lambda i: i + 1, [0]) == [5]
    with pytest.raises(TypeError, match="unknown arguments"):
        tf.function(double, no_such=1)
    same(tf.numpy_function(np.sort, [[2.0, 1.0]], tf.float32), [1, 2], "float32")


def test_this_machine():
    assert tf.config.list_physical_devices("GPU") == tf.config.experimental.list_physical_devices("GPU") == []
    (cpu,) = tf.config.list_physical_devices("CPU")
    assert (cpu.device_type, cpu.name) == ("CPU", "/physical_device:CPU:0")
    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
    tf.config.set_visible_devices([], "GPU")
    assert not tf.test.is_gpu_available()
    assert not tf.test.is_built_with_cuda()
    assert tf.test.gpu_device_name() == ""
    assert isinstance(tf.get_logger(), logging.Logger)
    tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)
    assert tf.get_logger().level == logging.ERROR
    assert tf.__version__ == tf.version.VERSION
    assert re.fullmatch(r"2\.\d+\.\d+", tf.__version__)


def test_keras_stands_here_too():
    assert tf.keras is keras
    assert tf.optimizers is keras.optimizers
    assert tf.losses is keras.losses
    assert tf.metrics is keras.metrics
    assert tf.initializers is keras.initializers
    same(tf.metrics.mean_squared_error(y_true=[1.0, 2.0], y_pred=[1.0, 4.0]), 2)


def test_data():
    data = tf.data.Dataset.from_tensor_slices((X, [0, 1])).shuffle(2, seed=1).batch(1).prefetch(tf.data.AUTOTUNE)
    assert sorted(int(y[0]) for _, y in data) == [0, 1]
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    assert len(model.fit(data, verbose=0).history["loss"]) == 1


def test_functions_of_symbolic_tensors():
    x = keras.Input((3,))
    total = tf.reduce_sum(x, axis=1, keepdims=True)
    y = tf.nn.relu(tf.concat([x, total], axis=1)) * 2.0 + tf.stack([x[:, 0]] * 4, axis=1)
    expected = 2 * np.maximum(np.concatenate([X, X.sum(1, keepdims=True)], axis=1), 0) + X[:, :1]
    same(keras.Model(x, y).predict(X, verbose=0), expected, "float32")


def test_debugging():
    tf.debugging.assert_equal([1], [1])
    with pytest.raises(tf.errors.InvalidArgumentError, match="sizes: condition x less y did not hold"):
        tf.debugging.assert_less(2, 1, message="sizes")
    with pytest.raises(ValueError, match="NaN or Inf"):
        tf.debugging.check_numerics([np.nan], "loss")


@pytest.mark.parametrize("old", ["log", "VERSION", "set_random_seed", "random_normal", "div"])
def test_names_of_tensorflow_1(old):
    from pynn import legacy

    legacy.reset()
    with pytest.warns(FutureWarning, match=rf"tf\.{old}: an older spelling\. Today: tf\."):
        assert getattr(tf, old) is not None


def test_arguments_of_tensorflow_1():
    from pynn import legacy

    legacy.reset()
    with pytest.warns(FutureWarning, match=r"reduce_sum\(reduction_indices=…\).*reduce_sum\(axis=…\)"):
        same(tf.reduce_sum(X, reduction_indices=[1]), X.sum(1))


@pytest.mark.parametrize(
    ("namespace", "name", "reason"),
    [
        (tf, "Session", "sessions, placeholders"),
        (tf, "placeholder", "sessions, placeholders"),
        (tf.compat.v1, "Session", "sessions, placeholders"),
        (tf.nn, "conv2d", "convolution"),
        (tf, "image", "image processing"),
        (tf, "io", "files"),
    ],
)
def test_what_is_absent_says_why(namespace, name, reason):
    with pytest.raises(AttributeError, match=rf"tf\.(.*){name} is not in pynn: .*{reason}.* Nearest: "):
        getattr(namespace, name)


def test_nothing_is_both_there_and_left_out():
    for path, module in namespaces.tree(tf, "tf"):
        names = [n for n in vars(module) if n[0] != "_" and n in getattr(module, "__all__", ())]
        assert [n for n in names if omissions.omission_of(path, n)] == [], path
