"""None in the place of a number: what a function without `return` gives is named where it is used."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("pynn", reason="about pynn's messages")

from pynn import keras

SYMBOLIC = keras.Input((3,))
TENSOR = keras.ops.ones(2)
VARIABLE = keras.Variable(np.ones(2, "float32"))
CASES = {
    "a symbolic sum": ("add.*'x2'", lambda: SYMBOLIC + None),
    "None first": ("subtract.*'x1'", lambda: None - SYMBOLIC),
    "a comparison": ("greater.*'x2'", lambda: SYMBOLIC > None),
    "a tensor": ("multiply.*'x2'", lambda: TENSOR * None),
    "a variable": ("power.*'x2'", lambda: VARIABLE**None),
    "an array": ("add.*'x2'", lambda: keras.ops.add(np.ones(2), None)),
    "by name": ("maximum.*'x2'", lambda: keras.ops.maximum(x1=np.ones(2), x2=None)),
    "one argument": ("relu.*'x'", lambda: keras.ops.relu(None)),
    "among others": ("stack", lambda: keras.ops.stack([TENSOR, None])),
    "in a list": ("", lambda: keras.ops.add([1.0, None], TENSOR)),
    "a tensor of it": ("", lambda: keras.ops.convert_to_tensor(None)),
}


@pytest.mark.parametrize("case", CASES)
def test_none_is_named(case):
    message, use = CASES[case]
    with pytest.raises(ValueError, match=rf"keras\.ops.*{message}.*without `return`"):
        use()


def test_none_in_a_layers_call_is_named():
    class Forgetful(keras.layers.Layer):
        def scaled(self, x):
            keras.ops.multiply(x, 2)

        def call(self, x):
            return x + self.scaled(x)

    with pytest.raises(ValueError, match=r"add.*got None"):
        Forgetful()(SYMBOLIC)


@pytest.mark.parametrize("value", [SYMBOLIC, TENSOR])
def test_nothing_equals_none(value):
    assert (value == None) is False  # noqa: E711  # as programs write it
    assert (value != None) is True  # noqa: E711
