"""Clones of compiled models: as Keras's, they are compiled alike, and share no state."""

from __future__ import annotations

import numpy as np


def test_a_clone_is_compiled_alike(sides):
    for keras in sides:
        model = compiled_chain(keras)
        for how in ({}, {"clone_function": lambda layer: type(layer).from_config(layer.get_config())}):
            twin = keras.models.clone_model(model, **how)
            assert twin.compiled
            assert twin.optimizer is not model.optimizer
            assert (round(float(twin.optimizer.learning_rate), 4), twin.optimizer.momentum) == (0.3, 0.5)
            twin.set_weights(model.get_weights())
            found = twin.fit(np.ones((8, 6)), np.ones((8, 2)), verbose=0).history
            assert sorted(found) == ["loss", "mae"]
        model.fit(np.ones((8, 6)), np.ones((8, 2)), verbose=0)  # nothing of the clone's training is in the model
        np.testing.assert_allclose(model.get_weights()[0], twin.get_weights()[0], rtol=1e-5)
        assert not keras.models.clone_model(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])).compiled


def compiled_chain(keras):
    x = keras.Input((6,))
    model = keras.Model(x, keras.layers.Dense(2)(x))
    model.compile(keras.optimizers.SGD(0.3, momentum=0.5), "mse", metrics=[keras.metrics.MeanAbsoluteError(name="mae")])
    return model


def test_a_clone_has_the_same_functions_but_metrics_of_its_own(sides):
    keras, _ = sides
    model, difference = compiled_chain(keras), lambda y, p: keras.ops.mean(abs(y - p), axis=-1)
    metric = keras.metrics.MeanAbsoluteError(name="mae")
    model.compile("sgd", difference, metrics=[metric, difference])
    twin = keras.models.clone_model(model)
    twin.fit(np.ones((8, 6)), np.ones((8, 2)), verbose=0)
    assert twin.loss is difference
    assert float(metric.result()) == 0
