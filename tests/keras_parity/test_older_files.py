"""Files as Keras 2 wrote them, put together by hand: pynn and Keras 3 read them alike, the optimizer's state, too."""

from __future__ import annotations

import json
import zipfile

import numpy as np
import pytest

h5py = pytest.importorskip("h5py", reason="about files of models")

RANDOM = np.random.default_rng(7)
X = RANDOM.random((6, 4), dtype="float32")
ZEROS, ONES, GLOROT = ({"class_name": name, "config": {}} for name in ("Zeros", "Ones", "GlorotUniform"))
PLAIN = {"trainable": True, "dtype": "float32"}
KERNEL_AND_BIAS = {"kernel": (4, 3), "bias": (3,)}


def layer(class_name, name, *inputs, **config):
    calls = [[[source, 0, 0, {}] for source in inputs]] if inputs else []
    return {"class_name": class_name, "config": {"name": name, **config}, "name": name, "inbound_nodes": calls}


def dense(name, units, *inputs, activation="linear", **config):
    penalty = {"class_name": "L2", "config": {"l2": 0.01}}
    config |= {"units": units, "activation": activation, "use_bias": True, "kernel_regularizer": penalty} | PLAIN
    config |= {"kernel_initializer": GLOROT, "bias_initializer": ZEROS, "bias_regularizer": None}
    return layer("Dense", name, *inputs, **config | {"kernel_constraint": None, "bias_constraint": None})


def first(name):
    return layer("InputLayer", name, batch_input_shape=[None, 4], dtype="float32", sparse=False, ragged=False)


NORM = {"axis": [1], "momentum": 0.99, "epsilon": 0.001, "center": True, "scale": True} | PLAIN
NORM |= {"beta_initializer": ZEROS, "gamma_initializer": ONES, "moving_mean_initializer": ZEROS}
NORM |= {"moving_variance_initializer": ONES, "beta_regularizer": None, "gamma_regularizer": None}
CHAIN = [
    dense("dense", 3, activation="relu", batch_input_shape=[None, 4]),
    layer("Dropout", "dropout", rate=0.2, noise_shape=None, seed=None, **PLAIN),
    layer("BatchNormalization", "norm", **NORM),
    layer("LeakyReLU", "leaky", alpha=0.1, **PLAIN),
    dense("dense_1", 2, activation="softmax"),
]
GRAPH = [
    first("input_1"),
    dense("dense", 3, "input_1", activation="relu"),
    dense("dense_1", 3, "input_1"),
    layer("Add", "add", "dense", "dense_1", **PLAIN),
    layer("Concatenate", "both", "add", "dense", axis=-1, **PLAIN),
    dense("dense_2", 2, "both", activation="softmax"),
]
MODELS = {
    "chain": (
        {"class_name": "Sequential", "config": {"name": "sequential", "layers": [first("input_1"), *CHAIN]}},
        {
            "dense": KERNEL_AND_BIAS,
            "dropout": {},
            "norm": dict.fromkeys(["gamma", "beta", "moving_mean", "moving_variance"], (3,)),
            "leaky": {},
            "dense_1": {"kernel": (3, 2), "bias": (2,)},
        },
    ),
    "chain of Keras 1": (
        {"class_name": "Sequential", "config": CHAIN},
        {"dense": KERNEL_AND_BIAS, "norm": dict.fromkeys(["gamma", "beta", "moving_mean", "moving_variance"], (3,))}
        | {"dense_1": {"kernel": (3, 2), "bias": (2,)}},
    ),
    "graph": (
        {
            "class_name": "Functional",
            "config": {
                "name": "model",
                "layers": GRAPH,
                "input_layers": [["input_1", 0, 0]],
                "output_layers": [["dense_2", 0, 0]],
            },
        },
        {"input_1": {}, "dense": KERNEL_AND_BIAS, "dense_1": KERNEL_AND_BIAS, "add": {}, "both": {}}
        | {"dense_2": {"kernel": (6, 2), "bias": (2,)}},
    ),
}
ACCURACY = {"name": "accuracy", "dtype": "float32", "fn": "categorical_accuracy"}
ADAM = {"learning_rate": 0.002, "decay": 0.0, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-07, "amsgrad": False}
TRAINING = {
    "loss": "categorical_crossentropy",
    "metrics": [[{"class_name": "MeanMetricWrapper", "config": ACCURACY}]],
    "weighted_metrics": None,
    "loss_weights": None,
    "optimizer_config": {"class_name": "Adam", "config": {"name": "Adam"} | ADAM},
}


def names_of(group, key, names):
    group.attrs[key] = np.array([name.encode() for name in names])


def write(path, config, shapes, new=False):
    """A file of Keras 2.9's optimizers, or of 2.11's, which go through the weights and not through the slots."""
    weights = {f"{name}/{kind}:0": shape for name, kinds in shapes.items() for kind, shape in kinds.items()}
    trained = {name[:-2]: shape for name, shape in weights.items() if "moving" not in name}
    if new:
        slots = {f"Adam/{s}/{name.replace('/', '_')}:0": shape for name, shape in trained.items() for s in "mv"}
    else:
        slots = {f"Adam/{name}/{s}:0": shape for s in "mv" for name, shape in trained.items()}
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"], file.attrs["backend"] = "2.9.0", "tensorflow"
        file.attrs["model_config"], file.attrs["training_config"] = json.dumps(config), json.dumps(TRAINING)
        inner = file.create_group("model_weights")
        names_of(inner, "layer_names", shapes)
        for name, kinds in shapes.items():
            names_of(inner.create_group(name), "weight_names", [f"{name}/{kind}:0" for kind in kinds])
            for kind, shape in kinds.items():
                inner[name][f"{name}/{kind}:0"] = RANDOM.random(shape, dtype="float32")
        state = file.create_group("optimizer_weights")
        names_of(state, "weight_names", ["Adam/iter:0", *slots])
        state["Adam/iter:0"] = np.int64(7)
        for number, (name, shape) in enumerate(slots.items()):
            slot = number % 2 if new else number // len(trained)
            state[name] = np.full(shape, [0.5, 0.25][slot], "float32")


@pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`", "ignore:Argument `alpha`")
@pytest.mark.parametrize("new", [False, True])
@pytest.mark.parametrize("name", MODELS)
def test_whole_models(name, new, keras, real_keras, tmp_path):
    path = tmp_path / "m.h5"
    write(path, *MODELS[name], new)
    model = keras.models.load_model(path)
    if name != "chain of Keras 1":
        theirs = real_keras.models.load_model(path, compile=False)
        np.testing.assert_allclose(model.predict(X, verbose=0), theirs.predict(X, verbose=0), rtol=1e-5, atol=1e-6)
    if keras is real_keras:
        return
    iterations, rate, *slots = model.optimizer.variables
    assert int(iterations) == 7
    assert float(rate) == np.float32(0.002)
    assert [float(np.mean(v.numpy())) for v in slots] == [0.5, 0.25] * (len(slots) // 2)
    assert set(model.fit(X, np.eye(2)[[0, 1] * 3], verbose=0).history) == {"loss", "accuracy"}


def test_weights_by_name(keras, real_keras, tmp_path):
    write(tmp_path / "m.h5", *MODELS["chain"])
    found = []
    for side in (keras, real_keras):
        layers = side.layers
        model = side.Sequential([side.Input((4,)), layers.Dense(3, name="dense"), layers.Dense(2, name="new")])
        model.set_weights([np.zeros_like(w) for w in model.get_weights()])
        model.load_weights(tmp_path / "m.h5", by_name=True)
        found.append(model.get_weights())
        with pytest.raises(ValueError, match="Layer count mismatch"):
            model.load_weights(tmp_path / "m.h5")
        other = side.Sequential([side.Input((4,)), layers.Dense(5, name="dense")])
        with pytest.raises(ValueError, match=r"Shape mismatch in layer #0 \(named dense"):
            other.load_weights(tmp_path / "m.h5", by_name=True)
        with pytest.warns(UserWarning, match="Skipping"):
            other.load_weights(tmp_path / "m.h5", by_name=True, skip_mismatch=True)
    for one, two in zip(*found, strict=True):
        np.testing.assert_array_equal(one, two)
    assert found[0][0].all()
    assert not found[0][2].any()


def test_older_archives(keras, is_oracle, tmp_path):
    """TensorFlow 2.13 wrote `.keras` files with Keras 2's configurations and other paths."""
    if is_oracle:
        pytest.skip("what Keras 3 makes of them is its own affair")
    config, shapes = MODELS["graph"]
    with h5py.File(tmp_path / "w.h5", "w") as file:
        for number, kinds in enumerate(kinds for kinds in shapes.values() if kinds):
            name = f"dense_{number}" if number else "dense"
            for key, shape in enumerate(kinds.values()):
                file[f"_layer_checkpoint_dependencies/{name}/vars/{key}"] = np.full(shape, number + 1, "float32")
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        archive.writestr("metadata.json", '{"keras_version": "2.13.1"}')
        archive.writestr("config.json", json.dumps({"module": "keras", "registered_name": "Functional"} | config))
        archive.write(tmp_path / "w.h5", "model.weights.h5")
    model = keras.models.load_model(tmp_path / "m.keras")
    assert [w.flat[0] for w in model.get_weights()] == [1, 1, 2, 2, 3, 3]
