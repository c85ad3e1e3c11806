"""A layer with weights as the activation of another: when its weights are there, and what they learn."""

from __future__ import annotations

import numpy as np
import pytest

X = np.random.default_rng(5).normal(size=(24, 3)).astype("float32")
Y = np.random.default_rng(6).normal(size=(24, 1)).astype("float32")


def sequential(keras):
    L = keras.layers
    return keras.Sequential([keras.Input((3,)), L.Dense(4, activation=L.PReLU("ones")), L.Dense(1)])


def functional(keras):
    L = keras.layers
    inputs = keras.Input((3,))
    return keras.Model(inputs, L.Dense(1)(L.Activation(L.PReLU())(L.Dense(4, activation=L.PReLU("ones"))(inputs))))


def described(model):
    lines = []
    model.summary(print_fn=lambda line, **options: lines.append(line))
    return model.count_params(), [(w.path, tuple(w.shape)) for w in model.weights], lines


def compiled(model):
    model.compile("adam", "mse")
    return model


USES = {
    "none": lambda model: None,
    "predict": lambda model: model.predict(X, verbose=0),
    "call": lambda model: model(X),
    "fit": lambda model: compiled(model).fit(X, Y, verbose=0),
    "evaluate": lambda model: compiled(model).evaluate(X, Y, verbose=0),
    "train_on_batch": lambda model: compiled(model).train_on_batch(X, Y),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("make", [sequential, functional])
def test_when_weights_are_there(keras, real_keras, make, use):
    found = []
    for k in (keras, real_keras):
        k.utils.clear_session()
        model = make(k)
        USES[use](model)
        found.append(described(model))
    assert found[0] == found[1]


@pytest.mark.parametrize("make", [sequential, functional])
def test_training(keras, real_keras, make):
    found = []
    for k in (keras, real_keras):
        k.utils.clear_session()
        model = compiled(make(k))
        model.predict(X, verbose=0)
        random = np.random.default_rng(1)
        model.set_weights([random.normal(size=w.shape).astype("float32") for w in model.get_weights()])
        history = model.fit(X, Y, epochs=3, batch_size=7, shuffle=False, verbose=0).history["loss"]
        found.append((history, model.get_weights(), len(model.optimizer.variables)))
    np.testing.assert_allclose(found[0][0], found[1][0], rtol=1e-5)
    for ours, theirs in zip(found[0][1], found[1][1], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    assert found[0][2] == found[1][2]
