"""What layers and models tell of themselves: types, path, metrics, state; and why Keras has more."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("pynn", reason="about pynn's layers")

from pynn import keras


class Counting(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.inner = keras.layers.Dense(2)
        self.mean = keras.metrics.Mean(name="seen")

    def call(self, x):
        return self.inner(keras.ops.cast(x > 0, self.compute_dtype))


def compiled():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="d")], name="m")
    model.compile(keras.optimizers.SGD(0.1), "mse", metrics=["mae"])
    return model


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_types_of_a_layer(dtype):
    layer = Counting(dtype=dtype)
    assert (layer.compute_dtype, layer.variable_dtype, layer.input_dtype) == (dtype,) * 3
    assert layer.dtype_policy == keras.DTypePolicy(dtype)
    assert keras.layers.Dense(2, dtype=layer.dtype_policy).dtype == dtype


def test_a_layer_that_casts_to_its_own_type_in_a_functional_model():
    x = keras.Input((3,))
    model = keras.Model(x, Counting()(x))
    assert model.predict(np.ones((2, 3)), verbose=0).shape == (2, 2)


def test_path_spec_and_metrics():
    layer = Counting(name="own")
    assert (layer.path, layer.input_spec) == (None, None)
    layer(np.ones((2, 3)))
    assert layer.path == "own"
    assert layer.metrics == [layer.mean]
    assert layer.metrics_variables == layer.mean.variables
    assert compiled().layers[0].path == "m/d"
    assert keras.layers.Dense(2).metrics == []


def test_attributes_of_ones_own_may_have_these_names():
    layer = Counting()
    layer.path, layer.metrics = "data/train.csv", ["mine"]
    assert (layer.path, layer.metrics) == ("data/train.csv", ["mine"])


def test_state_of_a_model():
    model = compiled()
    model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
    tree = model.get_state_tree("numpy_array")
    assert list(tree) == ["trainable_variables", "non_trainable_variables", "optimizer_variables", "metrics_variables"]
    np.testing.assert_array_equal(tree["trainable_variables"]["m"]["d"]["kernel"], model.get_weights()[0])
    assert tree["metrics_variables"]["loss"].keys() == {"total", "count"}
    assert isinstance(model.get_state_tree()["trainable_variables"]["m"]["d"]["bias"], type(keras.ops.ones(1)))
    with pytest.raises(ValueError, match="value_format"):
        model.get_state_tree("list")


def test_how_a_model_runs():
    model = keras.Sequential([keras.layers.Dense(1)])
    assert (model.run_eagerly, model.jit_compile) == (False, True)
    assert compiled().jit_compile is True


LEFT_OUT = ["stateless_call", "stateless_compute_loss", "symbolic_call", "add_metric", "set_state_tree"]
LEFT_OUT += [f"make_{step}_function" for step in ("train", "test", "predict")] + ["train_function", "predict_function"]


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_left_out_says_why(name):
    with pytest.raises(AttributeError, match=rf"Model\.{name} is not in pynn: .*\. Nearest: "):
        getattr(compiled(), name)


@pytest.mark.parametrize(("name", "message"), [
    ("stateless_call", r"^Layer\.stateless_call is not in pynn"),
    ("kernle", r"^'Dense' object has no attribute 'kernle'$"),
])  # fmt: skip
def test_what_a_layer_leaves_out(name, message):
    with pytest.raises(AttributeError, match=message):
        getattr(keras.layers.Dense(2), name)
