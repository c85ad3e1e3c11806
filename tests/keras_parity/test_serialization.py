"""serialize_keras_object and back, registered names and scopes: what real Keras writes, key for key."""

from __future__ import annotations

import json

import numpy as np
import pytest

VALUES = {
    "None": None,
    "int": 3,
    "bool": True,
    "float": 0.5,
    "text": "relu",
    "bytes": b"abc",
    "tuple": (1, (2, "a")),
    "list": [1, [2.5, None]],
    "dict": {"a": (1,), "b": [2]},
    "float32": np.float32(1.5),
    "int64": np.int64(3),
    "NumPy's True": np.bool_(True),
    "array": np.arange(6, dtype="int32").reshape(2, 3),
    "array of one": np.array([1.5], "float32"),
    "array without axes": np.array(2.0),
    "slice": slice(1, None, 2),
    "ellipsis": Ellipsis,
    "type": np.float32,
}

OBJECTS = {
    "initializer": lambda k: k.initializers.Constant(3.0),
    "layer": lambda k: k.layers.Dense(3, "tanh", name="d"),
    "flatten": lambda k: k.layers.Flatten(name="f"),
    "loss": lambda k: k.losses.CategoricalCrossentropy(label_smoothing=0.1),
    "optimizer": lambda k: k.optimizers.SGD(0.5, momentum=0.9),
    "metric": lambda k: k.metrics.BinaryAccuracy(threshold=0.25),
    "activation": lambda k: k.activations.relu,
    "loss function": lambda k: k.losses.mean_squared_error,
    "seeds": lambda k: k.random.SeedGenerator(3, name="s"),
    "nested": lambda k: {"a": [k.initializers.Zeros()], "b": (k.activations.tanh, np.float32(2))},
}


@pytest.mark.parametrize("name", VALUES)
def test_values(sides, name):
    ours, theirs = (side.saving.serialize_keras_object(VALUES[name]) for side in sides)
    assert ours == theirs
    assert type(ours) is type(theirs)
    if name != "type":
        made = [side.saving.deserialize_keras_object(ours) for side in sides]
        np.testing.assert_equal(made[0], made[1])
        assert type(made[0]) is type(made[1])


@pytest.mark.parametrize("name", OBJECTS)
def test_objects(on_both, sides, name):
    """The same dictionary, and each side makes the same of the other's, through JSON as files do."""
    written = on_both(lambda keras: keras.saving.serialize_keras_object(OBJECTS[name](keras)))
    assert written[0] == written[1]
    for side, config in zip(sides, reversed(written), strict=True):
        made = side.saving.deserialize_keras_object(json.loads(json.dumps(config)))
        again = side.saving.serialize_keras_object(made)
        assert json.dumps(again) == json.dumps(config)


def spring(keras):
    class Spring:
        def __init__(self, stiffness=1.0):
            self.stiffness = stiffness

        def get_config(self):
            return {"stiffness": self.stiffness}

        @classmethod
        def from_config(cls, config):
            return cls(**config)

    return Spring


def test_registered_class(sides):
    for keras in sides:
        cls = keras.saving.register_keras_serializable("physics", "spring")(spring(keras))
        try:
            config = keras.saving.serialize_keras_object(cls(3.0))
            assert config == {
                "module": spring.__module__,
                "class_name": "Spring",
                "config": {"stiffness": 3.0},
                "registered_name": "physics>spring",
            }
            assert keras.saving.deserialize_keras_object(config).stiffness == 3.0
            assert keras.saving.get_registered_name(cls) == "physics>spring"
            assert keras.saving.get_registered_object("physics>spring") is cls
            assert keras.saving.get_custom_objects()["physics>spring"] is cls
        finally:
            del keras.saving.get_custom_objects()["physics>spring"]


def test_registered_function(sides):
    for keras in sides:

        @keras.saving.register_keras_serializable()
        def cube(x):
            return x**3

        config = keras.saving.serialize_keras_object(cube)
        del keras.saving.get_custom_objects()["Custom>cube"]
        assert config == {
            "module": "builtins",
            "class_name": "function",
            "config": "Custom>cube",
            "registered_name": "function",
        }


def test_scopes(sides):
    for keras in sides:
        cls = spring(keras)
        config = {"module": None, "class_name": "Spring", "config": {"stiffness": 2.0}, "registered_name": "Spring"}
        with keras.saving.custom_object_scope({"Spring": cls}):
            assert keras.saving.deserialize_keras_object(config).stiffness == 2.0
            assert keras.saving.get_registered_object("Spring") is cls
        assert keras.saving.deserialize_keras_object(config, custom_objects={"Spring": cls}).stiffness == 2.0
        with pytest.raises(TypeError, match=r"Could not locate class 'Spring'.*register_keras_serializable"):
            keras.saving.deserialize_keras_object(config)


def test_lambda(sides):
    """Keras reads our lambdas and we its, and neither does unless asked."""
    written = []
    for keras in sides:
        with pytest.warns(UserWarning, match="The object being serialized includes a `lambda`. This is unsafe"):
            written.append(keras.saving.serialize_keras_object(lambda x, y=2: x + y))
    for keras, config in zip(sides, reversed(written), strict=True):
        with pytest.raises(ValueError, match=r"Requested the deserialization of.* lambda.*safe_mode=False"):
            keras.saving.deserialize_keras_object(config)
        assert keras.saving.deserialize_keras_object(config, safe_mode=False)(3) == 5


ERRORS = {
    "no get_config": (lambda k: k.saving.serialize_keras_object(object()), TypeError, "Cannot serialize object"),
    "set": (lambda k: k.saving.serialize_keras_object({1}), TypeError, "must implement the `get_config"),
    "class without get_config": (
        lambda k: k.saving.register_keras_serializable()(type("Bare", (), {})),
        ValueError,
        r"Cannot register a class that does not have a get_config\(\) method",
    ),
    "unknown function": (
        lambda k: k.saving.deserialize_keras_object(
            {"module": "builtins", "class_name": "function", "config": "nowhere", "registered_name": "function"}
        ),
        TypeError,
        "Could not locate function 'nowhere'",
    ),
    "code of another module": (
        lambda k: k.saving.deserialize_keras_object(
            {"module": "os", "class_name": "system", "config": "true", "registered_name": "system"}
        ),
        TypeError,
        "Expected 'config' to be a dict for system",
    ),
    "wrong argument": (
        lambda k: k.saving.deserialize_keras_object(
            {"module": "keras.layers", "class_name": "Activation", "config": {"activatio": "relu"}}
        ),
        (TypeError, ValueError),
        "activatio",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(sides, name):
    call, error, text = ERRORS[name]
    for keras in sides:
        with pytest.raises(error, match=text):
            call(keras)


def test_paths_of_keras_own_sources(sides):
    config = {"module": "keras.src.layers.core.dense", "class_name": "Dense", "config": {"units": 3}}
    for keras in sides:
        assert keras.saving.deserialize_keras_object(config).units == 3


def test_older_configs(keras):
    """Keras 2 and TensorFlow wrote other paths, or none."""
    for module in ("keras.layers.core", "tensorflow.keras.layers", "tensorflow.python.keras.layers.core"):
        config = {"module": module, "class_name": "Dense", "config": {"units": 3}}
        assert keras.saving.deserialize_keras_object(config).units == 3
    bare = {"class_name": "Dense", "config": {"units": 3}}
    assert keras.saving.deserialize_keras_object(bare, module_objects=vars(keras.layers)).units == 3
