"""Files with classes and functions of one's own, and the errors that a student meets: alike on both sides."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("h5py", reason="about files of models")

RANDOM = np.random.default_rng(6)
X = RANDOM.random((24, 4), dtype="float32")
Y = RANDOM.random((24, 2), dtype="float32")


def test_unknown_classes(either, tmp_path):
    class Twice(either.layers.Layer):
        def call(self, x):
            return 2 * x

    keras = either
    keras.Sequential([keras.Input((4,)), Twice()]).save(tmp_path / "m.keras")
    with pytest.raises(TypeError, match="Could not locate class 'Twice'"):
        keras.models.load_model(tmp_path / "m.keras")
    found = keras.models.load_model(tmp_path / "m.keras", custom_objects={"Twice": Twice})
    np.testing.assert_array_equal(found.predict(X, verbose=0), 2 * X)
    with keras.saving.custom_object_scope({"Twice": Twice}):
        keras.models.load_model(tmp_path / "m.keras")


def test_what_pynn_leaves_out(keras, real_keras, tmp_path):
    """A file with layers of Keras's that are not here says so, and not that they are the user's own."""
    layers = real_keras.layers
    real_keras.Sequential([real_keras.Input((8, 8, 1)), layers.Conv2D(2, 3), layers.Flatten()]).save(
        tmp_path / "m.keras"
    )
    with pytest.raises(TypeError, match=r"keras\.layers\.Conv2D is not in pynn: convolution and pooling are left out"):
        keras.models.load_model(tmp_path / "m.keras")


@pytest.fixture(params=["ours", "theirs"])
def either(request, keras, real_keras):
    return keras if request.param == "ours" else real_keras


def test_errors(either, tmp_path):
    """Those that a student meets: the same classes and key phrases on both ends."""
    keras = either
    layers = keras.layers

    def model(units=3):
        return keras.Sequential([keras.Input((4,)), layers.Dense(units, name="hidden"), layers.Dense(2)])

    path = tmp_path / "m.weights.h5"
    model().save_weights(path)
    for error, words, mistake in (
        (ValueError, "File not found: filepath=.*m.keras", lambda: keras.models.load_model(tmp_path / "m.keras")),
        (ValueError, "File format not supported: filepath=.*m.txt", lambda: keras.models.load_model("m.txt")),
        (ValueError, "Invalid filepath extension for saving", lambda: model().save(tmp_path / "m")),
        (ValueError, "must end in `.weights.h5`", lambda: model().save_weights(tmp_path / "m")),
        (FileNotFoundError, "o such file", lambda: model().load_weights(tmp_path / "none.weights.h5")),
        (ValueError, "hidden[^$]*(4, 3)", lambda: model(5).load_weights(path)),
        (ValueError, "not yet been built", lambda: keras.Sequential([layers.Dense(2)]).load_weights(path)),
        (ValueError, "not yet been built", lambda: keras.Sequential([layers.Dense(2)]).save_weights(path)),
        (ValueError, "not supported: ..wrong", lambda: model().save(tmp_path / "m.keras", wrong=1)),
    ):
        with pytest.raises(error, match=words):
            mistake()
    other = model(5)
    before = other.get_weights()
    with pytest.warns(UserWarning, match="could not be loaded"):
        other.load_weights(path, skip_mismatch=True)
    np.testing.assert_array_equal(before[0], other.get_weights()[0])
    with pytest.warns(UserWarning, match="has not yet been built"):
        keras.Sequential([layers.Dense(2)]).save(tmp_path / "unbuilt.keras")


@pytest.mark.parametrize("way", ["to keras", "from keras", "among us"])
def test_functions_of_ones_own(way, keras, real_keras, tmp_path):
    """A loss and a metric that are functions: found by name, unknown otherwise; or not compiled at all."""
    source, target = {"to keras": (keras, real_keras), "from keras": (real_keras, keras), "among us": (keras, keras)}[
        way
    ]

    def my_loss(y_true, y_pred):
        return source.ops.mean(source.ops.abs(y_true - y_pred) ** 3, axis=-1)

    model = source.Sequential([source.Input((4,)), source.layers.Dense(2)])
    model.compile("sgd", my_loss, metrics=[my_loss])
    model.fit(X, Y, verbose=0)
    model.save(tmp_path / "m.keras")
    with pytest.raises(TypeError, match="Could not locate function 'my_loss'"):
        target.models.load_model(tmp_path / "m.keras")
    assert not target.models.load_model(tmp_path / "m.keras", compile=False).compiled

    def theirs(y_true, y_pred):
        return target.ops.mean(target.ops.abs(y_true - y_pred) ** 3, axis=-1)

    found = target.models.load_model(tmp_path / "m.keras", custom_objects={"my_loss": theirs})
    for a, b in zip(model.evaluate(X, Y, verbose=0), found.evaluate(X, Y, verbose=0), strict=True):
        assert a == pytest.approx(b, rel=1e-5)


def test_a_compile_of_ones_own(either, tmp_path):
    """Nobody knows its arguments: a warning, as in Keras."""
    keras = either

    class Net(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.dense = keras.layers.Dense(2)

        def compile(self, speed):
            super().compile(keras.optimizers.SGD(speed), "mse")

        def call(self, x):
            return self.dense(x)

    model = Net()
    model.compile(0.1)
    model.fit(X, Y, verbose=0)
    model.save(tmp_path / "m.keras")
    with pytest.warns(UserWarning, match=r"`compile\(\)` was not called as part of model loading"):
        found = keras.models.load_model(tmp_path / "m.keras", custom_objects={"Net": Net})
    np.testing.assert_allclose(model.predict(X, verbose=0), found.predict(X, verbose=0), rtol=1e-6, atol=1e-6)
