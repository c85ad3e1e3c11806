"""What layers of one's own expect of inputs, layers around layers, and layers as dictionaries: as in real Keras."""

from __future__ import annotations

import re

import numpy as np
import pytest

SPECS = {
    "nothing": {},
    "ndim": {"ndim": 2},
    "shape": {"shape": (None, 3)},
    "shape of another rank": {"shape": (None, 2, 5)},
    "sizes": {"shape": (None, 2)},
    "range": {"min_ndim": 3, "max_ndim": 4},
    "most": {"max_ndim": 1},
    "axes": {"min_ndim": 2, "axes": {-1: 4}},
    "right axes": {"axes": {-1: 3, 1: None}},
    "type": {"dtype": "float32"},
    "another type": {"dtype": "int32"},
    "squeezed": {"shape": (None, 3, 1), "allow_last_axis_squeeze": True},
}


def layer_with(keras, spec):
    class Checked(keras.layers.Layer):
        def __init__(self):
            super().__init__(name="checked")
            self.input_spec = spec

        def call(self, x):
            return x

    return Checked()


def attempt(call):
    """What is said, without Keras's numbers and names of inputs."""
    try:
        call()
    except ValueError as error:
        return re.sub(r" with name 'None'|\. Full shape.*|, but received.*", "", str(error), flags=re.DOTALL)
    return "fine"


@pytest.mark.parametrize("name", SPECS)
def test_inputs_are_checked(sides, name):
    said, shown = [], []
    for keras in sides:
        spec = keras.layers.InputSpec(**SPECS[name])
        said.append(attempt(lambda: layer_with(keras, spec)(np.ones((2, 3), "float32"))))  # noqa: B023
        shown.append((repr(spec), spec.get_config()))
        assert keras.layers.InputSpec.from_config(spec.get_config()).get_config() == spec.get_config()
    assert said[0] == said[1]
    assert shown[0] == shown[1]


def test_several_inputs(sides):
    x = np.ones((2, 3), "float32")
    said = []
    for keras in sides:
        specs = [keras.layers.InputSpec(ndim=2), keras.layers.InputSpec(ndim=3)]
        said.append([attempt(lambda given=given: layer_with(keras, specs)(given)) for given in ([x, x], [x], x)])  # noqa: B023
    assert [text.split("Inputs")[0] for text in said[0]] == [text.split("Inputs")[0] for text in said[1]]


@pytest.mark.parametrize("options", [{"axes": {"a": 3}}, {"ndim": 2, "axes": {2: 3}}, {"max_ndim": 2, "axes": {4: 1}}])
def test_wrong_specs(sides, options):
    classes = []
    for keras in sides:
        with pytest.raises((TypeError, ValueError)) as caught:
            keras.layers.InputSpec(**options)
        classes.append((caught.type, str(caught.value)))
    assert classes[0] == classes[1]


def test_wrapper(on_both, sides):
    def make(keras):
        class Doubled(keras.layers.Wrapper):
            def call(self, x):
                return 2 * self.layer(x)

        layer = Doubled(keras.layers.Dense(2, kernel_initializer="ones"), name="doubled")
        y = np.asarray(layer(np.ones((1, 3), "float32")))
        config = layer.get_config()
        built_for = config["layer"].pop("build_config")["input_shape"]  # with the rows of the batch in Keras
        return y.tolist(), [w.path for w in layer.weights], config, built_for[1:]

    ours, theirs = on_both(make)
    assert ours == theirs
    for keras in sides:
        with pytest.raises(ValueError, match="supplied to Wrapper isn't a supported layer type"):
            keras.layers.Wrapper(3)
        again = keras.layers.Wrapper.from_config(keras.layers.Wrapper(keras.layers.Dense(4)).get_config())
        assert again.layer.units == 4


def test_serialize(on_both, sides):
    ours, theirs = on_both(lambda keras: keras.layers.serialize(keras.layers.Dense(3, "relu", name="d")))
    assert ours == theirs
    for keras, config in zip(sides, (theirs, ours), strict=True):
        assert keras.layers.deserialize(config).get_config() == ours["config"]
        for wrong in ("Dense", 3, keras.saving.serialize_keras_object(keras.optimizers.SGD())):
            with pytest.raises(ValueError, match=r"not a `keras.layers.Layer`"):
                keras.layers.deserialize(wrong)
