"""`get_config` of layers and models that have none of their own: what the constructor was given."""

from __future__ import annotations

import numpy as np
import pytest


def classes(base):
    class Plain(base):
        def call(self, x):
            return x

    class Units(Plain):
        def __init__(self, units=3, **kwargs):
            super().__init__(**kwargs)

    class Named(Plain):
        def __init__(self, units, name=None):
            super().__init__(name=name)

    class Bare(Plain):
        def __init__(self, units, act="relu"):
            super().__init__()

    class Many(Plain):
        def __init__(self, *units, **kwargs):
            super().__init__(**kwargs)

    return Plain, Units, Named, Bare, Many


CALLS = {
    "nothing": lambda Plain, Units, Named, Bare, Many: Plain(),
    "a name": lambda Plain, Units, Named, Bare, Many: Plain(name="mine"),
    "the default": lambda Plain, Units, Named, Bare, Many: Units(),
    "by place": lambda Plain, Units, Named, Bare, Many: Units(8),
    "by name": lambda Plain, Units, Named, Bare, Many: Units(units=8),
    "with a name that the constructor does not name": lambda Plain, Units, Named, Bare, Many: Units(8, name="mine"),
    "with a type": lambda Plain, Units, Named, Bare, Many: Units(8, dtype="float64"),
    "frozen": lambda Plain, Units, Named, Bare, Many: Units(8, trainable=False),
    "with a name that it names": lambda Plain, Units, Named, Bare, Many: Named(8, name="mine"),
    "that it names, not given": lambda Plain, Units, Named, Bare, Many: Named(8),
    "without others": lambda Plain, Units, Named, Bare, Many: Bare(8),
    "a tuple": lambda Plain, Units, Named, Bare, Many: Units((1, 2)),
    "a dict": lambda Plain, Units, Named, Bare, Many: Units({"a": 1}),
    "an array": lambda Plain, Units, Named, Bare, Many: Units(np.ones(3)),
    "a function": lambda Plain, Units, Named, Bare, Many: Units(len),
    "so many as there are": lambda Plain, Units, Named, Bare, Many: Many(1, 2),
    "none of so many": lambda Plain, Units, Named, Bare, Many: Many(),
}


def found(k, base, call):
    k.utils.clear_session()
    try:
        config = CALLS[call](*classes(base)).get_config()
    except NotImplementedError as error:
        return " ".join(str(error).split())[:48]
    return {key: value for key, value in config.items() if key != "dtype"} | {"dtype": str(config["dtype"])}


@pytest.mark.parametrize("call", CALLS)
def test_layers(keras, real_keras, call):
    assert found(keras, keras.layers.Layer, call) == found(real_keras, real_keras.layers.Layer, call)


@pytest.mark.parametrize("call", ["nothing", "a name", "the default"])
def test_models(keras, real_keras, call):
    assert found(keras, keras.Model, call) == found(real_keras, real_keras.Model, call)


def test_models_keep_what_they_were_given(keras):
    """Keras writes the default in its place, so that from_config makes another model: docs/differences.md."""
    if keras.__name__ == "pynn.keras":
        assert found(keras, keras.Model, "by place")["units"] == 8
