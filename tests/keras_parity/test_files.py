"""Files of models: what pynn writes, Keras reads and trains on, and the other way round."""

from __future__ import annotations

import json
import zipfile

import numpy as np
import pytest

h5py = pytest.importorskip("h5py", reason="about files of models")

RANDOM = np.random.default_rng(6)
X = RANDOM.random((24, 4), dtype="float32")
Y = RANDOM.random((24, 2), dtype="float32")


def chain(keras):
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((4,)), layers.Normalization(), layers.Dense(3, use_bias=False), layers.BatchNormalization()]
    )
    model.add(layers.Dropout(0.0))
    model.add(layers.Dense(2, "relu", kernel_regularizer="l2", kernel_constraint=keras.constraints.MaxNorm(1.0)))
    model.compile("adam", "mse", metrics=["mae", keras.metrics.RootMeanSquaredError()])
    model.layers[0].adapt(X)
    return model, X, Y


def graph(keras):
    layers, x = keras.layers, keras.Input((4,))
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(4, "tanh"), layers.Dropout(0.0)], name="inner")
    y = inner(layers.Dense(4, "tanh")(inner(x))) + x
    model = keras.Model(x, [layers.Dense(2, name="a")(y), layers.Dense(1, name="b")(y)])
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    metrics = [["mae"], ["mse", keras.metrics.R2Score()]]
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), ["mse", "mae"], loss_weights=[1.0, 0.5], metrics=metrics)
    return model, X, [Y, Y[:, :1]]


def words(keras):
    layers = keras.layers
    model = keras.Sequential([keras.Input((4,), dtype="int32"), layers.Embedding(10, 3), layers.Flatten()])
    model.add(layers.Dense(2, "softmax"))
    model.compile(keras.optimizers.RMSprop(momentum=0.5, centered=True), keras.losses.CategoricalCrossentropy())
    return model, (X * 9).astype("int32"), np.eye(2, dtype="float32")[(Y[:, 0] > 0.5).astype(int)]


def averages(keras):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.PReLU(), keras.layers.Dense(2)])
    model.compile(keras.optimizers.AdamW(0.01, amsgrad=True), "huber")
    return model, X, Y


def subclassed(keras):
    layers = keras.layers

    @keras.saving.register_keras_serializable("course")
    class Block(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.after, self.before = layers.Dense(units), layers.Dense(units, "tanh")
            self.scale = self.add_weight(shape=(), initializer="ones", name="scale")

        def build(self, shape):
            self.before.build(shape)
            self.after.build((None, self.units))

        def call(self, x):
            return self.after(self.before(x)) * self.scale

        def get_config(self):
            return super().get_config() | {"units": self.units}

    @keras.saving.register_keras_serializable("course")
    class Net(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.zeta = layers.Dense(2)
            self.blocks = [Block(3), Block(4)]
            self.named = {"b": layers.Dense(4), "a": [layers.Dense(4), layers.Dropout(0.0)]}
            self._hidden = layers.Dense(4)

        def call(self, x):
            for block in self.blocks:
                x = block(x)
            x = self.named["b"](x) + self.named["a"][0](x) + self._hidden(x)
            return self.zeta(self.named["a"][1](x))

    model = Net()
    model.compile(keras.optimizers.Nadam(0.01), "mse")
    model(X)
    return model, X, Y


PROGRAMS = [chain, graph, words, averages, subclassed]
ways = pytest.mark.parametrize("way", ["to keras", "from keras", "among us"])


@pytest.fixture
def ends(way, keras, real_keras):
    return {"to keras": (keras, real_keras), "from keras": (real_keras, keras), "among us": (keras, keras)}[way]


def trained(program, keras):
    keras.utils.clear_session()
    model, x, y = program(keras)
    model.fit(x, y, batch_size=8, epochs=2, verbose=0, shuffle=False)
    return model, x, y


def assert_alike(one, other, x, **tolerance):
    tolerance = tolerance or {"rtol": 1e-6, "atol": 1e-6}
    predicted = [model.predict(x, verbose=0) for model in (one, other)]
    for a, b in zip(*[p if isinstance(p, list) else [p] for p in predicted], strict=True):
        np.testing.assert_allclose(a, b, **tolerance)


def assert_go_on_alike(one, other, x, y):
    assert len(one.optimizer.variables) == len(other.optimizer.variables)
    for a, b in zip(one.optimizer.variables, other.optimizer.variables, strict=True):
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b))
    histories = [model.fit(x, y, batch_size=8, epochs=3, verbose=0, shuffle=False).history for model in (one, other)]
    assert histories[0].keys() == histories[1].keys()
    for name in histories[0]:
        np.testing.assert_allclose(histories[0][name], histories[1][name], rtol=1e-4, atol=1e-6, err_msg=name)
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


@ways
@pytest.mark.parametrize("program", PROGRAMS)
def test_whole_models(program, ends, tmp_path):
    """Predictions agree, the optimizer's state is there, and training goes on with the same numbers."""
    source, target = ends
    model, x, y = trained(program, source)
    if program is subclassed:
        program(target)  # registers its classes
    model.save(tmp_path / "m.keras")
    found = target.saving.load_model(tmp_path / "m.keras")
    assert_alike(model, found, x)
    assert_go_on_alike(model, found, x, y)


@ways
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("name", ["m.weights.h5", "m.keras"])
def test_weights(program, ends, name, tmp_path):
    source, target = ends
    model, x, y = trained(program, source)
    model.save(tmp_path / name) if name == "m.keras" else model.save_weights(tmp_path / name)
    target.utils.clear_session()
    found, *_ = program(target)
    found.optimizer.build(found.trainable_variables)
    found.load_weights(tmp_path / name)
    assert_alike(model, found, x)
    assert_go_on_alike(model, found, x, y)


@ways
@pytest.mark.parametrize("program", PROGRAMS[:4])
def test_files_of_keras_2(program, ends, tmp_path, real_keras):
    """Whole models and weights in `.h5`; Keras itself cannot compile all of them again."""
    source, target = ends
    model, x, y = trained(program, source)
    model.save(tmp_path / "m.h5")
    found = target.models.load_model(tmp_path / "m.h5", compile=False)
    assert_alike(model, found, x)
    fresh, *_ = program(target)
    fresh.load_weights(tmp_path / "m.h5")
    assert_alike(model, fresh, x)
    if target is not real_keras:
        assert_go_on_alike(model, target.models.load_model(tmp_path / "m.h5"), x, y)


@pytest.mark.parametrize(("program", "file"), [(chain, "torch_adam"), (averages, "torch_adamw")])
def test_files_of_keras_on_pytorch(program, file, keras, real_keras, tmp_path):
    """There an optimizer is written as a class of Keras's own sources: what it is called is enough."""
    model, x, y = trained(program, real_keras)
    model.save(tmp_path / "jax.keras")
    with zipfile.ZipFile(tmp_path / "jax.keras") as read, zipfile.ZipFile(tmp_path / "m.keras", "w") as written:
        for name in read.namelist():
            text = read.read(name)
            if name == "config.json":
                config = json.loads(text)
                config["compile_config"]["optimizer"]["module"] = f"keras.src.backend.torch.optimizers.{file}"
                text = json.dumps(config).encode()
            written.writestr(name, text)
    found = keras.models.load_model(tmp_path / "m.keras")
    assert_alike(model, found, x)
    assert_go_on_alike(model, found, x, y)


@pytest.mark.parametrize("program", PROGRAMS)
def test_same_groups_as_keras(program, on_both, tmp_path):
    """The same entries, the same configuration, the same arrays at the same paths."""
    paths, configs = [], []
    for number, (model, *_) in enumerate(on_both(program)):
        model.save(tmp_path / f"{number}.keras")
        with zipfile.ZipFile(tmp_path / f"{number}.keras") as archive:
            assert archive.testzip() is None
            assert archive.namelist()[:3] == ["metadata.json", "config.json", "model.weights.h5"]
            assert all(entry.compress_type == zipfile.ZIP_STORED for entry in archive.infolist())
            configs.append(json.loads(archive.read("config.json")))
            with archive.open("model.weights.h5") as entry, h5py.File(entry, "r") as file:
                found = {}
                file.visititems(lambda path, thing, found=found: found.update({path: describe(thing)}))
                paths.append({path: what for path, what in found.items() if "seed_generator" not in path})
    assert paths[0] == paths[1]
    assert without_automatic(configs[0]) == without_automatic(configs[1])


def describe(thing):
    return (thing.shape, thing.dtype.str) if isinstance(thing, h5py.Dataset) else thing.attrs.get("name")


def without_automatic(value):
    """Without Keras's numbers of its shared dtype policies, and where the test's own classes stand."""
    if isinstance(value, dict):
        return {k: without_automatic(v) for k, v in value.items() if k not in ("shared_object_id", "build_config")}
    return [without_automatic(part) for part in value] if isinstance(value, list) else value


def test_layers_in_several_models(keras, tmp_path):
    """Keras 3.15 itself cannot read such a file."""
    layers = keras.layers
    both = layers.Dense(4, name="both")
    one = keras.Sequential([keras.Input((4,)), both])
    two = keras.Sequential([keras.Input((4,)), both, layers.Dense(4)])
    x = keras.Input((4,))
    model = keras.Model(x, layers.Dense(2)(one(x) + two(x)))
    model.compile("adam", "mse")
    model.fit(X, Y, verbose=0)
    try:
        model.save(tmp_path / "m.keras")
        found = keras.models.load_model(tmp_path / "m.keras")
    except ValueError:
        pytest.skip("Keras 3.15")
    assert len(found.weights) == len(model.weights) == 6
    assert_alike(model, found, X)
