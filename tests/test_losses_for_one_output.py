"""A list of losses has one for each output: two for one output are refused, where Keras drops the second."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("pynn", reason="about pynn's messages")

from pynn import keras

X, Y = np.ones((4, 3)), np.ones((4, 2))


def fitted(loss):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("sgd", loss)
    return model.fit(X, Y, verbose=0).history


def test_two_losses_for_one_output_are_refused():
    with pytest.raises(ValueError, match=r"`loss` has 2 entries, but the model has 1 output\(s\)"):
        fitted(["mse", "mae"])


def test_a_list_of_one_is_that_loss():
    assert list(fitted(["mse"])) == ["loss"]
